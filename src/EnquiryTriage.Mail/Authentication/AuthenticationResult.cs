namespace EnquiryTriage.Mail;

/// <summary>A result of RFC 8601 section 2.7.</summary>
public enum AuthenticationVerdict
{
    /// <summary>Not tried, or nothing to try it on.</summary>
    None,

    /// <summary>Passed.</summary>
    Pass,

    /// <summary>Failed, softfail and policy included: the domain does not stand behind the mail.</summary>
    Fail,

    /// <summary>Neither: the domain says nothing (neutral).</summary>
    Neutral,

    /// <summary>Could not be finished for now (temperror) or at all (permerror).</summary>
    Error,
}

/// <summary>What our own receiving server found out about the sender; nobody else's word counts.</summary>
/// <param name="AuthservId">The server that says so.</param>
/// <param name="Spf">SPF (RFC 7208) of the envelope sender.</param>
/// <param name="SpfDomain">The domain it was about, lower case, or null.</param>
/// <param name="Dkim">DKIM (RFC 6376): passed where any signature did.</param>
/// <param name="DkimDomains">Domains whose signatures passed, lower case.</param>
/// <param name="Dmarc">DMARC (RFC 7489).</param>
/// <param name="DmarcDomain">The author domain it was about, lower case, or null.</param>
public sealed record AuthenticationResult(
    string AuthservId,
    AuthenticationVerdict Spf,
    string? SpfDomain,
    AuthenticationVerdict Dkim,
    IReadOnlyList<string> DkimDomains,
    AuthenticationVerdict Dmarc,
    string? DmarcDomain)
{
    /// <summary>
    /// Whether the domain of <paramref name="address"/> stands behind the mail: DMARC passed for it, or, where DMARC says nothing, a
    /// signature or the envelope of the very same domain passed. A DMARC failure outweighs both.
    /// </summary>
    public bool ProvesDomainOf(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var domain = address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();
        return Dmarc switch
        {
            AuthenticationVerdict.Pass => string.Equals(DmarcDomain ?? domain, domain, StringComparison.Ordinal),
            AuthenticationVerdict.Fail => false,
            _ => DkimDomains.Contains(domain, StringComparer.Ordinal)
                || (Spf == AuthenticationVerdict.Pass && string.Equals(SpfDomain, domain, StringComparison.Ordinal)),
        };
    }
}
