using System.Globalization;
using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Access;

/// <summary>What an identity's health is judged by: whether its last token came, and what of it runs out when.</summary>
internal sealed class TokenHealth(string name, OAuthSettings settings, CertificateFile? certificate, TimeSpan warning) : IHealthSource
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _expires;
    private (DateTimeOffset End, TimeSpan Life)? _refreshToken;
    private string? _problem;
    private string? _unsaved;

    /// <summary>A token came.</summary>
    /// <param name="expires">When it ends.</param>
    public void Came(DateTimeOffset expires)
    {
        lock (_gate)
        {
            (_expires, _problem) = (expires, null);
        }
    }

    /// <summary>The provider told how long the refresh token lives.</summary>
    public void RefreshTokenCame(DateTimeOffset now, TimeSpan life)
    {
        lock (_gate)
        {
            _refreshToken = (now + life, life);
        }
    }

    /// <summary>None came.</summary>
    public void Failed(string problem)
    {
        lock (_gate)
        {
            _problem = problem;
        }
    }

    /// <summary>The tokens could not be kept (why), or could again (null).</summary>
    public void Kept(string? problem)
    {
        lock (_gate)
        {
            _unsaved = problem;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<HealthFact> Facts(DateTimeOffset now)
    {
        var facts = new List<HealthFact>();
        var key = $"Credentials:Identities:{name}";
        lock (_gate)
        {
            if (_problem is not null || _expires is not null)
            {
                facts.Add(new HealthFact($"oauth-token:{name}", _problem is null, _problem is null ? $"{key}: the last token came." : _problem + WhatIsLeft(now)));
            }

            if (_unsaved is not null)
            {
                facts.Add(new HealthFact($"oauth-store:{name}", false, _unsaved));
            }

            if (_refreshToken is { } refresh)
            {
                // Some live for half an hour only and are renewed all the time: then it is the last quarter that is late.
                var early = refresh.Life / 4 < warning ? refresh.Life / 4 : warning;
                facts.Add(Expiry.Fact($"oauth-refresh-token:{name}", $"{key}: the refresh token", refresh.End, early, $"put a new one into {key}:RefreshTokenFile.", now));
            }
        }

        if (DateOnly.TryParseExact(settings.ClientSecretExpires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var secretEnds))
        {
            var end = new DateTimeOffset(secretEnds.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
            facts.Add(Expiry.Fact($"oauth-client-secret:{name}", $"{key}: the client secret", end, warning, $"make a new one, put it into {key}:ClientSecretFile and set {key}:ClientSecretExpires.", now));
        }

        if (certificate is not null)
        {
            facts.Add(ServerAccess.CertificateFact($"oauth-certificate:{name}", $"{key}:CertificateFile", certificate, warning, now));
        }

        return facts;
    }

    private string WhatIsLeft(DateTimeOffset now) => _expires is { } end && end > now ? $" The one at hand ends at {end.UtcDateTime:HH:mm} UTC." : "";
}
