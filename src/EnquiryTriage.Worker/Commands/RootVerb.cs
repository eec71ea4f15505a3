using System.CommandLine;
using System.Text;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Topics;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary>The command line: one verb a file, exit codes and error lines the same for all.</summary>
internal static class RootVerb
{
    /// <summary>Further configuration files.</summary>
    public static readonly Option<string[]> Config = new("--config")
    {
        Description = "A further JSON configuration file; later ones win, environment variables (Section__Key) win over all.",
        HelpName = "FILE",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    public static async Task<int> RunAsync(string[] args)
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var root = new RootCommand("EnquiryTriage reads an enquiry mailbox and turns mails into routed, acknowledged, tracked enquiries.")
        {
            Config,
            RunVerb.Create(),
            DemoVerb.Create(),
            InspectVerb.Create(),
            TopicsVerb.Create(),
            ListVerb.Create(),
            ShowVerb.Create(),
            CorrectVerb.Create(),
            ReportVerb.Create(),
            MailboxVerb.Create(),
            QuarantineVerb.Create(),
            OutboxVerb.Create(),
            ShadowVerb.Create(),
            DoctorVerb.Create(),
        };
        root.SetAction((parsed, cancel) => RunVerb.RunAsync(parsed.GetRequiredValue(Config), cancel));
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
            {
                await Console.Error.WriteLineAsync($"{error.Message} See 'enquiry-triage {Verb(result)}--help'.");
            }

            return ExitCodes.Usage;
        }

        try
        {
            // Signals are the host's: it stops its services in order, which may take longer than the parser would wait.
            return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e) when (Known(e) is { } exit)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return exit;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Nothing here is expected: the trace is for whoever mends it.
            await Console.Error.WriteLineAsync($"unexpected: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            await Console.Error.WriteLineAsync(e.StackTrace);
            return ExitCodes.SomeFailed;
        }
    }

    private static int? Known(Exception e) => e switch
    {
        SettingsException or TopicDataException or TopicModelException => ExitCodes.Usage,
        StoreException or MailSourceException or Access.TokenException or IOException or UnauthorizedAccessException => ExitCodes.Unreachable,
        OperationCanceledException => ExitCodes.SomeFailed,
        _ => null,
    };

    private static string Verb(ParseResult result) =>
        result.CommandResult.Command is RootCommand ? "" : result.CommandResult.Command.Name + " ";
}
