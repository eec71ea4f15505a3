using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EnquiryTriage.Worker.Tests.Access;

/// <summary>
/// A provider of tokens on loopback, over TLS and in clear: a plain token endpoint at /token (RFC 6749) that takes each refresh token once, Microsoft's
/// /TENANT/oauth2/v2.0/token and /devicecode, and introspection at /introspect (RFC 7662) for mail servers.
/// </summary>
internal sealed class TokenProvider : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly ConcurrentDictionary<string, bool> _good = new(StringComparer.Ordinal);
    private WebApplication? _app;
    private int _number;

    /// <summary>Base address, over TLS.</summary>
    public string Https { get; private set; } = "";

    /// <summary>Base address, in clear.</summary>
    public string Http { get; private set; } = "";

    /// <summary>The authority's certificate.</summary>
    public string AuthorityPem => _certificates.AuthorityPem;

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<(string Path, Dictionary<string, string> Form, string? Authorization)> Requests { get; } = new();

    /// <summary>The refresh token that is accepted next; null for any.</summary>
    public string? RefreshToken { get; set; }

    /// <summary>Whether each use of a refresh token brings another.</summary>
    public bool Rotates { get; set; } = true;

    /// <summary>Life of access tokens in seconds.</summary>
    public int Life { get; set; } = 3600;

    /// <summary>Told life of refresh tokens in seconds; null for none.</summary>
    public int? RefreshLife { get; set; }

    /// <summary>Answers in place of a token, where it answers at all.</summary>
    public Func<Dictionary<string, string>, (int Status, string Body)?> Instead { get; set; } = _ => null;

    /// <summary>The mailbox that tokens open.</summary>
    public string User { get; set; } = "";

    /// <summary>How many times the person is waited for at /token before the sign-in counts as done.</summary>
    public int Hesitation { get; set; }

    /// <summary>Token requests so far.</summary>
    public int Asked => Requests.Count(r => !r.Path.EndsWith("/introspect", StringComparison.Ordinal) && !r.Path.EndsWith("/devicecode", StringComparison.Ordinal));

    public static async Task<TokenProvider> StartAsync()
    {
        var provider = new TokenProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.Listen(IPAddress.Loopback, 0, l => l.UseHttps(provider._certificates.Server()));
            o.Listen(IPAddress.Loopback, 0);
        });
        provider._app = builder.Build();
        provider._app.Run(provider.AnswerAsync);
        await provider._app.StartAsync();
        foreach (var url in provider._app.Urls)
        {
            var address = new Uri(url);
            var named = $"{address.Scheme}://localhost:{address.Port}";
            _ = address.Scheme == "https" ? provider.Https = named : provider.Http = named;
        }

        return provider;
    }

    /// <summary>No token that was given so far is good any more.</summary>
    public void RevokeAccess() => _good.Clear();

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _certificates.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var form = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync()).ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal)
            : [];
        Requests.Enqueue((path, form, context.Request.Headers.Authorization));
        var (status, body) = path switch
        {
            "/introspect" => (200, JsonSerializer.Serialize(new { active = _good.ContainsKey(form.GetValueOrDefault("token", "")), user = User })),
            _ when path.EndsWith("/devicecode", StringComparison.Ordinal) => (200, JsonSerializer.Serialize(new
            {
                user_code = "ABCD-EFGH",
                device_code = "device-code-1",
                verification_uri = "https://sign-in.example/device",
                expires_in = 900,
                interval = 1,
                message = "Open https://sign-in.example/device and enter ABCD-EFGH.",
            })),
            _ when path.EndsWith("/token", StringComparison.Ordinal) => Instead(form) ?? Token(form),
            _ => (404, "{}"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }

    private (int Status, string Body) Token(Dictionary<string, string> form)
    {
        var grant = form.GetValueOrDefault("grant_type", "");
        if (grant.EndsWith("device_code", StringComparison.Ordinal) && Hesitation-- > 0)
        {
            return (400, """{"error":"authorization_pending","error_description":"not yet"}""");
        }

        if (grant == "refresh_token" && RefreshToken is not null && form.GetValueOrDefault("refresh_token") != RefreshToken)
        {
            return (400, """{"error":"invalid_grant","error_description":"used, or never given"}""");
        }

        var number = Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture);
        var answer = new Dictionary<string, object>(StringComparer.Ordinal) { ["token_type"] = "Bearer", ["access_token"] = $"access-token-{number}", ["expires_in"] = Life };
        _good[$"access-token-{number}"] = true;
        if (grant != "client_credentials" && Rotates)
        {
            answer["refresh_token"] = RefreshToken = $"refresh-token-{number}";
        }

        if (RefreshLife is { } life)
        {
            answer["refresh_token_expires_in"] = life;
        }

        if (grant != "client_credentials" && form.GetValueOrDefault("scope", "").Contains("openid", StringComparison.Ordinal))
        {
            // What Microsoft tells of a person.
            answer["client_info"] = Encoded(new { uid = "person-1", utid = "tenant-1" });
            answer["id_token"] = $"{Encoded(new { alg = "none" })}.{Encoded(new { oid = "person-1", tid = "tenant-1", preferred_username = "ann@agency.example", sub = "s", iss = "i", aud = "a", ver = "2.0" })}.";
            answer["scope"] = form["scope"];
        }

        return (200, JsonSerializer.Serialize(answer));
    }

    private static string Encoded(object part) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(part))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
