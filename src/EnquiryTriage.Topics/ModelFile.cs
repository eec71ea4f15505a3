using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using EnquiryTriage.Topics.Encoding;
using EnquiryTriage.Topics.Learning;
using EnquiryTriage.Topics.Text;

namespace EnquiryTriage.Topics;

/// <summary>
/// The model file: eight bytes of signature, the format's version (int32), the SHA-256 of all that follows, then named
/// sections (name, length, bytes). Little-endian. The same parts give the same bytes.
/// </summary>
internal static partial class ModelFile
{
    private const int FormatVersion = 3;
    private const int HeaderLength = 8 + 4 + 32;
    private const string NearnessSuffix = ".near";

    private static ReadOnlySpan<byte> Signature => "ETTOPICS"u8;

    /// <summary>Writes beside the target first, so that a failure leaves the old file whole.</summary>
    public static void Write(ModelParts parts, string path)
    {
        var bytes = ToBytes(parts);
        var draft = path + ".new";
        try
        {
            File.WriteAllBytes(draft, bytes);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TopicModelException($"The model file {path} cannot be written: {fault.Message} Choose a folder that exists and may be written to.", fault);
        }
    }

    /// <summary>Reads and checks a model file.</summary>
    public static ModelParts Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TopicModelException($"The model file {path} cannot be read: {fault.Message} Give the path of a model, or train one with `topics train --out {path}`.", fault);
        }

        try
        {
            return FromBytes(bytes, path);
        }
        catch (Exception fault) when (fault is EndOfStreamException or InvalidDataException or JsonException or ArgumentException
            or OverflowException or FormatException or KeyNotFoundException or TopicDataException)
        {
            throw new TopicModelException($"The model file {path} is not usable: {fault.Message} Restore it from a copy or train it anew.", fault);
        }
    }

    /// <summary>The parts with the version their content has.</summary>
    public static ModelParts WithVersion(ModelParts parts) => parts with { Version = VersionOf(Content(parts)) };

    private static byte[] ToBytes(ModelParts parts)
    {
        var content = Content(parts);
        using var stream = new MemoryStream(HeaderLength + content.Length);
        using var writer = new BinaryWriter(stream);
        writer.Write(Signature);
        writer.Write(FormatVersion);
        writer.Write(SHA256.HashData(content));
        writer.Write(content);
        return stream.ToArray();
    }

    private static string VersionOf(ReadOnlySpan<byte> content) =>
        string.Create(CultureInfo.InvariantCulture, $"{FormatVersion}-{Convert.ToHexStringLower(SHA256.HashData(content))[..12]}");

    private static byte[] Content(ModelParts parts)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Section(writer, "manifest", JsonSerializer.SerializeToUtf8Bytes(
            new Manifest(parts.TrainedOn, parts.Features.EncoderVersion, parts.Features.EncoderWeight, parts.Features.LexiconWeight, parts.Features.NgramWeight, parts.Calibration), ManifestJson.Default.Manifest));
        Section(writer, "taxonomy", parts.Taxonomy.ToJson());
        Section(writer, "ngrams", Bytes(parts.Features.Ngrams.Vocabulary.Write));
        Head(writer, "topics", parts.Topics);
        Head(writer, "further", parts.Further);
        Head(writer, "urgency", parts.Urgency);

        if (parts.Features.Lexicon is not null)
        {
            Section(writer, "lexicon", parts.Features.Lexicon.ToJson());
        }

        if (parts.Neighbours is not null)
        {
            Section(writer, "neighbours", Bytes(parts.Neighbours.Write));
        }

        if (parts.KindPipeline is not null)
        {
            Section(writer, "kinds.zip", parts.KindPipeline);
        }

        writer.Flush();
        return stream.ToArray();
    }

    private static ModelParts FromBytes(byte[] bytes, string path)
    {
        if (bytes.Length < HeaderLength || !bytes.AsSpan(0, 8).SequenceEqual(Signature))
        {
            throw new TopicModelException($"The file {path} is not a topic model. Give the path of a model, or train one with `topics train`.");
        }

        var version = BitConverter.ToInt32(bytes, 8);
        if (version != FormatVersion)
        {
            throw new TopicModelException(string.Create(
                CultureInfo.InvariantCulture,
                $"The model file {path} has format version {version}, this program reads {FormatVersion}. Train it anew with this program, or use the program it came with."));
        }

        var content = bytes.AsSpan(HeaderLength);
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(12, 32)))
        {
            throw new TopicModelException($"The model file {path} is damaged: its checksum does not match its content. Restore it from a copy or train it anew.");
        }

        var sections = Sections(bytes);
        var manifest = JsonSerializer.Deserialize(sections["manifest"].Span, ManifestJson.Default.Manifest)
            ?? throw new InvalidDataException("Its manifest is empty.");
        var features = new FeaturePipeline(
            new NgramFeaturizer(Open(sections["ngrams"], Vocabulary.Read)),
            manifest.NgramWeight,
            sections.TryGetValue("lexicon", out var lexicon) ? Lexicon.FromJson(lexicon.Span) : null,
            manifest.LexiconWeight,
            EncoderOf(manifest, path),
            manifest.EncoderWeight);
        return new ModelParts(
            Taxonomy.FromJson(sections["taxonomy"].Span),
            features,
            Head(sections, "topics") ?? throw new InvalidDataException("It has no topics."),
            Head(sections, "further"),
            sections.TryGetValue("kinds.zip", out var kinds) ? kinds.ToArray() : null,
            Head(sections, "urgency"),
            sections.TryGetValue("neighbours", out var neighbours) ? Open(neighbours, Neighbours.Read) : null,
            manifest.Calibration,
            manifest.TrainedOn)
        {
            Version = VersionOf(content),
        };
    }

    private static SentenceEncoder? EncoderOf(Manifest manifest, string path)
    {
        if (manifest.Encoder is null)
        {
            return null;
        }

        var encoder = SentenceEncoder.Shared;
        return string.Equals(encoder.Version, manifest.Encoder, StringComparison.Ordinal)
            ? encoder
            : throw new TopicModelException($"The model file {path} was trained with the sentence encoder {manifest.Encoder}, this program has {encoder.Version}. Train it anew with this program, or use the program it came with.");
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Sections(byte[] bytes)
    {
        var sections = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        reader.BaseStream.Position = HeaderLength;
        while (reader.BaseStream.Position < bytes.Length)
        {
            var name = reader.ReadString();
            var length = reader.ReadInt32();
            sections[name] = bytes.AsMemory((int)reader.BaseStream.Position, length);
            reader.BaseStream.Position += length;
        }

        return sections;
    }

    private static void Head(BinaryWriter writer, string name, MeaningHead? head)
    {
        if (head is not null)
        {
            Section(writer, name, Bytes(head.Linear.Write));
        }

        if (head?.Nearness is { } nearness)
        {
            Section(writer, name + NearnessSuffix, Bytes(nearness.Write));
        }
    }

    private static MeaningHead? Head(Dictionary<string, ReadOnlyMemory<byte>> sections, string name) =>
        sections.TryGetValue(name, out var linear)
            ? new MeaningHead(
                Open(linear, LinearHead.Read),
                sections.TryGetValue(name + NearnessSuffix, out var nearness) ? Open(nearness, NearnessHead.Read) : null)
            : null;

    private static T Open<T>(ReadOnlyMemory<byte> section, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(section.ToArray(), writable: false));
        return read(reader);
    }

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static void Section(BinaryWriter writer, string name, byte[] bytes)
    {
        writer.Write(name);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private sealed record Manifest(int TrainedOn, string? Encoder, float EncoderWeight, float LexiconWeight, float NgramWeight, Calibration Calibration);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    [JsonSerializable(typeof(Manifest))]
    private sealed partial class ManifestJson : JsonSerializerContext;
}
