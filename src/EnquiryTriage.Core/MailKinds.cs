namespace EnquiryTriage.Core;

/// <summary>The kinds of people's mail that rules name: strings of the closed list.</summary>
public static class MailKinds
{
    /// <summary>A question.</summary>
    public const string Enquiry = "enquiry";

    /// <summary>A crime that happened or happens.</summary>
    public const string CrimeReport = "crime-report";

    /// <summary>Somebody's life may be in danger.</summary>
    public const string ThreatToLife = "threat-to-life";

    /// <summary>A child or a vulnerable adult at risk.</summary>
    public const string Safeguarding = "safeguarding";

    /// <summary>Spam.</summary>
    public const string Spam = "spam";

    /// <summary>Thanks, chasers, changes of address.</summary>
    public const string Logistics = "logistics";
}
