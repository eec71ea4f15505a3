using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Tests.Settings;

public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"Mailbox":{"Kind":"imapp"}}""", "Mailbox:Kind: 'imapp'", "folder, maildir, imap, graph: use one of these")]
    [InlineData("""{"Mailbox":{"Access":"write"}}""", "Mailbox:Access: 'write'", "read-only, read-write: use")]
    [InlineData("""{"Mailbox":{"AfterIntake":"delete"}}""", "Mailbox:AfterIntake: 'delete'", "leave, keywords, move: use")]
    [InlineData("""{"Mailbox":{"AfterIntake":"keywords"}}""", "Mailbox:AfterIntake: 'keywords'", "use leave")]
    [InlineData("""{"Mailbox":{"Name":""}}""", "Mailbox:Name is empty", "give the mailbox a name")]
    [InlineData("""{"Mailbox":{"Address":"nobody"}}""", "Mailbox:Address: 'nobody'", "use one such as")]
    [InlineData("""{"Mailbox":{"Path":""}}""", "Mailbox:Path is empty", "name the folder")]
    [InlineData("""{"Mailbox":{"PollSeconds":0}}""", "Mailbox:PollSeconds: 0", "use a number above zero")]
    [InlineData("""{"Mailbox":{"BatchSize":-1}}""", "Mailbox:BatchSize: -1", "use a number above zero")]
    [InlineData("""{"Mailbox":{"MaxMessageBytes":0}}""", "Mailbox:MaxMessageBytes: 0", "use a number above zero")]
    [InlineData("""{"Mailbox":{"Kind":"imap"}}""", "Mailbox:Server:Host is empty", "name the server")]
    [InlineData("""{"Mailbox":{"Kind":"imap","Server":{"Host":"h.example","Port":70000}}}""", "Mailbox:Server:Port: 70000", "use 1 to 65535")]
    [InlineData("""{"Mailbox":{"Kind":"imap","Server":{"Host":"h.example","Security":"none"}}}""", "Mailbox:Server:Security: none", "use tls or starttls for h.example")]
    [InlineData("""{"Mailbox":{"Kind":"imap","Server":{"Host":"h.example","Security":"ssl"}}}""", "Mailbox:Server:Security: 'ssl'", "tls, starttls, none: use")]
    [InlineData("""{"Mailbox":{"Kind":"imap","Server":{"Host":"h.example","PinnedSha256":["abc"]}}}""", "Mailbox:Server:PinnedSha256:0: 'abc'", "64 hexadecimal digits")]
    [InlineData("""{"Mailbox":{"Kind":"imap","Server":{"Host":"localhost","Security":"none","ClientCertificateFile":"own.pem"}}}""", "Mailbox:Server:Security: none has no certificates", "use tls or starttls")]
    [InlineData("""{"Mailbox":{"Kind":"imap","Server":{"Host":"h.example","ClientCertificateKeyFile":"own.key"}}}""", "Mailbox:Server:ClientCertificateFile is empty", "name the PFX or PEM file")]
    [InlineData("""{"Mailbox":{"Kind":"imap","Server":{"Host":"h.example","Identity":"m365"}}}""", "Mailbox:Server:Identity: there is no identity 'm365'", "add it to Credentials:Identities")]
    [InlineData("""{"Mailbox":{"Kind":"imap","Server":{"Host":"h.example","Identity":"m365"}}}""", "Mailbox:Server:User is empty", "the address of the mailbox")]
    [InlineData("""{"Mailbox":{"Kind":"imap","Server":{"Host":"h.example","Identity":"m365","PasswordFile":"p"}}}""", "Mailbox:Server:Identity: there is a password too", "remove Mailbox:Server:Password")]
    [InlineData("""{"Credentials":{"WarnDays":-1}}""", "Credentials:WarnDays: -1", "from 0 to 365")]
    [InlineData("""{"Credentials":{"Identities":{"a/b":{}}}}""", "Credentials:Identities:a/b: 'a/b'", "use letters")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Provider":"google"}}}}""", "Credentials:Identities:x:Provider: 'google'", "microsoft, token-endpoint: use")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Grant":"password"}}}}""", "Credentials:Identities:x:Grant: 'password'", "client-credentials, device-code, refresh-token: use")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Mechanism":"ntlm"}}}}""", "Credentials:Identities:x:Mechanism: 'ntlm'", "auto, oauthbearer, xoauth2: use")]
    [InlineData("""{"Credentials":{"Identities":{"x":{}}}}""", "Credentials:Identities:x:ClientId is empty", "the application's id")]
    [InlineData("""{"Credentials":{"Identities":{"x":{}}}}""", "Credentials:Identities:x:TenantId is empty", "the directory's id")]
    [InlineData("""{"Credentials":{"Identities":{"x":{}}}}""", "Credentials:Identities:x:Grant: client-credentials needs", "set Credentials:Identities:x:ClientSecretFile or")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"ClientSecretFile":"s","CertificateFile":"c"}}}}""", "Credentials:Identities:x: there are a secret and a certificate", "remove")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Grant":"device-code","ClientSecretFile":"s"}}}}""", "Credentials:Identities:x:Grant: device-code takes neither", "remove them")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Grant":"refresh-token"}}}}""", "Credentials:Identities:x:Grant: refresh-token belongs to Provider token-endpoint", "use client-credentials or device-code")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Authority":"http://sign-in.example"}}}}""", "Credentials:Identities:x:Authority: 'http://sign-in.example'", "https")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"ClientSecretExpires":"1.6.2027"}}}}""", "Credentials:Identities:x:ClientSecretExpires: '1.6.2027'", "use yyyy-MM-dd")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"CertificatePasswordFile":"p"}}}}""", "Credentials:Identities:x:CertificateFile is empty", "name the PFX or PEM file")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Provider":"token-endpoint","TokenEndpoint":"http://token.example/"}}}}""", "Credentials:Identities:x:TokenEndpoint: 'http://token.example/'", "https")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Provider":"token-endpoint","Grant":"device-code"}}}}""", "Credentials:Identities:x:Grant: device-code belongs to Provider microsoft", "use refresh-token")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Provider":"token-endpoint","Grant":"refresh-token"}}}}""", "Credentials:Identities:x:RefreshTokenFile is empty", "name the file")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Provider":"token-endpoint","CertificateFile":"c"}}}}""", "Credentials:Identities:x:CertificateFile belongs to Provider microsoft", "remove it")]
    [InlineData("""{"Credentials":{"Identities":{"x":{"Provider":"token-endpoint","RefreshTokenFile":"r"}}}}""", "Credentials:Identities:x:RefreshTokenFile belongs to Grant refresh-token", "remove it")]
    [InlineData("""{"Mailbox":{"Kind":"graph"}}""", "Graph:Identity is empty", "name one of Credentials:Identities")]
    [InlineData("""{"Mailbox":{"Kind":"graph"},"Graph":{"Identity":"m365"}}""", "Graph:Identity: there is no identity 'm365'", "add it")]
    [InlineData("""{"Mailbox":{"Kind":"graph"},"Graph":{"Url":"http://graph.example"}}""", "Graph:Url: 'http://graph.example'", "https")]
    [InlineData("""{"Mailbox":{"Kind":"graph","Server":{"Identity":"x"}},"Graph":{"Identity":"x"},"Credentials":{"Identities":{"x":{}}}}""", "Graph:Identity: 'x' is also named by a server", "make two identities")]
    [InlineData("""{"Mailbox":{"IdleRenewMinutes":30}}""", "Mailbox:IdleRenewMinutes: 30", "use a number from")]
    [InlineData("""{"Mailbox":{"Timeouts":{"BodySeconds":0}}}""", "Mailbox:Timeouts:BodySeconds: 0", "use a number above zero")]
    [InlineData("""{"Mailbox":{"Folders":[{"Name":"Junk","Role":"spam","Path":"x"}]}}""", "Mailbox:Folders:0:Role: 'spam'", "inbox, sent, junk: use")]
    [InlineData("""{"Mailbox":{"Folders":[{"Name":"More"}]}}""", "Mailbox:Folders:0:Path is empty", "name the folder")]
    [InlineData("""{"Mailbox":{"Folders":[{"Name":"inbox","Path":"x"}]}}""", "Mailbox:Folders: 'INBOX' is watched twice", "once")]
    [InlineData("""{"Mailbox":{"Kind":"imap","AfterIntake":"move","MoveTo":"Teams//x"}}""", "Mailbox:MoveTo: 'Teams//x'", "use one such as Triaged")]
    [InlineData("""{"Mailboxes":[{"Name":"b","Address":"b@agency.example","Path":"b","Access":"read-write"}]}""", "Mailboxes:0:Access is read-write", "use read-only here too")]
    [InlineData("""{"Mailboxes":[{"Name":"strategy","Address":"b@agency.example","Path":"b"}]}""", "Mailboxes:0:Name: 'strategy'", "give each its own")]
    [InlineData("""{"Outbox":{"Mode":"on"}}""", "Outbox:Mode: 'on'", "off, hold, live: use")]
    [InlineData("""{"Outbox":{"Kind":"pigeon"}}""", "Outbox:Kind: 'pigeon'", "smtp, folder, graph: use")]
    [InlineData("""{"Outbox":{"GiveUpHours":0}}""", "Outbox:GiveUpHours: 0", "use a number above zero")]
    [InlineData("""{"Outbox":{"RetryMinutes":-5}}""", "Outbox:RetryMinutes: -5", "use a number above zero")]
    [InlineData("""{"Outbox":{"ClaimMinutes":0}}""", "Outbox:ClaimMinutes: 0", "use a number above zero")]
    [InlineData("""{"Outbox":{"MaxPerHour":0}}""", "Outbox:MaxPerHour: 0", "use a number above zero")]
    [InlineData("""{"Outbox":{"TimeoutSeconds":0}}""", "Outbox:TimeoutSeconds: 0", "use a number above zero")]
    [InlineData("""{"Outbox":{"Notify":"failure, bounce"}}""", "Outbox:Notify: 'bounce'", "never, success, failure, delay: use")]
    [InlineData("""{"Outbox":{"CopyToSent":true}}""", "Outbox:CopyToSent needs Mailbox:Kind imap", "name the folder")]
    [InlineData("""{"ProtocolLog":{"MaxBytes":10}}""", "ProtocolLog:MaxBytes: 10", "use a number from 4096")]
    [InlineData("""{"ProtocolLog":{"Files":0}}""", "ProtocolLog:Files: 0", "use a number above zero")]
    [InlineData("""{"Acknowledgements":{"PerEnquiry":[{"Minutes":0,"Most":1}]}}""", "Acknowledgements:PerEnquiry:0:Minutes: 0", "use a number above zero")]
    [InlineData("""{"Acknowledgements":{"PerRecipient":[{"Minutes":1,"Most":0}]}}""", "Acknowledgements:PerRecipient:0:Most: 0", "use a number above zero")]
    [InlineData("""{"Mailbox":{"Access":"read-write"},"Outbox":{"Mode":"live","Kind":"folder"}}""", "Outbox:Path is empty", "name the folder")]
    [InlineData("""{"Mailbox":{"Access":"read-write"},"Outbox":{"Mode":"live"}}""", "Outbox:Server:Host is empty", "name the server")]
    [InlineData("""{"Outbox":{"Dkim":{"Domain":"agency.example"}}}""", "Outbox:Dkim: Domain", "give all three")]
    [InlineData("""{"Outbox":{"Dkim":{"Domain":"agency.example","Selector":"a","KeyFile":"missing.pem"}}}""", "Outbox:Dkim:KeyFile: missing.pem", "cannot be read")]
    [InlineData("""{"Outbox":{"Dkim":{"Domain":"agency.example","Selector":"a","KeyFile":"appsettings.json"}}}""", "Outbox:Dkim:KeyFile: appsettings.json", "name a PEM file")]
    [InlineData("""{"Urgency":{"DutyContact":"somebody"}}""", "Urgency:DutyContact: 'somebody'", "use one such as")]
    [InlineData("""{"Health":{"NoFetchMinutes":0}}""", "Health:NoFetchMinutes: 0", "use a number above zero")]
    [InlineData("""{"Health":{"ClockSeconds":1}}""", "Health:ClockSeconds: 1", "use a number from 5 to 86400")]
    [InlineData("""{"Health":{"MailTo":"ops"}}""", "Health:MailTo: 'ops'", "use one such as")]
    [InlineData("""{"Health":{"Relay":{"Host":"h.example","Security":"none"}}}""", "Health:Relay:Security: none", "use tls or starttls")]
    [InlineData("""{"Health":{"Webhook":{"Url":"http://hooks.example/x"}}}""", "Health:Webhook:Url: 'http://hooks.example/x'", "use https, or http on loopback")]
    [InlineData("""{"Health":{"Webhook":{"SecretFile":"missing.secret"}}}""", "Health:Webhook:SecretFile: missing.secret", "write the secret into it")]
    [InlineData("""{"Health":{"Command":{"Run":["/no/such/pager"]}}}""", "Health:Command:Run: /no/such/pager", "by its whole path")]
    [InlineData("""{"Health":{"Heartbeat":{"Method":"put"}}}""", "Health:Heartbeat:Method: 'put'", "get, post: use")]
    [InlineData("""{"Health":{"Heartbeat":{"Url":"ping"}}}""", "Health:Heartbeat:Url: 'ping'", "use https")]
    [InlineData("""{"Urgency":{"Webhook":{"Url":"ftp://x.example"}}}""", "Urgency:Webhook:Url: 'ftp://x.example'", "use https")]
    [InlineData("""{"Urgency":{"DutyContact":"","Webhook":{"Url":"https://x.example"}}}""", "Urgency:DutyContact is empty", "name the address")]
    [InlineData("""{"Web":{"Url":"http://0.0.0.0:5080"}}""", "Web:Url: 'http://0.0.0.0:5080'", "use one such as http://127.0.0.1:5080")]
    [InlineData("""{"Web":{"Url":"5080"}}""", "Web:Url: '5080'", "use one such as")]
    [InlineData("""{"Clocks":{"TimeZone":"Mars/Olympus"}}""", "Clocks: ", "Mars/Olympus")]
    [InlineData("""{"Clocks":{"Hours":{"Mondy":"09:00-17:00"}}}""", "Clocks: Hours:Mondy: 'Mondy'", "use Monday to Sunday")]
    [InlineData("""{"Clocks":{"Hours":{"Monday":"nine to five"}}}""", "Clocks: ", "Monday")]
    [InlineData("""{"Clocks":{"Closures":["25.12.2021"]}}""", "Clocks: Closures: '25.12.2021'", "use yyyy-MM-dd")]
    [InlineData("""{"Clocks":{"HolidayFile":"missing.json"}}""", "Clocks:HolidayFile: ", "missing.json")]
    [InlineData("""{"Clocks":{"Divisions":["wales"]}}""", "Clocks: ", "england-and-wales")]
    [InlineData("""{"Identity":{"ReferencePrefix":"e1"}}""", "Identity:ReferencePrefix: 'e1'", "capital letters")]
    [InlineData("""{"Model":{"Path":"missing.model"}}""", "Model:Path: ", "missing.model")]
    [InlineData("""{"Model":{"TaxonomyPath":"missing.json"}}""", "Model:TaxonomyPath: ", "existing taxonomy.json")]
    [InlineData("""{"Routing":{"Rules":[{"Team":"drugz"}]}}""", "Routing:Rules:0:Team: 'drugz'", "use one of")]
    [InlineData("""{"Routing":{"Rules":[{"Target":"soon"}]}}""", "Routing:Rules:0:Target: ", "write '30 minutes'")]
    [InlineData("""{"Acknowledgements":{"Kinds":{"letter":{"Action":"none"}}}}""", "Acknowledgements:Kinds:letter: ", "use enquiry")]
    [InlineData("""{"Acknowledgements":{"Kinds":{"foi":{"Template":"lost"}}}}""", "Acknowledgements:Kinds:foi:Template: ", "add it to Acknowledgements:Templates")]
    [InlineData("""{"Acknowledgements":{"Kinds":{"foi":{"Action":"sned"}}}}""", "Acknowledgements:Kinds:foi:Action: 'sned'", "cannot be read as")]
    [InlineData("""{"Acknowledgements":{"Templates":{"enquiry":{"Subject":"{{Refrence}}"}}}}""", "Acknowledgements:Templates:enquiry:Subject does not compile", "{{Reference}}")]
    [InlineData("""{"Mailbox":{"BatchSize":"many"}}""", "Mailbox:BatchSize: 'many'", "a whole number")]
    [InlineData("""{"Mailbox":{"Nmae":"x"}}""", "Mailbox: ", "'Nmae'")]
    [InlineData("""{"Mailboxx":{"Name":"x"}}""", "Mailboxx is not a setting", "use one of Acknowledgements")]
    [InlineData("""{"Oops":true}""", "Oops is not a setting", "remove it")]
    public void A_wrong_value_names_its_key_and_the_remedy(string json, string key, string remedy)
    {
        var problem = Assert.Single(Problems(json), p => p.StartsWith(key, StringComparison.Ordinal));

        Assert.Contains(remedy, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void Settings_in_words_hold_no_secret()
    {
        var settings = new WorkerSettings();
        settings.Mailbox.Server.Password = settings.Outbox.Server.Password = "hunter-2";
        settings.Credentials.Identities["x"] = new OAuthSettings { ClientSecret = "hunter-2" };

        Assert.DoesNotContain("hunter-2", $"{settings} {settings.Mailbox} {settings.Mailbox.Server} {settings.Outbox} {settings.Credentials.Identities["x"]}", StringComparison.Ordinal);
        Assert.DoesNotContain("hunter-2", $"{new EnquiryTriage.Worker.Access.AccessToken("hunter-2", default)}", StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_named_at_once() =>
        Assert.Equal(3, Problems("""{"Mailbox":{"Kind":"x","PollSeconds":0},"Outbox":{"Mode":"y"}}""").Count);

    [Theory]
    [InlineData("READ-WRITE")]
    [InlineData("Read-Write")]
    public void Words_are_read_in_any_case(string word)
    {
        var problems = new List<string>();
        var settings = new WorkerSettings { Mailbox = new() { Name = "n", Address = Mails.Us, Path = "inbox", Access = word }, Outbox = new() { Path = "out", Kind = "folder" } };

        Assert.Equal(MailboxAccess.ReadWrite, CheckedSettings.Check(settings, problems).Access);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("read-only", "live", false, "shadow mode")]
    [InlineData("read-write", "hold", true, "Outbox:Mode is hold")]
    [InlineData("read-write", "live", true, null)]
    [InlineData("read-write", "off", false, null)]
    public void Nothing_leaves_until_both_settings_say_so(string access, string mode, bool maySend, string? hold)
    {
        var settings = new WorkerSettings { Mailbox = new() { Name = "n", Address = Mails.Us, Path = "inbox", Access = access }, Outbox = new() { Mode = mode, Path = "out", Kind = "folder" } };

        var read = CheckedSettings.Check(settings, []);

        Assert.Equal(maySend, read.MaySend);
        Assert.StartsWith(hold ?? "", read.HoldReason ?? "", StringComparison.Ordinal);
        Assert.Equal(hold is null, read.HoldReason is null);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void An_open_connection_is_for_loopback(string host)
    {
        var problems = new List<string>();
        CheckedSettings.Check(
            new WorkerSettings { Mailbox = new() { Name = "n", Address = Mails.Us, Kind = "imap", Server = new() { Host = host, Port = 143, Security = "none" } } }, problems);

        Assert.Empty(problems);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("nowhere.json is not there", Assert.Single(Assert.Throws<SettingsException>(() => SettingsLoader.Configure(["nowhere.json"])).Problems), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_no_JSON_is_named_with_its_fault()
    {
        var problem = Assert.Single(Problems("""{"Mailbox": """));

        Assert.Contains("worker.json", problem, StringComparison.Ordinal);
        Assert.Contains("mend the file", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not base64!", "not base64")]
    [InlineData("", "holds no key")]
    [InlineData("c2hvcnQ=", "holds no key of 16 bytes")]
    public void A_wrong_signing_key_names_the_setting_and_the_remedy(string content, string says)
    {
        var key = _folder.At("signing.key");
        File.WriteAllText(key, content);

        // The model comes after the key, so that a missing model would hide nothing here.
        var problem = Assert.Single(Problems($$"""{ "Identity": { "SigningKeyFile": "{{key}}" } }"""));

        Assert.StartsWith($"Identity:SigningKeyFile: {key}", problem, StringComparison.Ordinal);
        Assert.Contains(says, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Later_files_win()
    {
        var first = Write("first.json", """{"Mailbox":{"Name":"first","Address":"first@agency.example"}}""");
        var second = Write("second.json", """{"Mailbox":{"Name":"second"}}""");

        var settings = SettingsLoader.Bind(SettingsLoader.Configure([first, second]));

        Assert.Equal(("second", "first@agency.example"), (settings.Mailbox.Name, settings.Mailbox.Address));
    }

    private string Write(string name, string json)
    {
        var path = _folder.At(name);
        File.WriteAllText(path, json);
        return path;
    }

    private IReadOnlyList<string> Problems(string json)
    {
        var path = Write("worker.json", json);
        return Assert.Throws<SettingsException>(() => Composition.Build(SettingsLoader.Configure([path]), KeyUse.ReadOnly).Dispose()).Problems;
    }
}
