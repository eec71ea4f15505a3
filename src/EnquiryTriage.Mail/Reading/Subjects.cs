namespace EnquiryTriage.Mail.Reading;

/// <summary>Prefixes that mail programs put before a subject.</summary>
internal static class Subjects
{
    private static readonly string[] s_forward = ["fwd:", "fw:", "wg:", "tr:", "rv:", "i:", "enc:", "vs:", "vb:", "doorst:", "ym:", "trs:", "pd:", "转发:", "轉寄:", "转发：", "轉寄："];

    /// <summary>Whether the outermost prefix says "forward" in some language.</summary>
    internal static bool IsForward(string subject)
    {
        var trimmed = subject.AsSpan().TrimStart();
        foreach (var prefix in s_forward)
        {
            if (trimmed.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
