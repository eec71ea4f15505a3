using System.Text;

namespace EnquiryTriage.Topics.Encoding;

/// <summary>
/// Cuts text into the encoder's word pieces: the likeliest sequence under a unigram model. Does as the published encoder's tokenizer
/// does, its habits included, since the weights were used with it. Immutable, thread-safe.
/// </summary>
internal sealed class UnigramTokenizer
{
    private const int Reserved = 6;
    private const int Unknown = 0;
    private const char WordStart = '\u2581';

    private readonly Dictionary<long, int> edges = [];
    private readonly List<int> pieceAt = [-1];
    private readonly float[] scores;
    private readonly int[] lengths;

    /// <summary>Takes the vocabulary in the order of the ids; the first six are not words.</summary>
    public UnigramTokenizer(IReadOnlyList<(string Piece, float Score)> pieces)
    {
        scores = [.. pieces.Select(piece => piece.Score)];
        lengths = [.. pieces.Select(piece => Math.Max(1, piece.Piece.Length))];
        for (var id = Reserved; id < pieces.Count; id++)
        {
            var node = 0;
            foreach (var c in pieces[id].Piece)
            {
                var edge = ((long)node << 16) | c;
                if (!edges.TryGetValue(edge, out var next))
                {
                    next = pieceAt.Count;
                    pieceAt.Add(-1);
                    edges[edge] = next;
                }

                node = next;
            }

            pieceAt[node] = id;
        }
    }

    /// <summary>The ids of the text's pieces; runs of unknown characters become one unknown piece. Runs of white space count as one space.</summary>
    public int[] Tokenize(string text)
    {
        var marked = Mark(text);
        if (marked.Length == 0)
        {
            return [];
        }

        var best = new float[marked.Length + 1];
        var piece = new int[marked.Length + 1];

        // QUIRK: a score of 0 stands for "not reached yet", also for a start that cannot be reached; seen in the published tokenizer.
        for (var start = 0; start < marked.Length; start++)
        {
            var node = 0;
            for (var end = start; end < marked.Length && edges.TryGetValue(((long)node << 16) | marked[end], out node); end++)
            {
                var id = pieceAt[node];
                if (id >= 0 && (best[end + 1] == 0 || scores[id] + best[start] >= best[end + 1]))
                {
                    best[end + 1] = scores[id] + best[start];
                    piece[end + 1] = id;
                }
            }
        }

        return Backwards(piece);
    }

    private int[] Backwards(int[] piece)
    {
        var ids = new List<int>();
        for (var at = piece.Length - 1; at > 0; at -= lengths[piece[at]])
        {
            if (piece[at] != Unknown || ids.Count == 0 || ids[^1] != Unknown)
            {
                ids.Add(piece[at]);
            }
        }

        ids.Reverse();
        return [.. ids];
    }

    private static string Mark(string text)
    {
        string normalized;
        try
        {
            normalized = text.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            // Lone surrogates have no normal form; such text is taken as it is.
            normalized = text;
        }

        var marked = new StringBuilder(normalized.Length + 1);
        foreach (var c in normalized)
        {
            var space = char.IsWhiteSpace(c) || char.IsControl(c);
            if (!space)
            {
                if (marked.Length == 0)
                {
                    marked.Append(WordStart);
                }

                marked.Append(c);
            }
            else if (marked.Length > 0 && marked[^1] != WordStart)
            {
                marked.Append(WordStart);
            }
        }

        if (marked.Length > 0 && marked[^1] == WordStart)
        {
            marked.Length--;
        }

        return marked.ToString();
    }
}
