using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Tests.Access;

internal static class TestSettings
{
    /// <summary>The parts of a configuration with one identity, with the store in "state" of a folder.</summary>
    public static AccessParts Parts(TemporaryFolder folder, string name, OAuthSettings identity, TimeProvider time)
    {
        var settings = new WorkerSettings { Storage = new StorageSettings { Path = folder.At("state", "enquiries.db") } };
        settings.Credentials.Identities[name] = identity;
        var problems = new List<string>();
        CredentialChecks.Identities(settings.Credentials, problems);
        Assert.Empty(problems);
        return new AccessParts(settings, time);
    }
}
