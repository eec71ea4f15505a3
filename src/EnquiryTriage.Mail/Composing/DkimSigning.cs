using MimeKit;
using MimeKit.Cryptography;

namespace EnquiryTriage.Mail;

/// <summary>What is needed to sign outgoing mail (DKIM, RFC 6376), where the relay does not do it.</summary>
public sealed record DkimSigning
{
    /// <summary>The signing domain (d=), as "agency.example".</summary>
    public required string Domain { get; init; }

    /// <summary>The selector (s=) under which the public key is published.</summary>
    public required string Selector { get; init; }

    /// <summary>The private key, PEM (RSA of 2,048 bits or more, or Ed25519).</summary>
    public required string PrivateKeyPem { get; init; }

    /// <summary>Fields that are signed where present; From always is.</summary>
    internal static readonly string[] SignedFields =
    [
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type", "Auto-Submitted",
    ];

    /// <summary>Signs <paramref name="message"/>, relaxed in header and body since relays rewrap.</summary>
    /// <exception cref="FormatException">The key cannot be read.</exception>
    internal void Sign(MimeMessage message)
    {
        using var pem = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(PrivateKeyPem));
        var signer = new DkimSigner(pem, Domain, Selector)
        {
            HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
            BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
        };
        signer.Sign(message, [.. SignedFields.Where(f => message.Headers.Contains(f))]);
    }

    /// <summary>The record without its key: it must not reach a log.</summary>
    public override string ToString() => $"DkimSigning {{ Domain = {Domain}, Selector = {Selector} }}";
}
