using EnquiryTriage.Topics;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Models;

/// <summary>
/// The models that this deployment trained and took into use: files in <c>models/</c> beside the store, and a list of their names, the one in
/// use last. Where the list is empty the shipped model is in use. A file is never overwritten, so that each can be taken back.
/// </summary>
public sealed class ModelShelf(WorkerSettings settings)
{
    private readonly string _folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(settings.Storage.Path))!, "models");

    /// <summary>The model file in use: Model:Path where it is set, else the last one promoted, else the shipped one.</summary>
    public string InUse =>
        settings.Model.Path.Length > 0 ? settings.Model.Path
        : Promoted() is [.., var last] ? Path.Combine(_folder, last)
        : Composition.ShippedModel;

    /// <summary>Takes a model into use from the next start on.</summary>
    /// <returns>Where it lies now.</returns>
    /// <exception cref="SettingsException">Model:Path names a file, which would win.</exception>
    public string Promote(TopicModel candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        RefusePath();
        Directory.CreateDirectory(_folder);
        var promoted = Promoted();
        var number = Directory.EnumerateFiles(_folder, "*.model").Count() + 1;
        var name = FormattableString.Invariant($"{number:0000}-{candidate.Version}.model");
        candidate.Save(Path.Combine(_folder, name));
        Write([.. promoted, name]);
        return Path.Combine(_folder, name);
    }

    /// <summary>Goes back to the model before, from the next start on.</summary>
    /// <returns>The model file that is in use then; null where the shipped one is in use already.</returns>
    /// <exception cref="SettingsException">Model:Path names a file, which would win.</exception>
    public string? RollBack()
    {
        RefusePath();
        var promoted = Promoted();
        if (promoted.Count == 0)
        {
            return null;
        }

        Write([.. promoted.SkipLast(1)]);
        return InUse;
    }

    private string ListFile => Path.Combine(_folder, "in-use");

    private List<string> Promoted() => File.Exists(ListFile) ? [.. File.ReadAllLines(ListFile).Where(l => l.Length > 0)] : [];

    // Renamed into place: a crash leaves the old list or the new one.
    private void Write(IReadOnlyList<string> names)
    {
        var fresh = ListFile + ".new";
        File.WriteAllLines(fresh, names);
        File.Move(fresh, ListFile, overwrite: true);
    }

    private void RefusePath()
    {
        if (settings.Model.Path.Length > 0)
        {
            throw new SettingsException([$"Model:Path: it names {settings.Model.Path}, which is used whatever is promoted: leave it empty, or change it by hand."]);
        }
    }
}
