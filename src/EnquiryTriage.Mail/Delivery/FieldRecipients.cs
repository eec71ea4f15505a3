namespace EnquiryTriage.Mail.Delivery;

/// <summary>Recipients from RFC 3464 fields.</summary>
internal static class FieldRecipients
{
    /// <summary>One recipient a group; groups that name the same one are joined, the worst action counting.</summary>
    public static List<DeliveryRecipient> Of(IReadOnlyList<StatusFields.Group> groups, ReportText words, OriginalMail original)
    {
        var recipients = new List<DeliveryRecipient>();
        foreach (var group in groups)
        {
            if (Address(group, original) is not { } address)
            {
                continue;
            }

            var recipient = Recipient(group, address, words, search: recipients.Count < TextRecipients.MaxOwnLines);
            var same = recipients.FindIndex(r => r.Address.Equals(address, StringComparison.OrdinalIgnoreCase));
            if (same < 0)
            {
                recipients.Add(recipient);
            }
            else if (recipient.Action < recipients[same].Action)
            {
                recipients[same] = recipient;
            }
        }

        return recipients;
    }

    private static DeliveryRecipient Recipient(StatusFields.Group group, string address, ReportText words, bool search)
    {
        var said = string.Join(' ', new[] { group.Diagnostic, group.Status, group.Action }.Where(s => s is not null));
        var diagnostic = group.Diagnostic ?? (group.Status is null && search ? TextRecipients.OwnLine(words.Lines, address)?.Trim() : null);
        var status = group.Status is { } given ? StatusCodes.Enhanced(given) : null;
        var action = Action(group.Action, status, words);
        if (status?[0] == '2' && action is (DeliveryAction.Failed or DeliveryAction.Delayed))
        {
            // "Action: failed" with "Status: 2.0.0" contradicts itself: what the server said decides.
            status = null;
            said = group.Diagnostic ?? "";
        }

        return new DeliveryRecipient(address, action, status ?? StatusCodes.Derive(group.Diagnostic is null ? diagnostic ?? said : said, action), diagnostic);
    }

    // A gateway's internal name is no use to anybody: then the original recipient, then the full address of the enclosed mail.
    private static string? Address(StatusFields.Group group, OriginalMail original)
    {
        foreach (var candidate in (string?[])[group.Final, group.Original, group.Actual])
        {
            if (candidate is not null && candidate.Contains('@', StringComparison.Ordinal))
            {
                return candidate;
            }
        }

        var local = group.Final ?? group.Original ?? group.Actual;
        return local is null
            ? original.Recipients.Count == 1 ? original.Recipients[0] : null
            : original.Recipients.FirstOrDefault(r => r.StartsWith(local + "@", StringComparison.OrdinalIgnoreCase)) ?? local;
    }

    private static DeliveryAction Action(string? written, string? status, ReportText words)
    {
        var word = written?.TrimStart() ?? "";
        if (word.StartsWith("fail", StringComparison.OrdinalIgnoreCase) || word.StartsWith("expired", StringComparison.OrdinalIgnoreCase))
        {
            return DeliveryAction.Failed;
        }

        if (word.StartsWith("delay", StringComparison.OrdinalIgnoreCase) || word.StartsWith("deferred", StringComparison.OrdinalIgnoreCase))
        {
            return DeliveryAction.Delayed;
        }

        foreach (var (name, action) in (ReadOnlySpan<(string, DeliveryAction)>)[("relay", DeliveryAction.Relayed), ("expand", DeliveryAction.Expanded), ("deliver", DeliveryAction.Delivered)])
        {
            if (word.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return action;
            }
        }

        return status?[0] switch
        {
            '2' => DeliveryAction.Delivered,
            '5' => DeliveryAction.Failed,
            _ => TextRecipients.Action(words, ""),
        };
    }
}
