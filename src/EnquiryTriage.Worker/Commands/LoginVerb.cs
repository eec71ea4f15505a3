using System.CommandLine;
using System.Globalization;
using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>mailbox login</c>: signs in for an OAuth identity by device code (RFC 8628), or shows that its tokens come.</summary>
internal static class LoginVerb
{
    public static Command Create()
    {
        var name = new Option<string?>("--identity") { Description = "Which of Credentials:Identities (default: the only one)", HelpName = "NAME" };
        var verb = new Command("login", "Signs in for an OAuth identity: with Grant device-code a person does, in a browser anywhere; with other grants it tries whether a token comes.") { name };
        verb.SetAction((parsed, cancel) => RunAsync(parsed.GetRequiredValue(RootVerb.Config), parsed.GetValue(name), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(string[] config, string? name, CancellationToken cancel)
    {
        var settings = SettingsLoader.Bind(SettingsLoader.Configure(config));
        var problems = new List<string>();
        CheckedSettings.Check(settings, problems);
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }

        using var access = new AccessParts(settings, TimeProvider.System);
        var identity = Pick(settings.Credentials, name);
        var tokens = access.Tokens(identity);
        if (tokens is MicrosoftTokens microsoft && Choice.Read<OAuthGrant>("", settings.Credentials.Identities[identity].Grant, []) == OAuthGrant.DeviceCode)
        {
            var (user, signedIn) = await microsoft.SignInAsync(Console.WriteLine, cancel);
            Console.WriteLine($"{identity}: {user} is signed in. {Until(signedIn)}");
            return ExitCodes.Done;
        }

        Console.WriteLine($"{identity}: a token came. {Until(await tokens.TokenAsync(renew: true, cancel))}");
        return ExitCodes.Done;
    }

    private static string Pick(CredentialSettings credentials, string? name)
    {
        if (name is not null)
        {
            return credentials.Identities.ContainsKey(name)
                ? name
                : throw new SettingsException([$"--identity: there is no identity '{name}': add it to Credentials:Identities, or use {(credentials.Identities.Count > 0 ? string.Join(", ", credentials.Identities.Keys) : "one that is there")}."]);
        }

        return credentials.Identities.Count == 1
            ? credentials.Identities.Keys.Single()
            : throw new SettingsException([credentials.Identities.Count == 0
                ? "Credentials:Identities is empty: add an identity, and name it at Mailbox:Server:Identity."
                : $"--identity: name one of {string.Join(", ", credentials.Identities.Keys)}."]);
    }

    private static string Until(AccessToken token) =>
        string.Create(CultureInfo.InvariantCulture, $"The token is good until {token.Expires.UtcDateTime:yyyy-MM-dd HH:mm} UTC; the worker renews it.");
}
