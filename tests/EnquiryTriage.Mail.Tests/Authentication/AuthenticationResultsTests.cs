using System.Text;
using EnquiryTriage.Mail.Authentication;
using MimeKit;

namespace EnquiryTriage.Mail.Tests.Authentication;

public sealed class AuthenticationResultsTests
{
    private const string Ours = "mx.agency.example";

    [Fact]
    public void The_three_verdicts_and_their_domains_are_read()
    {
        var result = Read("Authentication-Results: mx.agency.example;\r\n\tspf=pass smtp.mailfrom=bounce@Home.example;\r\n\tdkim=pass (2048-bit key; secure) header.d=home.example header.i=@home.example;\r\n\tdmarc=pass (p=reject) header.from=home.example")!;

        Assert.Equal((AuthenticationVerdict.Pass, AuthenticationVerdict.Pass, AuthenticationVerdict.Pass), (result.Spf, result.Dkim, result.Dmarc));
        Assert.Equal("home.example home.example home.example", $"{result.SpfDomain} {Assert.Single(result.DkimDomains)} {result.DmarcDomain}");
        Assert.True(result.ProvesDomainOf("Ann@HOME.example"));
        Assert.False(result.ProvesDomainOf("ann@else.example"));
    }

    [Fact]
    public void Only_the_topmost_field_counts()
    {
        Assert.Null(Read("Authentication-Results: else.example; spf=pass\r\nAuthentication-Results: mx.agency.example; dmarc=pass header.from=home.example"));
        Assert.Equal(AuthenticationVerdict.Fail, Read("Authentication-Results: mx.agency.example; dmarc=fail\r\nAuthentication-Results: mx.agency.example; dmarc=pass")!.Dmarc);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("agency.example")]
    public void Another_server_or_none_configured_proves_nothing(string? authservId) =>
        Assert.Null(AuthenticationResultsReader.Read(Load("Authentication-Results: mx.agency.example; dmarc=pass"), authservId));

    [Theory]
    [InlineData("mx.agency.example 1; spf=pass")]
    [InlineData("MX.Agency.Example; SPF=Pass")]
    [InlineData("\"mx.agency.example\"; spf=pass")]
    [InlineData("(a; comment) mx.agency.example; spf = pass")]
    [InlineData("mx.agency.example; spf/1=pass reason=\"good; really\"")]
    [InlineData("mx.agency.example; iprev=fail; spf=pass (x (nested; \\) ) y)")]
    public void Comments_quotes_versions_and_case_do_not_matter(string value) =>
        Assert.Equal(AuthenticationVerdict.Pass, Read("Authentication-Results: " + value)!.Spf);

    [Theory]
    [InlineData("softfail", AuthenticationVerdict.Fail)]
    [InlineData("neutral", AuthenticationVerdict.Neutral)]
    [InlineData("temperror", AuthenticationVerdict.Error)]
    [InlineData("permerror", AuthenticationVerdict.Error)]
    [InlineData("none", AuthenticationVerdict.None)]
    [InlineData("passed", AuthenticationVerdict.None)]
    public void Each_result_word_has_its_verdict(string word, AuthenticationVerdict verdict) =>
        Assert.Equal(verdict, Read($"Authentication-Results: {Ours}; spf={word} smtp.mailfrom=home.example")!.Spf);

    [Fact]
    public void One_signature_that_passes_is_enough()
    {
        var result = Read($"Authentication-Results: {Ours}; dkim=fail header.d=list.example; dkim=pass header.i=@home.example; dkim=fail header.d=x.example")!;

        Assert.Equal(AuthenticationVerdict.Pass, result.Dkim);
        Assert.Equal("home.example", Assert.Single(result.DkimDomains));
        Assert.True(result.ProvesDomainOf("ann@home.example"));
        Assert.False(result.ProvesDomainOf("ann@list.example"));
    }

    [Fact]
    public void A_DMARC_failure_outweighs_an_envelope_that_passed() =>
        Assert.False(Read($"Authentication-Results: {Ours}; spf=pass smtp.mailfrom=home.example; dmarc=fail header.from=home.example")!.ProvesDomainOf("ann@home.example"));

    [Fact]
    public void Words_in_a_comment_or_a_quoted_string_prove_nothing()
    {
        var result = Read($"Authentication-Results: {Ours}; spf=fail (dmarc=pass; x) reason=\"; dmarc=pass header.from=home.example\" smtp.helo=home.example")!;

        Assert.Equal(AuthenticationVerdict.None, result.Dmarc);
        Assert.False(result.ProvesDomainOf("ann@home.example"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(";;;")]
    [InlineData("mx.agency.example; (((")]
    [InlineData("mx.agency.example; \"")]
    [InlineData("mx.agency.example; =; ==; spf=; dkim=pass header.d=")]
    [InlineData("\0\u0001")]
    public void Nonsense_proves_nothing_and_throws_nothing(string value) =>
        Assert.NotEqual(true, Read("Authentication-Results: " + value)?.ProvesDomainOf("ann@home.example"));

    private static AuthenticationResult? Read(string header) => AuthenticationResultsReader.Read(Load(header), Ours);

    private static MimeMessage Load(string header) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(header + "\r\nFrom: ann@home.example\r\n\r\nx\r\n")));
}
