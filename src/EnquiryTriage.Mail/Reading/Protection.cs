using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Signed and encrypted parts, named as what they are: never decrypted, never verified.</summary>
internal static class Protection
{
    /// <summary>What to say about a part; null where it is nothing of the kind.</summary>
    internal static string? Describe(MimeEntity entity, string type) => type switch
    {
        "application/pkcs7-mime" or "application/x-pkcs7-mime" => (entity.ContentType.Parameters["smime-type"] ?? "").ToLowerInvariant() switch
        {
            "signed-data" => "S/MIME signed content in an opaque part: not taken out",
            "compressed-data" => "S/MIME compressed content: not unpacked",
            "certs-only" => "S/MIME certificates",
            _ => "encrypted with S/MIME: not decrypted",
        },
        "application/pkcs7-signature" or "application/x-pkcs7-signature" => "signed with S/MIME: not verified",
        "application/pgp-encrypted" => "encrypted with PGP: not decrypted",
        "application/pgp-signature" => "signed with PGP: not verified",
        _ => null,
    };

    /// <summary>PGP without MIME.</summary>
    internal static string? DescribeText(string text) =>
        !text.Contains("-----BEGIN PGP ", StringComparison.Ordinal) ? null
        : text.Contains("-----BEGIN PGP MESSAGE-----", StringComparison.Ordinal) ? "encrypted with PGP in the text: not decrypted"
        : text.Contains("-----BEGIN PGP SIGNED MESSAGE-----", StringComparison.Ordinal) ? "signed with PGP in the text: not verified"
        : null;
}
