using System.Globalization;

namespace EnquiryTriage.Worker.Protocol;

/// <summary>
/// A file of limited size, readable by its owner alone; when it is full it becomes <c>FILE.1</c>, the one before it <c>FILE.2</c>, up to a number of
/// files. Failure semantics: what cannot be written is lost, for a log must not stop the mail.
/// </summary>
internal sealed class RotatingFile(string path, long maxBytes, int files) : IDisposable
{
    private readonly Lock _gate = new();
    private FileStream? _stream;

    /// <summary>Writes whole lines.</summary>
    public void Write(ReadOnlySpan<byte> lines)
    {
        lock (_gate)
        {
            try
            {
                _stream ??= Open();
                if (_stream.Length > 0 && _stream.Length + lines.Length > maxBytes)
                {
                    Rotate();
                }

                _stream.Write(lines);
                _stream.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _stream?.Dispose();
                _stream = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _stream?.Dispose();
            _stream = null;
        }
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            if (File.Exists(path))
            {
                File.SetUnixFileMode(path, options.UnixCreateMode.Value);
            }
        }

        return new FileStream(path, options);
    }

    private void Rotate()
    {
        _stream!.Dispose();
        _stream = null;
        for (var n = files - 1; n > 0; n--)
        {
            var from = n == 1 ? path : Numbered(n - 1);
            if (File.Exists(from))
            {
                File.Move(from, Numbered(n), overwrite: true);
            }
        }

        if (files == 1)
        {
            File.Delete(path);
        }

        _stream = Open();
    }

    private string Numbered(int n) => string.Create(CultureInfo.InvariantCulture, $"{path}.{n}");
}

/// <summary>Collects what one connection writes until a line is whole, so that connections do not write into each other's lines.</summary>
internal sealed class LineStream(RotatingFile file) : Stream
{
    private const int LongestLine = 64 * 1024;
    private readonly MemoryStream _line = new();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // A line is written when it is whole.
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var whole = buffer.LastIndexOf((byte)'\n') + 1;
        _line.Write(buffer[..whole]);
        if (whole > 0 || _line.Length + buffer.Length > LongestLine)
        {
            file.Write(_line.GetBuffer().AsSpan(0, (int)_line.Length));
            _line.SetLength(0);
        }

        _line.Write(buffer[whole..]);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // MailKit's client and whoever made the logger may both end it.
        if (disposing && _line.CanWrite)
        {
            file.Write(_line.GetBuffer().AsSpan(0, (int)_line.Length));
            _line.Dispose();
        }

        base.Dispose(disposing);
    }
}
