using EnquiryTriage.Worker.Intake;
using Microsoft.Graph.Models;
using Microsoft.Kiota.Abstractions;

namespace EnquiryTriage.Worker.Access;

/// <summary>Folders of a mailbox by name: the well-known ones under the names that IMAP and people use, others by their display names, with '/' between a folder and those in it.</summary>
internal sealed class GraphFolders(GraphMailbox graph)
{
    private static readonly Dictionary<string, string> WellKnown = new(StringComparer.OrdinalIgnoreCase)
    {
        ["INBOX"] = "inbox",
        ["Sent"] = "sentitems",
        ["Sent Items"] = "sentitems",
        ["SentItems"] = "sentitems",
        ["Junk"] = "junkemail",
        ["Junk Email"] = "junkemail",
        ["JunkEmail"] = "junkemail",
        ["Spam"] = "junkemail",
        ["Archive"] = "archive",
    };

    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);

    /// <summary>The folder's id or well-known name; null where there is none.</summary>
    /// <exception cref="MailSourceException">Graph cannot be reached, or refuses.</exception>
    public Task<string?> FindAsync(string name, CancellationToken cancel) => FindAsync(name, create: false, cancel);

    /// <summary>The same, and a folder that is not there is made.</summary>
    /// <exception cref="MailSourceException">Graph cannot be reached, or refuses.</exception>
    public async Task<string> FindOrCreateAsync(string name, CancellationToken cancel) => (await FindAsync(name, create: true, cancel))!;

    private async Task<string?> FindAsync(string name, bool create, CancellationToken cancel)
    {
        if (WellKnown.TryGetValue(name, out var known) || _found.TryGetValue(name, out known))
        {
            return known;
        }

        string? parent = null;
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // OData: a quotation mark within a string is doubled.
            var filter = $"displayName eq '{part.Replace("'", "''", StringComparison.Ordinal)}'";
            var above = parent;
            var answer = await graph.CallAsync(stop => ListAsync(above, filter, stop), cancel);
            var id = answer?.Value?.FirstOrDefault()?.Id;
            if (id is null && create)
            {
                id = (await graph.CallAsync(stop => CreateAsync(above, part, stop), cancel))?.Id;
            }

            if (id is null)
            {
                return null;
            }

            parent = id;
        }

        return parent is null ? null : _found[name] = parent;
    }

    private Task<MailFolderCollectionResponse?> ListAsync(string? parent, string filter, CancellationToken cancel) => parent is null
        ? graph.User.MailFolders.GetAsync(c => (c.QueryParameters.Filter, c.QueryParameters.Top) = (filter, 1), cancel)
        : graph.User.MailFolders[parent].ChildFolders.GetAsync(c => (c.QueryParameters.Filter, c.QueryParameters.Top) = (filter, 1), cancel);

    private Task<MailFolder?> CreateAsync(string? parent, string name, CancellationToken cancel) => parent is null
        ? graph.User.MailFolders.PostAsync(new MailFolder { DisplayName = name }, cancellationToken: cancel)
        : graph.User.MailFolders[parent].ChildFolders.PostAsync(new MailFolder { DisplayName = name }, cancellationToken: cancel);
}
