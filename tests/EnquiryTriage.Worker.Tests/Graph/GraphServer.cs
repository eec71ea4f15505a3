using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EnquiryTriage.Worker.Tests.Graph;

/// <summary>
/// A stand-in of the Graph endpoints that the worker uses, built from their documentation: message delta, message $value, update, move, list and create
/// mailFolders, sendMail by MIME. Ids are immutable only where the request prefers so, and else change with the folder.
/// </summary>
internal sealed partial class GraphServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, GraphFolder> _folders = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<GraphMail> _mails = [];
    private readonly List<(GraphFolder Folder, GraphMail Mail)> _changes = [];
    private WebApplication _app = null!;
    private int _forgotten;

    private GraphServer()
    {
        foreach (var name in (string[])["inbox", "sentitems", "junkemail"])
        {
            _folders[name] = new GraphFolder(name, name, null);
        }
    }

    /// <summary>Its address.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The token that is good.</summary>
    public string Token { get; set; } = "graph-token-1";

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What was sent, as MIME.</summary>
    public ConcurrentQueue<byte[]> Sent { get; } = new();

    /// <summary>An answer in place of the right one; status 0 cuts the connection.</summary>
    public Func<HttpRequest, (int Status, string? RetryAfter, string Code)?> Fault { get; set; } = _ => null;

    /// <summary>Where links to further pages lead; null for this server.</summary>
    public string? LinksTo { get; set; }

    public static async Task<GraphServer> StartAsync()
    {
        var server = new GraphServer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        server._app = builder.Build();
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        server.Url = server._app.Urls.Single() + "/v1.0";
        return server;
    }

    public GraphMail Deliver(byte[] raw, DateTimeOffset received, string folder = "inbox", params string[] categories)
    {
        lock (_gate)
        {
            var mail = new GraphMail(_mails.Count + 1, raw, received) { Folder = _folders[folder], Categories = [.. categories] };
            _mails.Add(mail);
            _changes.Add((mail.Folder, mail));
            return mail;
        }
    }

    public void Delete(GraphMail mail)
    {
        lock (_gate)
        {
            _changes.Add((mail.Folder!, mail));
            mail.Folder = null;
        }
    }

    /// <summary>Forgets the states that delta links stand for.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _forgotten = _changes.Count + 1;
            _changes.Add((_folders["junkemail"], new GraphMail(0, [], default)));
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        Requests.Enqueue($"{request.Method} {path}{request.QueryString}");
        if (Fault(request) is { } fault)
        {
            if (fault.Status == 0)
            {
                context.Abort();
                return;
            }

            if (fault.RetryAfter is not null)
            {
                context.Response.Headers.RetryAfter = fault.RetryAfter;
            }

            await ErrorAsync(context, fault.Status, fault.Code);
            return;
        }

        if (request.Headers.Authorization != $"Bearer {Token}")
        {
            await ErrorAsync(context, 401, "InvalidAuthenticationToken");
            return;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var match = Route().Match(path);
        var (status, answer) = match.Success ? Answer(request, match, body.ToArray()) : (404, "BadRequest");
        context.Response.StatusCode = status;
        switch (answer)
        {
            case byte[] raw:
                context.Response.ContentType = "text/plain";
                await context.Response.Body.WriteAsync(raw);
                break;
            case string code:
                await ErrorAsync(context, status, code);
                break;
            case not null:
                await context.Response.WriteAsJsonAsync(answer);
                break;
        }
    }

    private (int Status, object? Answer) Answer(HttpRequest request, Match match, byte[] body)
    {
        lock (_gate)
        {
            var immutable = request.Headers["Prefer"].ToString().Contains("IdType=\"ImmutableId\"", StringComparison.Ordinal);
            var rest = match.Groups["rest"].Value;
            if (rest == "sendMail")
            {
                return Send(request, body);
            }

            if (match.Groups["message"].Success)
            {
                var mail = _mails.Find(m => m.Folder is not null && m.Id(immutable) == match.Groups["message"].Value);
                return mail is null ? (404, "ErrorItemNotFound") : Message(request, mail, match.Groups["what"].Value, body, immutable);
            }

            if (!match.Groups["folder"].Success)
            {
                return Folders(request, null, body);
            }

            var folder = _folders.GetValueOrDefault(match.Groups["folder"].Value);
            return folder is null ? (404, "ErrorItemNotFound")
                : match.Groups["what"].Value switch
                {
                    "messages/delta()" => Delta(request, folder, immutable),
                    "childFolders" => Folders(request, folder, body),
                    "" => (200, folder.Json),
                    _ => (404, "BadRequest"),
                };
        }
    }

    private (int, object?) Send(HttpRequest request, byte[] body)
    {
        if (request.ContentType != "text/plain")
        {
            return (400, "ErrorInvalidRequest");
        }

        try
        {
            Sent.Enqueue(Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(body)));
            return (202, null);
        }
        catch (FormatException)
        {
            return (400, "ErrorMimeContentInvalidBase64String");
        }
    }

    private (int, object?) Message(HttpRequest request, GraphMail mail, string what, byte[] body, bool immutable)
    {
        using var json = body.Length > 0 ? JsonDocument.Parse(body) : null;
        switch (request.Method, what)
        {
            case ("GET", "$value"):
                return (200, mail.Raw);
            case ("PATCH", ""):
                mail.Categories = [.. json!.RootElement.GetProperty("categories").EnumerateArray().Select(c => c.GetString()!)];
                _changes.Add((mail.Folder!, mail));
                return (200, mail.Json(immutable));
            case ("POST", "move"):
                if (!_folders.TryGetValue(json!.RootElement.GetProperty("DestinationId").GetString()!, out var target))
                {
                    return (404, "ErrorFolderNotFound");
                }

                _changes.Add((mail.Folder!, mail));
                mail.Folder = target;
                _changes.Add((target, mail));
                return (201, mail.Json(immutable));
            default:
                return (404, "BadRequest");
        }
    }

    private (int, object?) Folders(HttpRequest request, GraphFolder? parent, byte[] body)
    {
        if (request.Method == "POST")
        {
            using var json = JsonDocument.Parse(body);
            var made = new GraphFolder($"folder-{_folders.Count}", json.RootElement.GetProperty("displayName").GetString()!, parent?.Id);
            _folders[made.Id] = made;
            return (201, made.Json);
        }

        var name = Filter().Match(request.Query["$filter"].ToString()).Groups["name"].Value.Replace("''", "'", StringComparison.Ordinal);
        return (200, new { value = _folders.Values.Where(f => f.Parent == parent?.Id && f.Name == name).Select(f => f.Json) });
    }

    // A state is a position among the changes; a page after it is the folder's mails that changed since, or all for the first round.
    private (int, object?) Delta(HttpRequest request, GraphFolder folder, bool immutable)
    {
        var size = int.Parse(PageSize().Match(request.Headers["Prefer"].ToString()).Groups["size"].Value, CultureInfo.InvariantCulture);
        var state = request.Query["$deltatoken"].ToString() is { Length: > 0 } from ? from : request.Query["$skiptoken"].ToString() is { Length: > 0 } skip ? skip : "0.0." + _changes.Count;
        var parts = state.Split('.').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        if (parts[0] > 0 && parts[0] < _forgotten)
        {
            return (410, "SyncStateNotFound");
        }

        var until = request.Query.ContainsKey("$deltatoken") ? _changes.Count : parts[2];
        var changed = _changes.Take(until).Skip(parts[0]).Where(c => c.Folder == folder).Select(c => c.Mail).Distinct().Where(m => parts[0] > 0 || m.Folder == folder).ToList();
        var page = changed.Skip(parts[1]).Take(size).Select(m => m.Folder == folder ? m.Json(immutable) : m.Removed(folder, immutable));
        var link = $"{LinksTo ?? $"{request.Scheme}://{request.Host}"}{request.Path}?";
        return (200, parts[1] + size < changed.Count
            ? new Dictionary<string, object> { ["value"] = page, ["@odata.nextLink"] = $"{link}$skiptoken={parts[0]}.{parts[1] + size}.{until}" }
            : new Dictionary<string, object> { ["value"] = page, ["@odata.deltaLink"] = $"{link}$deltatoken={until}.0.0" });
    }

    private static Task ErrorAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = new { code, message = $"The stand-in says {code}." } });
    }

    [GeneratedRegex(@"^/v1\.0/users/[^/]+/(?<rest>sendMail|messages/(?<message>[^/]+)(/(?<what>.+))?|mailFolders(/(?<folder>[^/]+)(/(?<what>.+))?)?)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Route();

    [GeneratedRegex("displayName eq '(?<name>.*)'$", RegexOptions.NonBacktracking)]
    private static partial Regex Filter();

    [GeneratedRegex(@"odata\.maxpagesize=(?<size>\d+)", RegexOptions.NonBacktracking)]
    private static partial Regex PageSize();
}

internal sealed record GraphFolder(string Id, string Name, string? Parent)
{
    public object Json => new { id = Id, displayName = Name };
}

internal sealed class GraphMail(int number, byte[] raw, DateTimeOffset received)
{
    public byte[] Raw => raw;

    public GraphFolder? Folder { get; set; }

    public List<string> Categories { get; set; } = [];

    public string Key => Id(immutable: true);

    public string Id(bool immutable, GraphFolder? folder = null) => immutable
        ? string.Create(CultureInfo.InvariantCulture, $"AAkALgImmutable{number}=")
        : string.Create(CultureInfo.InvariantCulture, $"AAMkMutable{(folder ?? Folder)?.Id}{number}=");

    public object Json(bool immutable) => new Dictionary<string, object>
    {
        ["id"] = Id(immutable),
        ["receivedDateTime"] = received.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["categories"] = Categories,
    };

    public object Removed(GraphFolder from, bool immutable) => new Dictionary<string, object> { ["id"] = Id(immutable, from), ["@removed"] = new { reason = "deleted" } };
}
