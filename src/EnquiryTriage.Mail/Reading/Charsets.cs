using System.Collections.Concurrent;
using System.Text;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Charset labels to encodings, wider where the wider one contains the narrower (WHATWG Encoding).</summary>
internal static class Charsets
{
    private static readonly ConcurrentDictionary<string, Encoding?> s_known = new(StringComparer.OrdinalIgnoreCase);

    static Charsets()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Western = Encoding.GetEncoding(1252);
        Iso2022Jp = Encoding.GetEncoding(50220);
    }

    internal static Encoding Western { get; }

    internal static Encoding Iso2022Jp { get; }

    /// <summary>The encoding of <paramref name="label"/>; null where the label is missing, says nothing (US-ASCII) or is unknown.</summary>
    internal static Encoding? Resolve(string? label)
    {
        if (string.IsNullOrWhiteSpace(label) || label.Length > 60)
        {
            return null;
        }

        if (s_known.TryGetValue(label, out var known))
        {
            return known;
        }

        known = Find(label.Trim(' ', '"', '\'', ';'));
        if (s_known.Count < 1_000)
        {
            s_known[label] = known;
        }

        return known;
    }

    /// <summary>Encodings where ASCII bytes do not mean ASCII.</summary>
    internal static bool IsStateful(Encoding encoding) => encoding.CodePage is 1200 or 1201 or 12000 or 12001 or 50220 or 50221 or 50222 or 50225 or 50227 or 52936;

    internal static bool IsMultiByte(Encoding encoding) => encoding.CodePage is 932 or 936 or 949 or 950 or 51932 or 51936 or 51949 or 54936 or 20932 or 1361;

    private static Encoding? Find(string label)
    {
        var name = label.ToLowerInvariant();
        var codePage = name switch
        {
            "us-ascii" or "ascii" or "ansi_x3.4-1968" or "646" or "x-unknown" or "unknown-8bit" or "x-user-defined" or "unknown" or "default" or "binary" or "8bit" or "7bit" => 0,
            "utf-8" or "utf8" or "utf_8" or "unicode-1-1-utf-8" or "x-utf8" or "utf-8-mac" or "cp65001" => 65001,
            "utf-16" or "utf16" or "ucs-2" or "iso-10646-ucs-2" or "utf-16le" or "unicode" => 1200,
            "iso-8859-1" or "iso8859-1" or "iso_8859-1" or "latin1" or "latin-1" or "l1" or "windows-1252" or "cp1252" or "cp-1252" or "x-cp1252" or "iso-8859-1-windows-3.1-latin-1" or "x-ansi" or "ansi" => 1252,
            "iso-8859-9" or "iso8859-9" or "latin5" => 1254,
            "iso-8859-11" or "tis-620" or "tis620" => 874,
            "iso-8859-8-i" or "iso-8859-8-e" or "logical" => 28598,
            "gb2312" or "gbk" or "gb18030" or "gb_2312-80" or "x-gbk" or "euc-cn" or "cp936" or "ms936" or "chinese" or "gb" or "cn-gb" => 54936,
            "big5" or "big5-hkscs" or "big-5" or "cn-big5" or "x-x-big5" or "cp950" => 950,
            "shift_jis" or "shift-jis" or "sjis" or "x-sjis" or "ms_kanji" or "cp932" or "windows-31j" or "ms932" => 932,
            "euc-jp" or "eucjp" or "x-euc-jp" or "x-euc" => 51932,
            "euc-kr" or "euckr" or "ks_c_5601-1987" or "ks_c_5601" or "ksc5601" or "ks_c_5601-1989" or "cp949" or "x-windows-949" or "korean" => 949,
            "iso-2022-jp" or "iso-2022-jp-1" or "iso-2022-jp-2" or "iso-2022-jp-ms" or "csiso2022jp" => 50220,
            "koi8-r" or "koi8" or "koi" or "koi8r" => 20866,
            "koi8-u" or "koi8-ru" => 21866,
            "macintosh" or "mac" or "x-mac-roman" or "x-macintosh" => 10000,
            _ => -1,
        };
        try
        {
            return codePage switch
            {
                0 => null,
                > 0 => Encoding.GetEncoding(codePage),
                _ => Named(name),
            };
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static Encoding? Named(string name)
    {
        foreach (var prefix in new[] { "windows-", "windows", "cp-", "cp", "ms", "ibm", "x-cp" })
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(prefix.Length), System.Globalization.NumberStyles.None, null, out var page) && page is > 0 and < 65535)
            {
                return Encoding.GetEncoding(page);
            }
        }

        if (name.StartsWith("iso8859-", StringComparison.Ordinal) || name.StartsWith("iso_8859-", StringComparison.Ordinal))
        {
            name = "iso-8859-" + name[(name.IndexOf("8859-", StringComparison.Ordinal) + 5)..];
        }

        return Encoding.GetEncoding(name);
    }
}
