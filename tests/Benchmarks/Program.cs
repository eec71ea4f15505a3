using EnquiryTriage.Benchmarks;

return args switch
{
    ["reading", var path] => ReadingBenchmark.Run(path),
    ["topics", var model, var data] => TopicsBenchmark.Run(model, data),
    ["backlog", var maildir] => await BacklogBenchmark.RunAsync(maildir),
    ["endtoend", .. var options] when EndToEndBenchmark.Reads(options) is { } plan => await EndToEndBenchmark.RunAsync(plan),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        reading PATH         the whole reading of every message under PATH, without the model; five times after a warm-up
        topics MODEL DATA    the model on each text of DATA, one thread
        backlog MAILDIR      the worker process on a Maildir: cold start, mails a second, peak memory
        endtoend [only=delivery|backlog] [mails=100] [backlog=20000] [idle=60]
                             starts Dovecot, Postfix and, where it is installed, Cyrus (as tests/Conformance does; as root) and the worker: from delivery to
                             commit and to the acknowledgement's acceptance, the idle worker for so many seconds, and a backlog; a line for each
        Each prints one line of JSON.
        """);
    return 2;
}
