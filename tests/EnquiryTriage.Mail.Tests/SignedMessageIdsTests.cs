namespace EnquiryTriage.Mail.Tests;

public sealed class SignedMessageIdsTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] OldKey = [.. Enumerable.Range(100, 16).Select(i => (byte)i)];
    private static readonly SignedMessageIds Ids = new("mail.agency.example", [Key]);

    [Fact]
    public void An_id_verifies_with_and_without_angle_brackets()
    {
        var id = Ids.Create("row42");

        Assert.True(Ids.TryVerify(id, out var token));
        Assert.Equal("row42", token);
        Assert.True(Ids.TryVerify($" <{id}> ", out _));
        Assert.StartsWith("et-row42-", id, StringComparison.Ordinal);
        Assert.EndsWith("@mail.agency.example", id, StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_that_change_case_do_not_break_an_id() => Assert.True(Ids.TryVerify(Ids.Create("row42").ToUpperInvariant(), out _));

    [Fact]
    public void Any_changed_character_breaks_the_proof()
    {
        var id = Ids.Create("row42");
        for (var i = 0; i < id.Length; i++)
        {
            var changed = id[..i] + (id[i] == '7' ? '8' : '7') + id[(i + 1)..];
            Assert.False(Ids.TryVerify(changed, out _), changed);
        }
    }

    [Fact]
    public void Another_key_or_domain_or_prefix_proves_nothing()
    {
        var id = new SignedMessageIds("mail.agency.example", [OldKey]).Create("row42");

        Assert.False(Ids.TryVerify(id, out _));
        Assert.False(new SignedMessageIds("other.example", [Key]).TryVerify(Ids.Create("row42"), out _));
        Assert.False(new SignedMessageIds("mail.agency.example", [Key], "xy").TryVerify(Ids.Create("row42"), out _));
    }

    [Fact]
    public void Old_ids_stay_valid_when_the_key_is_changed()
    {
        var old = new SignedMessageIds("mail.agency.example", [OldKey]).Create("row42");

        Assert.True(new SignedMessageIds("mail.agency.example", [Key, OldKey]).TryVerify(old, out var token));
        Assert.Equal("row42", token);
    }

    [Fact]
    public void A_return_path_verifies_and_keeps_the_mailbox()
    {
        var path = Ids.ReturnPath("strategy@agency.example", "row42");

        Assert.True(Ids.TryVerifyReturnPath(path, out var token));
        Assert.Equal("row42", token);
        Assert.StartsWith("strategy+et-row42-", path, StringComparison.Ordinal);
        Assert.EndsWith("@agency.example", path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<>")]
    [InlineData("@")]
    [InlineData("+@")]
    [InlineData("et-@mail.agency.example")]
    [InlineData("et--00000000000000000000000000000000@mail.agency.example")]
    [InlineData("e@mail.agency.example")]
    [InlineData("strategy@agency.example")]
    [InlineData("strategy+tag@agency.example")]
    [InlineData("strategy@agency+example")]
    public void What_is_not_ours_is_refused_without_an_exception(string? value)
    {
        Assert.False(Ids.TryVerify(value, out _));
        Assert.False(Ids.TryVerifyReturnPath(value, out _));
    }

    [Fact]
    public void Weak_settings_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SignedMessageIds("agency.example", []));
        Assert.Throws<ArgumentException>(() => new SignedMessageIds("agency.example", [new byte[15]]));
        Assert.Throws<ArgumentException>(() => new SignedMessageIds("agency.example", [Key], "a-b"));
        Assert.Throws<ArgumentException>(() => new SignedMessageIds(" ", [Key]));
        Assert.Throws<ArgumentException>(() => Ids.Create("a b"));
        Assert.Throws<ArgumentException>(() => Ids.Create(""));
    }
}
