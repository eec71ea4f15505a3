using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EnquiryTriage.Mail;

/// <summary>
/// Message-IDs that prove they are ours: <c>prefix-token-mac@domain</c>, where mac is HMAC-SHA256 (RFC 2104) over
/// prefix and token, cut to 128 bits. Also signs the VERP return path, so that a bounce names the outbox row it belongs to.
/// </summary>
/// <remarks>The first key signs; all keys verify, so that old ids stay valid when the key is changed.</remarks>
public sealed class SignedMessageIds
{
    private const int MacBytes = 16;
    private const int ReturnPathMacBytes = 8;
    private readonly byte[][] _keys;

    /// <summary>Creates the signer.</summary>
    /// <param name="domain">Right-hand side of the ids, as "mail.example.org".</param>
    /// <param name="keys">Keys, newest first; at least one, each at least 16 bytes.</param>
    /// <param name="prefix">Letters and digits that start every id.</param>
    /// <exception cref="ArgumentException">No key, a short key, or a prefix that is not letters and digits.</exception>
    public SignedMessageIds(string domain, IReadOnlyList<byte[]> keys, string prefix = "et")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(domain);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0 || keys.Any(k => k.Length < 16))
        {
            throw new ArgumentException("At least one signing key of 16 bytes or more is needed.", nameof(keys));
        }

        if (prefix.Length == 0 || !prefix.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException("The prefix is letters and digits.", nameof(prefix));
        }

        Domain = domain;
        Prefix = prefix;
        _keys = [.. keys];
    }

    /// <summary>Right-hand side of the ids.</summary>
    public string Domain { get; }

    /// <summary>Start of the ids.</summary>
    public string Prefix { get; }

    /// <summary>The Message-ID for <paramref name="token"/>, without angle brackets.</summary>
    /// <param name="token">Letters and digits: an outbox row's own id.</param>
    /// <exception cref="ArgumentException">The token is empty or has other characters.</exception>
    public string Create(string token)
    {
        if (token.Length == 0 || !token.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException("A token is letters and digits.", nameof(token));
        }

        return $"{Prefix}-{token}-{Mac(_keys[0], token)}@{Domain}";
    }

    /// <summary>Whether <paramref name="messageId"/> (angle brackets or not) is one of ours, and its token.</summary>
    public bool TryVerify(string? messageId, [NotNullWhen(true)] out string? token)
    {
        token = null;
        if (messageId is null)
        {
            return false;
        }

        var id = messageId.AsSpan().Trim().TrimStart('<').TrimEnd('>');
        var at = id.LastIndexOf('@');
        if (at < 0 || !id[(at + 1)..].Equals(Domain, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return TryVerifyLocal(id[..at], MacBytes, out token);
    }

    /// <summary>
    /// The signed VERP return path of <paramref name="mailbox"/>: <c>local+prefix-token-mac@domain</c>, with 64 bits of the mac. Where that is longer than the 64 octets that
    /// RFC 5321 section 4.5.3.1.1 allows a local part, the mailbox itself.
    /// </summary>
    public string ReturnPath(string mailbox, string token)
    {
        const int LongestLocalPart = 64;
        var at = mailbox.LastIndexOf('@');
        var local = $"{mailbox[..at]}+{Prefix}-{token}-{Mac(_keys[0], token, ReturnPathMacBytes)}";
        return local.Length <= LongestLocalPart ? local + mailbox[at..] : mailbox;
    }

    /// <summary>Whether <paramref name="address"/> is a return path that we signed, and its token.</summary>
    public bool TryVerifyReturnPath(string? address, [NotNullWhen(true)] out string? token)
    {
        token = null;
        var at = address?.LastIndexOf('@') ?? -1;
        var plus = address?.IndexOf('+', StringComparison.Ordinal) ?? -1;
        return plus >= 0 && at > plus && TryVerifyLocal(address.AsSpan(plus + 1, at - plus - 1), ReturnPathMacBytes, out token);
    }

    private bool TryVerifyLocal(ReadOnlySpan<char> local, int macBytes, [NotNullWhen(true)] out string? token)
    {
        token = null;
        var macAt = local.LastIndexOf('-');
        if (macAt <= Prefix.Length + 1
            || local[Prefix.Length] != '-'
            || !local.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            || local.Length - macAt - 1 != macBytes * 2)
        {
            return false;
        }

        var candidate = local[(Prefix.Length + 1)..macAt].ToString();
        var given = Encoding.ASCII.GetBytes(local[(macAt + 1)..].ToString().ToLowerInvariant());
        foreach (var key in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Mac(key, candidate, macBytes))))
            {
                token = candidate;
                return true;
            }
        }

        return false;
    }

    private string Mac(byte[] key, string token, int macBytes = MacBytes)
    {
        var mac = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Prefix + "-" + token.ToLowerInvariant()));
        return Convert.ToHexStringLower(mac.AsSpan(0, macBytes));
    }
}
