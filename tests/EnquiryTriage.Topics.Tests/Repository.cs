namespace EnquiryTriage.Topics.Tests;

/// <summary>Finds files of this repository from wherever the tests run.</summary>
internal static class Repository
{
    public static string File(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "EnquiryTriage.sln")))
            {
                return Path.Combine([folder.FullName, .. parts]);
            }
        }

        throw new DirectoryNotFoundException("No EnquiryTriage.sln above " + AppContext.BaseDirectory);
    }
}
