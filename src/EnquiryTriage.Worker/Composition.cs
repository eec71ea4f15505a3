using System.Globalization;
using EnquiryTriage.Core;
using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Clocks;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Routing;
using EnquiryTriage.Mail;
using EnquiryTriage.Topics;
using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Models;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Configuration;

namespace EnquiryTriage.Worker;

/// <summary>The parts that decide, put together from checked configuration. Everything that can be wrong is found here, at start.</summary>
public sealed class Composition : IDisposable
{
    private Composition(WorkerSettings settings, CheckedSettings read, AccessParts access)
    {
        Settings = settings;
        Read = read;
        Access = access;
    }

    /// <summary>The configuration as written.</summary>
    public WorkerSettings Settings { get; }

    /// <summary>Its words, read.</summary>
    public CheckedSettings Read { get; }

    /// <summary>Topics and kinds.</summary>
    public required Taxonomy Taxonomy { get; init; }

    /// <summary>What a manager may change about decisions.</summary>
    public required TriageSettings Triage { get; init; }

    /// <summary>How mail is read.</summary>
    public required ReadingOptions Reading { get; init; }

    /// <summary>Our signed ids.</summary>
    public required SignedMessageIds Ids { get; init; }

    /// <summary>Working time.</summary>
    public required WorkingCalendar Calendar { get; init; }

    /// <summary>The templates.</summary>
    public required AcknowledgementTemplates Templates { get; init; }

    /// <summary>The topic model.</summary>
    public required TopicModel Model { get; init; }

    /// <summary>The main flow.</summary>
    public required TriagePipeline Pipeline { get; init; }

    /// <summary>How the servers are entered.</summary>
    internal AccessParts Access { get; }

    /// <summary>Puts everything together.</summary>
    /// <exception cref="SettingsException">The configuration is wrong; all problems found are in it.</exception>
    public static Composition Build(IConfiguration configuration, KeyUse keys = KeyUse.Create, TimeProvider? time = null)
    {
        var settings = SettingsLoader.Bind(configuration);
        var problems = new List<string>();
        var read = CheckedSettings.Check(settings, problems);
        var taxonomy = LoadTaxonomy(settings.Model);
        var routing = RoutingTable.Build(settings.Routing.Rules, settings.Teams, taxonomy.Labels, taxonomy.Kinds, problems);
        var templates = AcknowledgementTemplates.Build(settings.Acknowledgements, problems);
        foreach (var kind in settings.Acknowledgements.Kinds.Keys.Where(k => !taxonomy.Kinds.Contains(k)))
        {
            problems.Add($"Acknowledgements:Kinds:{kind}: '{kind}' is not a kind: use {string.Join(", ", taxonomy.Kinds)}.");
        }

        var calendar = BuildCalendar(settings.Clocks, problems);
        if (!IsPrefix(settings.Identity.ReferencePrefix))
        {
            problems.Add($"Identity:ReferencePrefix: '{settings.Identity.ReferencePrefix}' is not two to {EnquiryTriage.Core.Enquiries.EnquiryReference.MaxPrefixLength} capital letters.");
        }

        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }

