using EnquiryTriage.Mail.Composing;

namespace EnquiryTriage.Mail.Tests.Composing;

public sealed class ReferenceChainTests
{
    private static readonly string[] Long = [.. Enumerable.Range(0, 200).Select(i => $"id{i:000}@home.example")];

    [Fact]
    public void A_long_chain_keeps_its_first_its_last_and_the_recent_ones_within_the_limit()
    {
        var chain = ReferenceChain.Of(Long, "last@home.example");
        var value = ReferenceChain.Value(chain);

        Assert.Equal("id000@home.example", chain[0]);
        Assert.Equal("last@home.example", chain[^1]);
        Assert.Equal("id199@home.example", chain[^2]);
        Assert.Equal(string.Join(' ', Long[^(chain.Count - 2)..]), string.Join(' ', chain.Skip(1).SkipLast(1)));
        Assert.InRange(value.Length, ReferenceChain.MaxCharacters - 25, ReferenceChain.MaxCharacters);
    }

    [Fact]
    public void A_chain_at_the_limit_is_whole_and_one_character_more_drops_the_second_id()
    {
        // n ids of 20 characters take 23 each: 65 of them 1,495.
        var ids = Enumerable.Range(0, 64).Select(i => $"{i:00}3456789@home.examp"[..20]).ToList();
        var last = new string('l', ReferenceChain.MaxCharacters - (64 * 23) - 3 - 2) + "@x";

        Assert.Equal(65, ReferenceChain.Of(ids, last).Count);
        var cut = ReferenceChain.Of(ids, "l" + last);
        Assert.Equal(64, cut.Count);
        Assert.Equal(ids[0], cut[0]);
        Assert.Equal(ids[2], cut[1]);
    }

    [Fact]
    public void The_answered_id_stands_last_and_once() =>
        Assert.Equal("a@x b@x", string.Join(' ', ReferenceChain.Of(["a@x", "b@x"], "b@x")));

    [Fact]
    public void A_last_id_beyond_all_limits_is_cut_to_a_token_not_folded_into_lines() =>
        Assert.All(ReferenceChain.Of([new string('a', 5_000) + "@x"], new string('b', 5_000)), id => Assert.InRange(id.Length, 1, HeaderText.MaxToken));

    [Fact]
    public void Nothing_to_refer_to_gives_nothing()
    {
        Assert.Empty(ReferenceChain.Of([], null));
        Assert.Empty(ReferenceChain.Of(["", " ", "<>"], "\r\n"));
    }
}
