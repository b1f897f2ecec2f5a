using System.Globalization;

namespace PacsNm.Simulator;

/// <summary>A quirk of the simulator, with its number.</summary>
public sealed record Quirk
{
    /// <summary>Parses a name with an optional number: CapResults, CapResults=50, CapResults=50:A700, DropAfter=9000B.</summary>
    /// <exception cref="FormatException">The text is not a quirk.</exception>
    public Quirk(string text)
    {
        var (name, value) = text.IndexOf('=') is >= 0 and var at ? (text.Substring(0, at), text.Substring(at + 1)) : (text, null);
        if (int.TryParse(name, out _) || !Enum.TryParse<QuirkName>(name.Trim(), ignoreCase: true, out var known))
            throw new FormatException($"'{name}' is not a quirk. The quirks are {string.Join(", ", Enum.GetNames(typeof(QuirkName)))}.");
        Name = known;
        Value = DefaultOf(known);
        if (value is null)
            return;
        var suffix = SuffixOf(known);
        if (suffix is not null && value.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
        {
            HasSuffix = true;
            value = value.Substring(0, value.Length - suffix.Length);
        }

        Value = Value is not null && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException(
                $"'{text}' is not a quirk with a number. Write CapResults=50, CapResults=50:A700 or DropAfter=9000B.");
    }

    /// <summary>The name.</summary>
    public QuirkName Name { get; }

    /// <summary>The number; null if the quirk has none.</summary>
    public int? Value { get; }

    /// <summary>Whether the number has the suffix that changes its meaning: :A700 for CapResults, B for DropAfter.</summary>
    internal bool HasSuffix { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}{(Value is null ? "" : $"={Value}")}{(HasSuffix ? SuffixOf(Name) : "")}";

    private static int? DefaultOf(QuirkName name) => name switch
    {
        QuirkName.CapResults => 100,
        QuirkName.FailEveryNth or QuirkName.DropAfter or QuirkName.HangAfter or QuirkName.GarbagePdu => 3,
        QuirkName.NearlineDelay => 10,
        QuirkName.SlowResponses => 200,
        QuirkName.SurplusBytes => 16,
        QuirkName.AbortAfterCancel => 20,
        QuirkName.Drift => 10,
        QuirkName.Capacity => 2,
        _ => null,
    };

    private static string? SuffixOf(QuirkName name) => name switch
    {
        QuirkName.CapResults => ":A700",
        QuirkName.DropAfter => "B",
        _ => null,
    };
}
