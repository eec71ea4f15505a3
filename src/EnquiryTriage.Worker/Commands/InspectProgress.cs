using System.Globalization;

namespace EnquiryTriage.Worker.Commands;

/// <summary>A running count on a terminal's error stream; nothing in a pipe.</summary>
internal sealed class InspectProgress : IDisposable
{
    private readonly bool _visible = !Console.IsErrorRedirected && Console.IsOutputRedirected;
    private int _done;

    public void Add(int messages)
    {
        _done += messages;
        if (_visible)
        {
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{_done} messages"));
        }
    }

    public void Dispose()
    {
        if (_visible)
        {
            Console.Error.WriteLine();
        }
    }
}
