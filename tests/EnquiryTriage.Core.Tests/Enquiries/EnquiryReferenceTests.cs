using EnquiryTriage.Core.Enquiries;

namespace EnquiryTriage.Core.Tests.Enquiries;

public sealed class EnquiryReferenceTests
{
    private static readonly string[] Prefixes = ["ET", "E", "POL", "OIL", "LUL", "NCA", "ZZTOPABC"];

    [Fact]
    public void A_reference_has_a_prefix_seven_characters_and_one_check_character()
    {
        var reference = EnquiryReference.Create("et", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);

        Assert.Matches("^ET-ZZZZZZZ-[0-9A-HJKMNP-TV-Z]$", reference.ToString());
        Assert.Equal((1UL << 35) - 1, reference.Number);
    }

    [Fact]
    public void The_form_stays_as_it_was_first_published()
    {
        // References live for years in other people's mail: this may never change.
        Assert.Equal("ET-04HMASW-F", EnquiryReference.Create("ET", [0x01, 0x23, 0x45, 0x67, 0x89]).ToString());
    }

    [Fact]
    public void Every_reference_reads_back_as_itself()
    {
        foreach (var reference in Samples(2_000))
        {
            Assert.True(EnquiryReference.TryParse(reference.ToString(), out var read));
            Assert.Equal(reference, read);
        }
    }

    [Fact]
    public void Every_single_wrong_character_is_found()
    {
        foreach (var reference in Samples(300))
        {
            var text = reference.ToString();
            for (var place = 0; place < text.Length; place++)
            {
                foreach (var other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
                {
                    if (text[place] == '-' || Alike(text, place, other))
                    {
                        continue;
                    }

                    var wrong = text[..place] + other + text[(place + 1)..];
                    Assert.False(EnquiryReference.TryParse(wrong, out _), $"{wrong} passed for {text}");
                }
            }
        }
    }

    [Fact]
    public void Every_two_neighbours_swapped_are_found()
    {
        foreach (var reference in Samples(5_000))
        {
            var text = reference.ToString().Replace("-", "", StringComparison.Ordinal);
            for (var place = 0; place + 1 < text.Length; place++)
            {
                if (text[place] == text[place + 1] || SwapReadsTheSame(text, place, reference.Prefix.Length))
                {
                    continue;
                }

                var wrong = text[..place] + text[place + 1] + text[place] + text[(place + 2)..];
                Assert.False(EnquiryReference.TryParse(wrong, out _), $"{wrong} passed for {text}");
            }
        }
    }

    [Theory]
    [InlineData("et-04hmasw-f")]
    [InlineData("ET04HMASWF")]
    [InlineData("  ET 04HM ASW F ")]
    [InlineData("ET\u201304HMASW\u2013F")]
    [InlineData("ET-O4HMASW-F")]
    [InlineData("et-o4hmasw-f")]
    public void What_people_type_is_understood(string typed)
    {
        Assert.True(EnquiryReference.TryParse(typed, out var reference));
        Assert.Equal("ET-04HMASW-F", reference.ToString());
    }

    [Fact]
    public void I_and_L_read_as_one_wherever_they_stand()
    {
        var reference = EnquiryReference.Create("LID", [0x08, 0x42, 0x10, 0x84, 0x21]);
        var text = reference.ToString();
        Assert.StartsWith("LID-1111111-", text, StringComparison.Ordinal);

        foreach (var typed in new[] { text.Replace('1', 'I'), text.Replace('1', 'l'), "1ID" + text[3..], "L1D" + text[3..] })
        {
            Assert.True(EnquiryReference.TryParse(typed, out var read), typed);
            Assert.Equal(reference, read);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ET")]
    [InlineData("04HMASWF")]
    [InlineData("ET-04HMASW")]
    [InlineData("ET-04HMASW-FF")]
    [InlineData("ET-U4HMASW-F")]
    [InlineData("E2-04HMASW-F")]
    [InlineData("Re: ET-04HMASW-F!")]
    [InlineData("ABCDEFGHI-04HMASW-F")]
    public void What_is_no_reference_is_refused(string? typed) => Assert.False(EnquiryReference.TryParse(typed, out _));

    [Theory]
    [InlineData("")]
    [InlineData("E1")]
    [InlineData("É")]
    [InlineData("ABCDEFGHI")]
    public void A_prefix_of_anything_but_letters_is_refused(string prefix) =>
        Assert.Throws<ArgumentException>(() => EnquiryReference.Create(prefix, new byte[5]));

    [Fact]
    public void Too_little_randomness_is_refused() => Assert.Throws<ArgumentException>(() => EnquiryReference.Create("ET", new byte[4]));

    [Fact]
    public void The_default_value_is_empty_and_equals_no_real_reference()
    {
        Assert.Equal("", default(EnquiryReference).ToString());
        Assert.NotEqual(default, EnquiryReference.Create("ET", new byte[5]));
    }

    private static IEnumerable<EnquiryReference> Samples(int count)
    {
        var random = new Random(20210407);
        var bytes = new byte[EnquiryReference.RandomBytes];
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            yield return EnquiryReference.Create(Prefixes[i % Prefixes.Length], bytes);
        }
    }

    // O for 0 and I or L for 1 are forgiven, so they are not wrong characters (in the prefix: the digit for the letter).
    private static bool Alike(string text, int place, char other)
    {
        var inPrefix = place < text.IndexOf('-', StringComparison.Ordinal);
        return text[place] == other || (text[place], other) switch
        {
            ('0', 'O') or ('1', 'I') or ('1', 'L') => !inPrefix,
            ('O', '0') or ('I', '1') or ('L', '1') => inPrefix,
            _ => false,
        };
    }

    // Over the hyphen, O and 0 (or I, L and 1) swapped read as the same reference again, which is no harm.
    private static bool SwapReadsTheSame(string text, int place, int prefixLength) =>
        place == prefixLength - 1 && (text[place], text[place + 1]) is ('O', '0') or ('I', '1') or ('L', '1');
}
