namespace EnquiryTriage.Topics.Text;

/// <summary>The n-grams a model knows, with their weight by rarity (inverse document frequency). Immutable.</summary>
internal sealed class Vocabulary
{
    private readonly ulong[] hashes;
    private readonly float[] idf;
    private readonly ulong[] slots;
    private readonly int[] indexes;
    private readonly int mask;

    private Vocabulary(ulong[] hashes, float[] idf, int words)
    {
        this.hashes = hashes;
        this.idf = idf;
        Words = words;
        var size = 16;
        while (size < hashes.Length * 2)
        {
            size *= 2;
        }

        mask = size - 1;
        slots = new ulong[size];
        indexes = new int[size];
        for (var i = 0; i < hashes.Length; i++)
        {
            var slot = (int)(hashes[i] >> 20) & mask;
            while (indexes[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            slots[slot] = hashes[i];
            indexes[slot] = i + 1;
        }
    }

    /// <summary>How many n-grams are known.</summary>
    public int Count => hashes.Length;

    /// <summary>How many of them are word n-grams; these come first.</summary>
    public int Words { get; }

    /// <summary>The weight by rarity of the n-gram at <paramref name="index"/>.</summary>
    public float Idf(int index) => idf[index];

    /// <summary>The index of an n-gram, or −1 for an unknown one.</summary>
    public int Find(ulong hash)
    {
        var slot = (int)(hash >> 20) & mask;
        while (true)
        {
            var index = indexes[slot];
            if (index == 0 || slots[slot] == hash)
            {
                return index - 1;
            }

            slot = (slot + 1) & mask;
        }
    }

    /// <summary>
    /// Collects the n-grams that occur in at least <paramref name="minimumTexts"/> texts (word n-grams, and character n-grams).
    /// Their order depends on the texts only.
    /// </summary>
    public static Vocabulary Build(IEnumerable<string> normalized, int minimumWordTexts, int minimumTexts)
    {
        var counts = new Dictionary<ulong, Occurrence>();
        var texts = 0;
        foreach (var text in normalized)
        {
            var sink = new CountingSink(counts, ++texts);
            NgramReader.Read(text, ref sink);
        }

        // By hash inside each block: an order that needs no words and never varies.
        var kept = counts
            .Where(pair => pair.Value.Texts >= (pair.Value.Block == NgramBlock.Word ? minimumWordTexts : minimumTexts))
            .OrderBy(pair => pair.Value.Block)
            .ThenBy(pair => pair.Key)
            .ToArray();
        return new Vocabulary(
            [.. kept.Select(pair => pair.Key)],
            [.. kept.Select(pair => (float)(Math.Log((1.0 + texts) / (1.0 + pair.Value.Texts)) + 1.0))],
            kept.Count(pair => pair.Value.Block == NgramBlock.Word));
    }

    /// <summary>Writes the vocabulary to a model file.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(hashes.Length);
        writer.Write(Words);
        BinaryArrays.Write(writer, hashes);
        BinaryArrays.Write(writer, idf);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static Vocabulary Read(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        var words = reader.ReadInt32();
        return new Vocabulary(BinaryArrays.Read<ulong>(reader, count), BinaryArrays.Read<float>(reader, count), words);
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
    private readonly record struct Occurrence(int Texts, int LastText, NgramBlock Block);

    private readonly struct CountingSink(Dictionary<ulong, Occurrence> counts, int text) : INgramSink
    {
        public void Add(ulong hash, NgramBlock block, int start, int end)
        {
            ref var seen = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, hash, out var known);
            if (!known || seen.LastText != text)
            {
                seen = new Occurrence(seen.Texts + 1, text, block);
            }
        }
    }
}
