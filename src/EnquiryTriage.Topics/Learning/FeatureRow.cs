namespace EnquiryTriage.Topics.Learning;

/// <summary>
/// One text as numbers: a sparse part (n-grams, lexicon) as parallel arrays of ascending indexes and values, and a
/// dense part (sentence embedding, constant). Features are numbered sparse first.
/// </summary>
internal sealed record FeatureRow(int[] Indexes, float[] Values, float[] Dense);
