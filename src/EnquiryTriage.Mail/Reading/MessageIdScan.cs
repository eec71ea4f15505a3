using System.Text;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Collects message ids from In-Reply-To, References and Message-ID as people write them, the first and the last ones where there are too many.</summary>
internal sealed class MessageIdScan(int limit)
{
    /// <summary>RFC 5322 allows lines of 998 characters; no sane id is longer.</summary>
    private const int MaxIdBytes = 998;

    private readonly int _firstCount = Math.Max(1, limit / 2);
    private readonly List<string> _first = [];
    private readonly Queue<string> _last = [];

    /// <summary>Ids that were found but not kept.</summary>
    internal int Dropped { get; private set; }

    internal void Add(ReadOnlySpan<byte> value)
    {
        var any = false;
        var rest = value;
        while (true)
        {
            var open = rest.IndexOf((byte)'<');
            if (open < 0)
            {
                break;
            }

            rest = rest[(open + 1)..];
            var close = rest[..Math.Min(rest.Length, MaxIdBytes)].IndexOf((byte)'>');
            if (close < 0)
            {
                continue;
            }

            any |= Keep(Normalise(rest[..close]));
            rest = rest[(close + 1)..];
        }

        if (!any)
        {
            AddBare(value);
        }
    }

    internal IReadOnlyList<string> Ids() => _first.Count == 0 ? [] : _last.Count == 0 ? _first : [.. _first, .. _last];

    /// <summary>Without angle brackets only a lone token with an at sign is taken: In-Reply-To may hold prose.</summary>
    private void AddBare(ReadOnlySpan<byte> value)
    {
        var trimmed = value.Trim(" \t\r\n<>"u8);
        if (!trimmed.IsEmpty && trimmed.Length <= MaxIdBytes && trimmed.IndexOfAny(" \t\r\n"u8) < 0 && trimmed.Contains((byte)'@'))
        {
            Keep(Normalise(trimmed));
        }
    }

    private bool Keep(string id)
    {
        if (id.Length == 0)
        {
            return false;
        }

        if (_first.Count < _firstCount)
        {
            _first.Add(id);
        }
        else
        {
            _last.Enqueue(id);
            if (_last.Count > limit - _firstCount)
            {
                _last.Dequeue();
                Dropped++;
            }
        }

        return true;
    }

    /// <summary>White space from folding goes, and quotes around a local part that needs none (RFC 5256 compares ids so).</summary>
    private static string Normalise(ReadOnlySpan<byte> id)
    {
        var text = Encoding.Latin1.GetString(id);
        if (text.AsSpan().IndexOfAny(" \t\r\n") >= 0)
        {
            text = string.Concat(text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        }

        var at = text.LastIndexOf('@');
        return at > 2 && text[0] == '"' && text[at - 1] == '"'
            ? text[1..(at - 1)].Replace("\\", "", StringComparison.Ordinal) + text[at..]
            : text;
    }
}
