using System.Globalization;
using System.Text.Json;

namespace EnquiryTriage.Worker.Access;

/// <summary>The answer of a token endpoint (RFC 6749 sections 5.1 and 5.2).</summary>
/// <param name="AccessToken">The token.</param>
/// <param name="Life">How long it is good.</param>
/// <param name="RefreshToken">The next refresh token, where there is one.</param>
/// <param name="RefreshLife">How long that is good, which some providers tell.</param>
/// <param name="Error">Error code.</param>
/// <param name="ErrorDescription">In words.</param>
internal sealed record TokenAnswer(string? AccessToken, TimeSpan? Life, string? RefreshToken, TimeSpan? RefreshLife, string? Error, string? ErrorDescription)
{
    private const double LongestLife = 10 * 365 * 86_400.0;

    /// <summary>Reads it; null where it is not a JSON object.</summary>
    public static TokenAnswer? Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object
                ? null
                : new TokenAnswer(
                    Text(root, "access_token"),
                    Seconds(root, "expires_in"),
                    Text(root, "refresh_token"),
                    Seconds(root, "refresh_token_expires_in") ?? Seconds(root, "refresh_expires_in"),
                    Text(root, "error"),
                    Text(root, "error_description"));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Never a token.</summary>
    public override string ToString() => Error ?? "token";

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // QUIRK: some endpoints write the number as a string; 0 means "does not end" where it is the refresh token's (Keycloak's offline tokens).
    private static TimeSpan? Seconds(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value))
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < LongestLife
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }
}
