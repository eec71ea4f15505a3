using EnquiryTriage.Worker.Health;

namespace EnquiryTriage.Worker.Access;

/// <summary>An OAuth 2 access token (RFC 6749 section 1.4).</summary>
/// <param name="Value">The secret itself.</param>
/// <param name="Expires">When it ends.</param>
public sealed record AccessToken(string Value, DateTimeOffset Expires)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => $"token until {Expires:u}";
}

/// <summary>Where access tokens of one identity come from.</summary>
public interface ITokenSource : IHealthSource
{
    /// <summary>A token that is good for some minutes at least: the one at hand, or a new one.</summary>
    /// <param name="renew">The one at hand was refused: get another, whatever its time.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="TokenException">There is none to be had.</exception>
    Task<AccessToken> TokenAsync(bool renew, CancellationToken cancel);
}

/// <summary>No token can be had.</summary>
/// <param name="message">What is wrong and the remedy, in one line, without secrets.</param>
/// <param name="temporary">Whether trying again may help; false where a person has to do something.</param>
/// <param name="inner">The cause.</param>
public sealed class TokenException(string message, bool temporary, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether trying again may help.</summary>
    public bool Temporary { get; } = temporary;
}