        return Assemble(settings, read, keys, time ?? TimeProvider.System, taxonomy, routing, templates, calendar!);
    }

    /// <summary>Where the shipped model files lie.</summary>
    public static string ShippedModels => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The shipped topic model.</summary>
    public static string ShippedModel => Path.Combine(ShippedModels, "topics.model");

    /// <summary>Turns decisions into rows.</summary>
    /// <param name="mailbox">What is sent comes from this mailbox's address, and is held where its access is read-only.</param>
    /// <param name="time">The clock.</param>
    public IntakeWriter Writer(CheckedMailbox mailbox, TimeProvider time)
    {
        var triage = Triage with { MailboxAddress = mailbox.Settings.Address, MailboxName = mailbox.Settings.DisplayName };
        var hold = mailbox.Access == MailboxAccess.ReadOnly ? $"shadow mode: {mailbox.Key}:Access is read-only" : Read.HoldReason;
        return new IntakeWriter(triage, Ids, Templates, Calendar.Zone, TopicNameOf, hold, Read.OutboxMode == OutboxMode.Off, time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Access.Dispose();
        Model.Dispose();
    }

    private static Composition Assemble(
        WorkerSettings settings, CheckedSettings read, KeyUse keys, TimeProvider time, Taxonomy taxonomy, RoutingTable routing, AcknowledgementTemplates templates, WorkingCalendar calendar)
    {
        var address = settings.Mailbox.Address;
        var domain = settings.Identity.Domain.Length > 0 ? settings.Identity.Domain : address[(address.LastIndexOf('@') + 1)..];
        var ids = new SignedMessageIds(domain, SigningKeys.Load(settings.Identity.SigningKeyFile, keys));
        var reading = new ReadingOptions
        {
            Ours = ids,
            OwnAddresses = new HashSet<string>(read.Mailboxes.SelectMany(m => m.Settings.OwnAddresses.Append(m.Settings.Address)), StringComparer.OrdinalIgnoreCase),
            AuthservId = settings.Mailbox.AuthservId.Length > 0 ? settings.Mailbox.AuthservId : null,
            Limits = new ReadingLimits { MaxRawBytes = read.Mailboxes.Max(m => m.Settings.MaxMessageBytes) },
        };
        var triage = new TriageSettings
        {
            MailboxAddress = address,
            MailboxName = settings.Mailbox.DisplayName,
            ReferencePrefix = settings.Identity.ReferencePrefix,
            DutyContact = settings.Urgency.DutyContact,
            Dkim = DkimKeys.Load(settings.Outbox.Dkim),
            ModelUrgency = settings.Urgency.ModelScore,
            PhraseUrgency = settings.Urgency.PhraseScore,
            Teams = settings.Teams,
            Rules = settings.Routing.Rules,
            Acknowledgements = settings.Acknowledgements,
        };
        var model = LoadModel(settings, taxonomy);
        return new Composition(settings, read, new AccessParts(settings, time))
        {
            Taxonomy = taxonomy,
            Triage = triage,
            Reading = reading,
            Ids = ids,
            Calendar = calendar,
            Templates = templates,
            Model = model,
            Pipeline = new TriagePipeline(triage, reading, model.Predict, routing, new AcknowledgementPolicy(settings.Acknowledgements), calendar),
        };
    }

    private static Taxonomy LoadTaxonomy(ModelSettings settings)
    {
        try
        {
            return Taxonomy.Load(settings.TaxonomyPath.Length > 0 ? settings.TaxonomyPath : Path.Combine(ShippedModels, "taxonomy.json"));
        }
        catch (TopicDataException e)
        {
            throw new SettingsException([$"Model:TaxonomyPath: {e.Message}"]);
        }
    }

    // Closed lists: a model that knows a topic that the configuration does not hold could produce it, so it is refused.
    private static TopicModel LoadModel(WorkerSettings settings, Taxonomy taxonomy)
    {
        TopicModel model;
        try
        {
            model = TopicModel.Load(new ModelShelf(settings).InUse);
        }
        catch (TopicModelException e)
        {
            throw new SettingsException([$"Model:Path: {e.Message}"]);
        }

        var strangers = model.Labels.Except(taxonomy.Labels, StringComparer.Ordinal).ToList();
        return strangers.Count == 0
            ? model
            : throw new SettingsException([$"Model:Path: the model answers with {string.Join(", ", strangers)}, which the taxonomy does not hold: train it with `topics train --taxonomy`, or set Model:TaxonomyPath."]);
    }

    private static WorkingCalendar? BuildCalendar(ClockSettings settings, List<string> problems)
    {
        try
        {
            var week = settings.Hours.Count == 0 ? WorkingWeek.Default : WorkingWeek.Parse(settings.Hours.ToDictionary(h => Day(h.Key), h => h.Value));
            var closures = settings.Closures.Select(Closure).Distinct().ToDictionary(d => d, _ => "closed by configuration");
            var holidays = BankHolidays.Shipped;
            if (settings.HolidayFile.Length > 0)
            {
                using var stream = File.OpenRead(settings.HolidayFile);
                holidays = BankHolidays.Load(stream, settings.HolidayFile);
            }

            return new WorkingCalendar(
                settings.TimeZone, week, holidays, settings.Divisions.Count == 0 ? ["england-and-wales"] : [.. settings.Divisions], closures);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"Clocks:HolidayFile: {settings.HolidayFile} cannot be read: {e.Message} Name a file in the government's JSON format, or leave it empty for the shipped one.");
            return null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            problems.Add($"Clocks: {e.Message}");
            return null;
        }
    }

    private static DateOnly Closure(string written) => DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? date
        : throw new FormatException($"Closures: '{written}' is not a date: use yyyy-MM-dd.");

    private static DayOfWeek Day(string name) => Enum.TryParse<DayOfWeek>(name, ignoreCase: true, out var day) && !char.IsDigit(name[0])
        ? day
        : throw new FormatException($"Hours:{name}: '{name}' is not a weekday: use Monday to Sunday.");

    private static bool IsPrefix(string prefix) =>
        prefix.Length is >= 2 and <= EnquiryTriage.Core.Enquiries.EnquiryReference.MaxPrefixLength && prefix.All(char.IsAsciiLetterUpper);

    private string TopicNameOf(string label, bool welsh) =>
        Taxonomy.Topics.FirstOrDefault(t => t.Label == label) is { } topic ? (welsh ? topic.Cy ?? topic.Name : topic.Name) : label;
}
