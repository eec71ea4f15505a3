using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Routing;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Core;

/// <summary>Everything that a manager may change about decisions. Bound from configuration and checked at start.</summary>
public sealed record TriageSettings
{
    /// <summary>The mailbox that speaks: its address.</summary>
    public string MailboxAddress { get; set; } = "";

    /// <summary>The name shown with it.</summary>
    public string MailboxName { get; set; } = "";

    /// <summary>Letters that start an enquiry's reference.</summary>
    public string ReferencePrefix { get; set; } = "ET";

    /// <summary>Address that urgent mail is announced to; empty for none.</summary>
    public string DutyContact { get; set; } = "";

    /// <summary>Teams by id.</summary>
    public IDictionary<string, TeamSettings> Teams { get; set; } = new Dictionary<string, TeamSettings>(StringComparer.Ordinal);

    /// <summary>The routing table, first match wins.</summary>
    public IList<RoutingRule> Rules { get; set; } = [];

    /// <summary>Acknowledgements.</summary>
    public AcknowledgementSettings Acknowledgements { get; set; } = new();

    /// <summary>How outgoing mail is signed (RFC 6376); null where the relay does it.</summary>
    public DkimSigning? Dkim { get; set; }

    /// <summary>The model's second opinion on urgency counts from this score, 0 to 1; 0 for the model's own threshold.</summary>
    public double ModelUrgency { get; set; }

    /// <summary>A phrase of the urgency screen counts where the model's score is at least this, 0 to 1; 0 for always.</summary>
    public double PhraseUrgency { get; set; }

    /// <summary>Below this calibrated confidence the model's guess at the kind is not used and the kind is "enquiry", 0 to 1.</summary>
    public double KindConfidence { get; set; } = 0.4;
}
