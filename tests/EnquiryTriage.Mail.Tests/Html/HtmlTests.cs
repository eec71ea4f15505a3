using System.Text;

namespace EnquiryTriage.Mail.Tests.Html;

public sealed class HtmlTests
{
    private static string Text(string html) => MailReader.Read(Encoding.UTF8.GetBytes("Content-Type: text/html; charset=utf-8\r\n\r\n" + html)).Text;

    [Fact]
    public void Lists_links_tables_and_quotes_stay_readable() => Assert.Equal(
        "Title\n\n- one\n- two\n\n1. first\n2. second\n\na\tb\nc\td\n\nSee our page <https://example.org/x>\n\n> quoted\n>\n>> deeper",
        Text("<h1>Title</h1><ul><li>one<li>two</ul><ol><li>first<li>second</ol><table><tr><td>a<td>b<tr><td>c<td>d</table><p>See <a href='https://example.org/x'>our page</a></p><blockquote>quoted<blockquote>deeper</blockquote></blockquote>"));

    [Fact]
    public void Scripts_styles_hidden_text_and_trackers_are_left_out() => Assert.Equal(
        "Shown",
        Text("<head><title>t</title><style>p{}</style></head><script>x</script><div style='display: none'>preheader</div><span style='font-size:0px'>hidden</span><img src='https://t.example.org/p.gif' width=1 height=1 alt='pixel'><p>Sho<b>wn</b></p>"));

    [Fact]
    public void A_link_that_shows_its_target_is_written_once() => Assert.Equal("example.org and a@example.org", Text("<a href='https://example.org/'>example.org</a> and <a href='mailto:a@example.org?subject=x'>a@example.org</a>"));

    [Theory]
    [InlineData("<script>alert(1)</script>", "alert")]
    [InlineData("<img src='https://t.example.org/p.gif'>", "example.org")]
    [InlineData("<img src='cid:a' srcset='https://t.example.org/p.gif 2x'>", "example.org")]
    [InlineData("<p style='background-image:url(https://t.example.org/x)'>x</p>", "example.org")]
    [InlineData("<p style=\"background:url('https://t.example.org/x')\">x</p>", "example.org")]
    [InlineData("<style>@import 'https://t.example.org/x'</style>", "example.org")]
    [InlineData("<form action='https://t.example.org'><input name=a><button>go</button></form>", "form")]
    [InlineData("<a href='javascript:alert(1)'>x</a>", "javascript")]
    [InlineData("<p onclick='alert(1)'>x</p>", "alert")]
    [InlineData("<iframe src='https://t.example.org'></iframe>", "iframe")]
    [InlineData("<svg><image href='https://t.example.org/x'/></svg>", "example.org")]
    [InlineData("<table background='https://t.example.org/x'><tr><td>x</table>", "example.org")]
    [InlineData("<p style='position:fixed;top:0'>x</p>", "position")]
    [InlineData("<link rel=stylesheet href='https://t.example.org/x'>", "example.org")]
    [InlineData("<video poster='https://t.example.org/x' src='https://t.example.org/y'></video>", "example.org")]
    public void Nothing_active_or_remote_survives(string html, string forbidden) =>
        Assert.DoesNotContain(forbidden, SafeHtml.Sanitize(html), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Words_links_and_enclosed_pictures_survive()
    {
        var safe = SafeHtml.Sanitize("<p>Hello <b>there</b> <a href='https://example.org/x'>link</a><img src='cid:a@b' alt='pic'></p>");

        Assert.Contains("<b>there</b>", safe, StringComparison.Ordinal);
        Assert.Contains("https://example.org/x", safe, StringComparison.Ordinal);
        Assert.Contains("cid:a@b", safe, StringComparison.Ordinal);
        Assert.Contains("noopener", safe, StringComparison.Ordinal);
    }
}
