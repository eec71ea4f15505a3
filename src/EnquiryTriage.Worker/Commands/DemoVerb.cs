using System.CommandLine;
using EnquiryTriage.Worker.Demo;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>demo</c>: the worker on its own folders, fed with the sample mails.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Ends when the last mail is done" };
        var fresh = new Option<bool>("--keep") { Description = "Goes on with the record of an earlier demo instead of starting afresh" };
        var verb = new Command("demo", "Runs the worker on sample mails in .enquiry-triage/ of this folder and shows what happens to each.") { once, fresh };
        verb.SetAction((parsed, cancel) => DemoRun.RunAsync(
            parsed.GetRequiredValue(RootVerb.Config), parsed.GetValue(once), parsed.GetValue(fresh), cancel));
        return verb;
    }
}
