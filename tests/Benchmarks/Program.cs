using EnquiryTriage.Benchmarks;

return args switch
{
    ["reading", var path] => ReadingBenchmark.Run(path),
    ["topics", var model, var data] => TopicsBenchmark.Run(model, data),
    ["backlog", var maildir] => await BacklogBenchmark.RunAsync(maildir),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        reading PATH         the whole reading of every message under PATH, without the model; five times after a warm-up
        topics MODEL DATA    the model on each text of DATA, one thread
        backlog MAILDIR      the worker process on a Maildir: cold start, mails a second, peak memory
        Each prints one line of JSON.
        """);
    return 2;
}
