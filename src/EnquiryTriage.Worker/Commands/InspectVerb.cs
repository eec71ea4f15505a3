using System.CommandLine;
using EnquiryTriage.Core;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Mail;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>inspect PATH…</c>: what would be done with this mail, without doing it.</summary>
internal static class InspectVerb
{
    private const int BatchSize = 64;

    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "A raw message, a folder, an mbox, a Maildir, or - for standard input", Arity = ArgumentArity.OneOrMore };
        var body = new Option<bool>("--body") { Description = "The files are plain text bodies, not messages" };
        var format = Output.TextFormatOption();
        var verb = new Command("inspect", "Shows what would be done with mails, and why, without doing it.") { paths, body, format };
        verb.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(RootVerb.Config), parsed.GetRequiredValue(paths), parsed.GetValue(body), parsed.GetValue(format), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(string[] config, string[] paths, bool body, TextFormat format, CancellationToken cancel)
    {
        using var composition = Composition.Build(SettingsLoader.Configure(config), KeyUse.ReadOnly);
        var history = new InspectHistory();
        var failed = false;
        await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
        using var progress = new InspectProgress();
        foreach (var batch in MessageFiles.Enumerate(paths, body, composition.Settings.Mailbox.MaxMessageBytes).Chunk(BatchSize))
        {
            var analyses = new (MessageFile File, MailAnalysis? Analysis, string? Error)[batch.Length];
            await Parallel.ForAsync(0, batch.Length, cancel, (i, _) =>
            {
                analyses[i] = Analyse(composition, batch[i], body);
                return ValueTask.CompletedTask;
            });
            foreach (var (file, analysis, error) in analyses)
            {
                var document = Document(composition, history, file.Source, analysis, error);
                failed |= error is not null;
                await output.WriteLineAsync(format == TextFormat.Json
                    ? System.Text.Json.JsonSerializer.Serialize(document, ContractJson.Line)
                    : InspectText.Of(document));
            }

            progress.Add(batch.Length);
        }

        return failed ? ExitCodes.SomeFailed : ExitCodes.Done;
    }

    private static (MessageFile File, MailAnalysis? Analysis, string? Error) Analyse(Composition composition, MessageFile file, bool body)
    {
        if (file.Error is not null)
        {
            return (file, null, file.Error);
        }

        try
        {
            var mail = body ? MailReader.ReadBody(file.Raw, composition.Reading) : MailReader.Read(file.Raw, composition.Reading);
            return (file, composition.Pipeline.Analyse(mail), null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (file, null, $"could not be worked out: {e.GetType().Name}: {e.Message}");
        }
    }

    private static InspectDocument Document(Composition composition, InspectHistory history, string source, MailAnalysis? analysis, string? error)
    {
        var document = new InspectDocument { Source = source, Error = error };
        if (analysis is null)
        {
            return document;
        }

        var now = TimeProvider.System.GetUtcNow();
        var received = analysis.Mail.TopmostReceived ?? analysis.Mail.Date ?? now;
        var past = history.Of(composition.Pipeline.QueryFor(analysis, now));
        var decision = composition.Pipeline.Decide(analysis, past, received, now, adoptedBefore: null);
        var conversation = history.Add(analysis, decision, past.DuplicateOf);
        return DecisionDocument.Fill(document with { Message = MessageDocument.Of(analysis.Mail) }, analysis, decision, conversation);
    }
}
