using EnquiryTriage.Core;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Commands;

/// <summary>The history that builds up over one call of <c>inspect</c>: the store's look-ups, in memory.</summary>
internal sealed class InspectHistory
{
    private readonly Dictionary<string, string> _borne = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Sender, string Subject), string> _subjects = [];
    private readonly HashSet<(string Conversation, string Sender)> _senders = [];
    private readonly Dictionary<string, (string? MessageId, string Conversation)> _contents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _topics = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>A mail's past in this call.</summary>
    public MailHistory Of(HistoryQuery query)
    {
        var duplicate = _contents.TryGetValue(query.ContentDigest, out var same) && same.MessageId == query.MessageId ? same.Conversation : null;
        var known = query.MessageId is not null && _borne.ContainsKey(query.MessageId);
        return new MailHistory(duplicate, duplicate is null && known, Candidates(query), 0, 0);
    }

    /// <summary>Adds a mail; returns its conversation.</summary>
    public string Add(MailAnalysis analysis, TriageDecision decision, string? duplicateOf)
    {
        var mail = analysis.Mail;
        var conversation = duplicateOf ?? decision.Joins?.EnquiryId ?? $"c{++_count}";
        var sender = Key(mail.From?.Address);
        _senders.Add((conversation, sender));
        if (analysis.Prediction is { Abstained: false } prediction)
        {
            _topics.TryAdd(conversation, prediction.Top);
        }

        _contents.TryAdd(analysis.ContentDigest, (mail.MessageId, conversation));
        _subjects[(sender, BaseSubject.Of(mail.Subject).Key)] = conversation;
        foreach (var id in mail.InReplyTo.Concat(mail.References))
        {
            if (!_named.TryGetValue(id, out var conversations))
            {
                _named[id] = conversations = [];
            }

            if (!conversations.Contains(conversation))
            {
                conversations.Add(conversation);
            }
        }

        if (mail.MessageId is { } own)
        {
            _borne.TryAdd(own, conversation);
        }

        return conversation;
    }

    private List<ConversationCandidate> Candidates(HistoryQuery query)
    {
        var sender = Key(query.Sender);
        var found = query.ForeignIds.Where(i => _borne.ContainsKey(i)).Select(i => (_borne[i], MatchEvidence.StoredMessageId))
            .Concat(query.ForeignIds.Where(i => _named.ContainsKey(i))
                .Select(i => (_named[i].Find(c => _senders.Contains((c, sender))) ?? _named[i][0], MatchEvidence.NamedMessageId)))
            .Concat(query.ReplySubject is { } subject && _subjects.TryGetValue((sender, subject), out var same) ? [(same, MatchEvidence.ReplySubject)] : []);
        return [.. found.DistinctBy(f => f.Item1).Select(f =>
            new ConversationCandidate(f.Item1, f.Item1, null, f.Item2, _senders.Contains((f.Item1, sender))) { Topic = _topics.GetValueOrDefault(f.Item1) })];
    }

    private static string Key(string? address) => address?.Trim().ToLowerInvariant() ?? "";
}
