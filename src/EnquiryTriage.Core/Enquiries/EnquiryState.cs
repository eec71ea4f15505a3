namespace EnquiryTriage.Core.Enquiries;

/// <summary>Where an enquiry stands.</summary>
public enum EnquiryState
{
    /// <summary>A person has to decide where it goes: the model abstained or no rule took it.</summary>
    Triage,

    /// <summary>A team has it.</summary>
    Assigned,

    /// <summary>A person has answered.</summary>
    Answered,

    /// <summary>Closed.</summary>
    Closed,

    /// <summary>Needs no answer: spam, or mail taken over from before go-live.</summary>
    NoAnswerNeeded,
}
