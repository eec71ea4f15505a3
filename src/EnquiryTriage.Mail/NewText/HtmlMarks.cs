namespace EnquiryTriage.Mail.NewText;

/// <summary>What class names and ids in HTML give away about the lines of the text that was made of it.</summary>
internal sealed class HtmlMarks
{
    /// <summary>First line of a copy of an older mail; <see cref="int.MaxValue"/> where there is none.</summary>
    internal int HistoryLine { get; set; } = int.MaxValue;

    /// <summary>First line of a forwarded mail; <see cref="int.MaxValue"/> where there is none.</summary>
    internal int ForwardLine { get; set; } = int.MaxValue;

    /// <summary>Lines of "On …, Ann wrote:", as first and one past the last.</summary>
    internal List<(int Start, int End)> Attributions { get; } = [];

    /// <summary>Lines of older mails whose place in the HTML says that they are nothing else.</summary>
    internal List<(int Start, int End)> Quotes { get; } = [];

    /// <summary>Lines of signatures.</summary>
    internal List<(int Start, int End)> Signatures { get; } = [];
}
