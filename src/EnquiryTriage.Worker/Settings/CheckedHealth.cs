namespace EnquiryTriage.Worker.Settings;

/// <summary>How the heartbeat's URL is asked.</summary>
public enum HeartbeatMethod
{
    /// <summary>GET, without a body.</summary>
    Get,

    /// <summary>POST, with the state in JSON.</summary>
    Post,
}

/// <summary>Checks the settings of health and of the second channel for urgent mail.</summary>
internal static class CheckedHealth
{
    /// <summary>Notes each problem with its key and remedy.</summary>
    public static void Check(WorkerSettings settings, ICollection<string> problems)
    {
        var health = settings.Health;
        Limits.Within("Health:LookSeconds", health.LookSeconds, 1, 3_600, problems);
        Limits.Within("Health:NoFetchMinutes", health.NoFetchMinutes, 1, 10_080, problems);
        Limits.Within("Health:FewMailsOneIn", health.FewMailsOneIn, 0, 1e12, problems);
        Limits.Within("Health:LedgerMinutes", health.LedgerMinutes, 1, 10_080, problems);
        Limits.Within("Health:QuarantinedMails", health.QuarantinedMails, 1, 1_000_000, problems);
        Limits.Within("Health:FailedMails", health.FailedMails, 1, 1_000_000, problems);
        Limits.Within("Health:CountHours", health.CountHours, 1, 8_760, problems);
        Limits.Within("Health:OutboxDueMinutes", health.OutboxDueMinutes, 1, 10_080, problems);
        Limits.Within("Health:OutboxWaitHours", health.OutboxWaitHours, 0.1, 8_760, problems);
        Limits.Within("Health:DiskMegabytes", health.DiskMegabytes, 1, 1e9, problems);
        Limits.Within("Health:ClockSeconds", health.ClockSeconds, 5, 86_400, problems);
        Limits.Within("Health:SteadyMinutes", health.SteadyMinutes, 0, 1_440, problems);
        Limits.Within("Health:Heartbeat:EverySeconds", health.Heartbeat.EverySeconds, 1, 86_400, problems);
        Limits.Within("Health:Heartbeat:TimeoutSeconds", health.Heartbeat.TimeoutSeconds, 0.1, 300, problems);
        Choice.Read<HeartbeatMethod>("Health:Heartbeat:Method", health.Heartbeat.Method, problems);
        Url("Health:Heartbeat:Url", health.Heartbeat.Url, problems);
        if (health.MailTo.Length > 0)
        {
            Limits.Address("Health:MailTo", health.MailTo, problems);
        }

        if (health.Relay.Host.Length > 0)
        {
            Limits.Server("Health:Relay", health.Relay, Choice.Read<ConnectionSecurity>("Health:Relay:Security", health.Relay.Security, problems), problems);
        }

        Channel("Health", health.Webhook, health.Command, problems);
        Channel("Urgency", settings.Urgency.Webhook, settings.Urgency.Command, problems);
        if (settings.Urgency.DutyContact.Length == 0 && (settings.Urgency.Webhook.Url.Length > 0 || settings.Urgency.Command.Run.Count > 0))
        {
            problems.Add("Urgency:DutyContact is empty, and the second channel follows its alerts: name the address, or remove Urgency:Webhook:Url and Urgency:Command:Run.");
        }
    }

    private static void Channel(string section, WebhookSettings webhook, CommandSettings command, ICollection<string> problems)
    {
        Url($"{section}:Webhook:Url", webhook.Url, problems);
        Limits.Within($"{section}:Webhook:TimeoutSeconds", webhook.TimeoutSeconds, 0.1, 300, problems);
        Limits.Within($"{section}:Webhook:Attempts", webhook.Attempts, 1, 20, problems);
        Limits.Within($"{section}:Command:TimeoutSeconds", command.TimeoutSeconds, 0.1, 3_600, problems);
        if (webhook.SecretFile.Length > 0 && !File.Exists(webhook.SecretFile))
        {
            problems.Add($"{section}:Webhook:SecretFile: {webhook.SecretFile} is not there: write the secret into it, or leave it empty for no signature.");
        }

        if (command.Run.Count > 0 && !File.Exists(command.Run[0]))
        {
            problems.Add($"{section}:Command:Run: {command.Run[0]} is not there: name the program by its whole path.");
        }
    }

    private static void Url(string key, string value, ICollection<string> problems)
    {
        if (value.Length > 0
            && !(Uri.TryCreate(value, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && CheckedSettings.IsLoopback(url.Host)))))
        {
            problems.Add($"{key}: '{value}' is not a URL that may be used: use https, or http on loopback.");
        }
    }
}
