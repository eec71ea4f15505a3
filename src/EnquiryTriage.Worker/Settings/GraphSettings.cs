namespace EnquiryTriage.Worker.Settings;

/// <summary>Microsoft Graph, for Mailbox:Kind or Outbox:Kind graph.</summary>
public sealed record GraphSettings
{
    /// <summary>The identity (<see cref="CredentialSettings.Identities"/>) that may read and send; its permissions are Mail.ReadWrite and Mail.Send.</summary>
    public string Identity { get; set; } = "";

    /// <summary>The mailbox's id or principal name; empty for Mailbox:Address.</summary>
    public string User { get; set; } = "";

    /// <summary>Where Graph is; another one for national clouds.</summary>
    public string Url { get; set; } = "https://graph.microsoft.com/v1.0";

    /// <summary>PEM file of a certificate authority that is trusted besides the system's; empty for none.</summary>
    public string CertificateAuthorityFile { get; set; } = "";
}
