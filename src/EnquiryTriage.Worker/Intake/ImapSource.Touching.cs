using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Imap;

namespace EnquiryTriage.Worker.Intake;

/// <summary>After the commit: keywords, or a move to a folder of the team's.</summary>
public sealed partial class ImapSource
{
    private readonly Dictionary<string, IMailFolder> _targets = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TouchedMail>> TouchAsync(IReadOnlyList<UntouchedMail> mails, CancellationToken cancel)
    {
        if (ReadOnly)
        {
            return [];
        }

        var opened = await OpenAsync(cancel);
        var done = new List<TouchedMail>();
        // Mail of another numbering lies here under a new key, which is owed its own marks.
        done.AddRange(mails.Where(m => UidOf(m.Key, opened) is null).Select(m => new TouchedMail(m.Key, null)));
        var present = mails.Where(m => UidOf(m.Key, opened) is not null).ToList();
        if (mailbox.AfterIntake == AfterIntake.Move)
        {
            foreach (var alike in present.GroupBy(TargetName, StringComparer.Ordinal))
            {
                done.AddRange(await MoveAsync(opened, [.. alike], alike.Key, cancel));
            }

            return done;
        }

        if (present.Count > 0 && !opened.PermanentFlags.HasFlag(MessageFlags.UserDefined))
        {
            throw new MailSourceException($"{_settings.Server.Host}: the folder '{folder}' takes no keywords: set {mailbox.Key}:AfterIntake to leave or move.", temporary: false);
        }

        foreach (var alike in present.GroupBy(m => string.Join(' ', Keywords(m)), StringComparer.Ordinal))
        {
            var request = new StoreFlagsRequest(StoreAction.Add, new HashSet<string>(Keywords(alike.First()), StringComparer.Ordinal)) { Silent = true };
            await StepAsync(Step.Metadata, async stop =>
            {
                await opened.StoreAsync([.. alike.Select(m => UidOf(m.Key, opened)!.Value)], request, stop);
                return 0;
            }, cancel);
            done.AddRange(alike.Select(m => new TouchedMail(m.Key, null)));
        }

        return done;
    }

    internal static IReadOnlyList<string> Keywords(UntouchedMail mail) => mail switch
    {
        { Answer: true } => ["answer"],
        { Kind: { } kind, Topic: { } topic } => [kind, topic],
        _ => ["automatic"],
    };

    private string TargetName(UntouchedMail mail) => TargetName(_settings.MoveTo, mail);

    internal static string TargetName(string moveTo, UntouchedMail mail) =>
        moveTo.Replace(CheckedMailbox.Team, mail.Team ?? (mail.Answer ? "answers" : "automatic"), StringComparison.Ordinal);

    private async Task<IReadOnlyList<TouchedMail>> MoveAsync(ImapFolder opened, List<UntouchedMail> mails, string name, CancellationToken cancel)
    {
        if (name.Equals(folder, StringComparison.OrdinalIgnoreCase))
        {
            return [.. mails.Select(m => new TouchedMail(m.Key, null))];
        }

        var uids = mails.ConvertAll(m => UidOf(m.Key, opened)!.Value);
        UniqueIdMap moved;
        try
        {
            moved = await StepAsync(Step.Metadata, async stop => await opened.MoveToAsync(uids, await TargetAsync(name, stop), stop), cancel);
        }
        catch (MailSourceException) when (_targetsUsed.Remove(name))
        {
            // Somebody may have removed the folder that was there: once more, from the beginning, for the client remembers it.
            Drop();
            opened = await OpenAsync(cancel);
            moved = await StepAsync(Step.Metadata, async stop => await opened.MoveToAsync(uids, await TargetAsync(name, stop), stop), cancel);
        }

        _targetsUsed.Add(name);
        return mails.ConvertAll(m => new TouchedMail(
            m.Key, moved.TryGetValue(UidOf(m.Key, opened)!.Value, out var to) && to.Validity != 0 ? new LedgerKey(_settings.Name, name, Numbering(to.Validity, to.Id)) : null));
    }

    private readonly HashSet<string> _targetsUsed = new(StringComparer.Ordinal);

    // Level by level beneath the personal namespace (RFC 2342), for some servers keep everything under "INBOX.".
    private async Task<IMailFolder> TargetAsync(string name, CancellationToken stop)
    {
        if (_targets.TryGetValue(name, out var known))
        {
            return known;
        }

        var client = _client!;
        var space = client.PersonalNamespaces[0];
        var parent = client.GetFolder(space);
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var level = part.Replace(space.DirectorySeparator, '-');
            parent = await LevelAsync(parent, level, stop);
        }

        return _targets[name] = parent;
    }

    private async Task<IMailFolder> LevelAsync(IMailFolder parent, string level, CancellationToken stop)
    {
        try
        {
            return await parent.GetSubfolderAsync(level, stop);
        }
        catch (FolderNotFoundException)
        {
            var created = await parent.CreateAsync(level, isMessageFolder: true, stop)
                ?? throw new ImapCommandException(ImapCommandResponse.No, $"the folder '{level}' could not be created: create it, or name another in {mailbox.Key}:MoveTo");
            await created.SubscribeAsync(stop);
            return created;
        }
    }
}
