using System.Globalization;
using System.Text;
using MailKit;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>Where an SMTP dialogue stands (RFC 5321 section 3.1 to 3.3): what a reply answers.</summary>
internal enum SmtpStep
{
    /// <summary>The greeting.</summary>
    Connect,

    /// <summary>EHLO or HELO.</summary>
    Hello,

    /// <summary>STARTTLS.</summary>
    StartTls,

    /// <summary>AUTH and its continuations.</summary>
    Login,

    /// <summary>MAIL FROM.</summary>
    Sender,

    /// <summary>RCPT TO.</summary>
    Recipient,

    /// <summary>DATA.</summary>
    Data,

    /// <summary>The end of the message: the one reply that says whether the server took it.</summary>
    Message,

    /// <summary>RSET, NOOP, QUIT.</summary>
    Other,
}

/// <summary>A whole reply.</summary>
/// <param name="Step">What it answers.</param>
/// <param name="Code">Its three digits.</param>
/// <param name="Text">Its words, lines joined by spaces, with the enhanced status code where there is one.</param>
internal sealed record SmtpReply(SmtpStep Step, int Code, string Text);

/// <summary>
/// Listens to the dialogue where MailKit logs it, after TLS: which command was refused and in which words, and whether the message was offered when a
/// connection broke. MailKit's exceptions do not say either. Ends a dialogue whose reply does not end.
/// </summary>
internal sealed class SmtpDialogue(IProtocolLogger next) : IProtocolLogger
{
    private const int LongestReply = 64 * 1024;
    private const int LongestText = 1_000;
    private readonly Queue<SmtpStep> _waiting = new();
    private readonly StringBuilder _command = new();
    private readonly StringBuilder _line = new();
    private readonly StringBuilder _text = new();
    private int _replyBytes;
    private bool _continues;

    /// <summary>Whether the server has asked for the message (354): from here on only its last reply says whether it took it.</summary>
    public bool Offered { get; private set; }

    /// <summary>The first reply of 400 or above since <see cref="Begin"/>; later ones are consequences (503 after a refused MAIL).</summary>
    public SmtpReply? Refusal { get; private set; }

    /// <summary>The reply to the message; null before it.</summary>
    public SmtpReply? Verdict { get; private set; }

    /// <summary>The step whose reply is waited for.</summary>
    public SmtpStep Step => _waiting.TryPeek(out var step) ? step : SmtpStep.Other;

    /// <inheritdoc/>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector
    {
        get => next.AuthenticationSecretDetector;
        set => next.AuthenticationSecretDetector = value;
    }

    /// <summary>A new mail, or a new connection.</summary>
    public void Begin() => (Offered, Refusal, Verdict) = (false, null, null);

    /// <inheritdoc/>
    public void LogConnect(Uri uri)
    {
        next.LogConnect(uri);
        _waiting.Clear();
        _waiting.Enqueue(SmtpStep.Connect);
        (_replyBytes, _continues) = (0, false);
        _command.Clear();
        _line.Clear();
        _text.Clear();
    }

    /// <inheritdoc/>
    public void LogClient(byte[] buffer, int offset, int count)
    {
        next.LogClient(buffer, offset, count);
        foreach (var value in buffer.AsSpan(offset, count))
        {
            if (Offered && Verdict is null)
            {
                // The message itself.
                return;
            }

            if (value != '\n')
            {
                // A verb and no more is looked at.
                if (_command.Length < 16)
                {
                    _command.Append((char)value);
                }

                continue;
            }

            Sent(_command.ToString());
            _command.Clear();
        }
    }

    /// <inheritdoc/>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        next.LogServer(buffer, offset, count);
        foreach (var value in buffer.AsSpan(offset, count))
        {
            if (++_replyBytes > LongestReply)
            {
                throw new IOException($"the server's reply is longer than {LongestReply} bytes and does not end");
            }

            if (value == '\n')
            {
                Received(_line.ToString().TrimEnd('\r'));
                _line.Clear();
            }
            else if (_line.Length < LongestText)
            {
                _line.Append((char)value);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => next.Dispose();

    private void Sent(string command)
    {
        if (_continues)
        {
            // What answers a 334 is no command, and nobody's business.
            _continues = false;
            return;
        }

        var verb = command.TrimEnd('\r').Split(' ', 2)[0].ToUpperInvariant();
        _waiting.Enqueue(verb switch
        {
            "EHLO" or "HELO" => SmtpStep.Hello,
            "STARTTLS" => SmtpStep.StartTls,
            "AUTH" => SmtpStep.Login,
            "MAIL" => SmtpStep.Sender,
            "RCPT" => SmtpStep.Recipient,
            "DATA" => SmtpStep.Data,
            "BDAT" => SmtpStep.Message,
            _ => SmtpStep.Other,
        });
        Offered |= verb == "BDAT";
    }

    private void Received(string line)
    {
        if (_text.Length < LongestText)
        {
            _text.Append(_text.Length > 0 ? " " : "").Append(line.Length > 4 ? line[4..] : "");
        }

        // "250-" goes on, "250 " and a bare "250" end; anything else is no reply, and MailKit says so.
        if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || (line.Length > 3 && line[3] != ' '))
        {
            return;
        }

        var text = _text.ToString();
        _text.Clear();
        _replyBytes = 0;
        if (code == 334 && Step == SmtpStep.Login)
        {
            _continues = true;
            return;
        }

        var reply = new SmtpReply(_waiting.TryDequeue(out var step) ? step : SmtpStep.Other, code, text);
        if (step == SmtpStep.Message)
        {
            Verdict = reply;
        }
        else if (step == SmtpStep.Data && code == 354)
        {
            Offered = true;
            _waiting.Enqueue(SmtpStep.Message);
        }

        Refusal ??= code >= 400 ? reply : null;
    }
}
