using EnquiryTriage.Mail;

namespace EnquiryTriage.Worker.Settings;

/// <summary>The key that signs outgoing mail (DKIM), tried once at start.</summary>
internal static class DkimKeys
{
    /// <summary>Reads the settings; null where none are given.</summary>
    /// <exception cref="SettingsException">A setting is missing, or the key cannot be read or used.</exception>
    public static DkimSigning? Load(DkimSettings settings)
    {
        string[] given = [settings.Domain, settings.Selector, settings.KeyFile];
        if (given.All(g => g.Length == 0))
        {
            return null;
        }

        if (given.Any(g => g.Length == 0))
        {
            throw new SettingsException(["Outbox:Dkim: Domain, Selector and KeyFile belong together: give all three, or none where the relay signs."]);
        }

        try
        {
            var signing = new DkimSigning { Domain = settings.Domain, Selector = settings.Selector, PrivateKeyPem = File.ReadAllText(settings.KeyFile) };
            Try(signing);
            return signing;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"Outbox:Dkim:KeyFile: {settings.KeyFile} cannot be read: {e.Message}"]);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException or System.Security.Cryptography.CryptographicException)
        {
            throw new SettingsException([$"Outbox:Dkim:KeyFile: {settings.KeyFile} is no private key that can sign: name a PEM file with an RSA or Ed25519 key."]);
        }
    }

    private static void Try(DkimSigning signing)
    {
        var us = new MailAddress(null, $"check@{signing.Domain}");
        MailComposer.Compose(new OutboundDraft { MessageId = $"check@{signing.Domain}", Date = DateTimeOffset.UnixEpoch, From = us, To = [us], Subject = "", Text = "" }, signing);
    }
}
