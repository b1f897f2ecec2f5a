using System.Text.RegularExpressions;

namespace PacsNm.Jobs;

/// <summary>What spreadsheets and people do to lists, found before the PACS is asked. A warning names rows and no values.</summary>
internal static class ListCheck
{
    /// <summary>The most rows that a warning names.</summary>
    private const int MaximumNamed = 10;

    private static readonly Regex Digit = new(@"\d", RegexOptions.CultureInvariant);

    /// <summary>Rows whose query finds nothing, or the same as another row.</summary>
    /// <param name="Invalid">The reason per row that no query can be made of.</param>
    /// <param name="Duplicates">The earlier row per row that asks for the same.</param>
    /// <param name="Warnings">What the user should look at.</param>
    public sealed record Findings(
        IReadOnlyDictionary<int, string> Invalid,
        IReadOnlyDictionary<int, int> Duplicates,
        IReadOnlyList<string> Warnings);

    /// <summary>Checks a list.</summary>
    public static Findings Of(IReadOnlyCollection<JobRow> rows)
    {
        var invalid = rows.Where(row => row.Problem is not null).ToDictionary(row => row.Number, row => row.Problem!);
        var duplicates = new Dictionary<int, int>();
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in rows.Where(row => row.Problem is null))
        {
            if (first.TryGetValue(row.Identity, out var earlier))
                duplicates[row.Number] = earlier;
            else
                first[row.Identity] = row.Number;
        }

        List<string?> warnings =
        [
            .. invalid.GroupBy(pair => pair.Value, pair => pair.Key).Select(group => $"{Rows([.. group])}: {group.Key}"),
            duplicates.Count == 0 ? null
                : $"{Rows([.. duplicates.Keys])} {(duplicates.Count == 1 ? "asks" : "ask")} for the same as an earlier row.",
            MixedDates(rows.Select(row => (row.Number, row.DateText))),
            LostZeros(rows, nameof(JobColumn.AccessionNumber), row => row.AccessionNumber),
            LostZeros(rows, nameof(JobColumn.PatientId), row => row.PatientId),
        ];
        return new Findings(invalid, duplicates, [.. warnings.OfType<string>()]);
    }

    /// <summary>Finds dates that are written in another way than most. Some of them may mean another day.</summary>
    /// <param name="dates">The cell of each row.</param>
    private static string? MixedDates(IEnumerable<(int Row, string Text)> dates)
    {
        // 2021-09-01 and 2021-9-1 have the same form.
        var forms = dates.Where(date => date.Text.Length > 0)
            .GroupBy(date => Digit.Replace(date.Text, "9").Replace("99", "9").Replace("99", "9"), date => date.Row)
            .OrderByDescending(form => form.Count())
            .ToList();
        return forms.Count < 2
            ? null
            : $"{Rows([.. forms.Skip(1).SelectMany(form => form).OrderBy(row => row)])}: {nameof(JobColumn.StudyDate)} is written in "
                + "another way than in most rows. Check that the days are right.";
    }

    /// <summary>
    /// Finds numbers that are shorter than the others in a column where most have the same length. Spreadsheets remove leading zeros.
    /// </summary>
    private static string? LostZeros(IReadOnlyCollection<JobRow> rows, string column, Func<JobRow, string> value)
    {
        var numbers = rows.Select(row => (row.Number, Text: value(row)))
            .Where(cell => cell.Text.Length > 0 && cell.Text.All(c => c is >= '0' and <= '9'))
            .ToList();
        if (numbers.Count < 2)
            return null;
        var usual = numbers.GroupBy(cell => cell.Text.Length).OrderByDescending(group => group.Count()).First();
        if (usual.Count() * 2 <= numbers.Count)
            return null;
        int[] shorter = [.. numbers.Where(cell => cell.Text.Length < usual.Key).Select(cell => cell.Number)];
        return shorter.Length == 0
            ? null
            : $"{Rows(shorter)}: {column} is shorter than the {usual.Key} digits of most rows. A spreadsheet may have removed leading "
                + "zeros. These rows are asked for as they are.";
    }

    /// <summary>Row 5; Rows 5, 7; or the first ones and how many others there are.</summary>
    private static string Rows(IReadOnlyCollection<int> numbers)
    {
        var named = string.Join(", ", numbers.Take(MaximumNamed));
        var others = numbers.Count - MaximumNamed;
        return numbers.Count == 1 ? $"Row {named}"
            : others <= 0 ? $"Rows {named}"
            : $"Rows {named} and {others} others";
    }
}
