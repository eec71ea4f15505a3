using System.Collections.Frozen;

namespace EnquiryTriage.Topics.Text;

/// <summary>Words too common to tell anyone anything: they may weigh a little, but they are never shown as reasons.</summary>
internal static class StopWords
{
    private static readonly FrozenSet<string> Words = (
        "a about after again all also am an and any are as at be because been before being between both but by can could did do does "
        + "doing don't down during each few for from further get got had has have having he her here him his how i i'd i'll i'm i've if in "
        + "into is it it's its just let like may me might more most much my no nor not now of off on once one only or other our out over "
        + "own please same say see she should so some such than thank thanks that that's the their them then there these they this those through "
        + "to too under until up us very was we were what when where which while who whom why will with would yes you your yours dear "
        + "sir madam regards kind mr mrs ms dr hello hi").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a text holds nothing but stop words.</summary>
    public static bool IsOnly(string text) => Array.TrueForAll(text.Split(' '), word => Words.Contains(word));
}
