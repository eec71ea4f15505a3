using System.Diagnostics;
using EnquiryTriage.Worker.Outbox;

namespace EnquiryTriage.Worker.Tests.Outbox;

public sealed class ClaimantTests
{
    [Fact]
    public void This_process_lives() => Assert.False(Claimant.IsProvablyGone(Claimant.Own()));

    [Fact]
    public void Each_name_is_used_once() => Assert.NotEqual(Claimant.Own(), Claimant.Own());

    [Fact]
    public void A_process_of_the_same_number_that_started_at_another_time_is_gone() => Assert.True(Claimant.IsProvablyGone(With(4, "1")));

    [Fact]
    public void A_process_number_that_nobody_has_is_gone() => Assert.True(Claimant.IsProvablyGone(With(3, "999999999")));

    [Fact]
    public void A_process_that_has_ended_and_was_not_collected_is_gone()
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "true & exec sleep 60"]))!;
        try
        {
            // The child of a process that does not wait for it stays a zombie.
            var child = "";
            SpinWait.SpinUntil(() => (child = ChildOf(shell.Id)).Length > 0 && File.ReadAllText($"/proc/{child}/stat").Contains(") Z ", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
            var start = File.ReadAllText($"/proc/{child}/stat").Split(") ")[1].Split(' ')[19];
            var parts = Claimant.Own().Split('/');
            (parts[3], parts[4]) = (child, start);

            Assert.True(Claimant.IsProvablyGone(string.Join('/', parts)));
        }
        finally
        {
            shell.Kill();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_another_machine_start_or_namespace_nothing_is_proven(int part)
    {
        var parts = Claimant.Own().Split('/');
        (parts[part], parts[4]) = ("other", "1");

        Assert.False(Claimant.IsProvablyGone(string.Join('/', parts)));
    }

    [Theory]
    [InlineData("somebody")]
    [InlineData("")]
    [InlineData("linux/a/b/c/d/e")]
    public void Of_a_name_that_says_nothing_nothing_is_proven(string name) => Assert.False(Claimant.IsProvablyGone(name));

    private static string With(int part, string value)
    {
        var parts = Claimant.Own().Split('/');
        parts[part] = value;
        return string.Join('/', parts);
    }

    private static string ChildOf(int process)
    {
        var file = $"/proc/{process}/task/{process}/children";
        return File.Exists(file) ? File.ReadAllText(file).Trim() : "";
    }
}
