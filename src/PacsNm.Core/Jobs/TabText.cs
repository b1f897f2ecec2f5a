using System.Text;

namespace PacsNm.Jobs;

/// <summary>
/// Lines of cells that are separated by tabs. Tabs, line breaks and backslashes in a cell are written as \t, \n, \r and \\, so that each
/// record is one line.
/// </summary>
internal static class TabText
{
    private static readonly char[] Special = ['\t', '\n', '\r', '\\'];

    /// <summary>Writes a line, with the line break at its end.</summary>
    public static string Line(IEnumerable<string> cells) => string.Join("\t", cells.Select(Escape)) + "\n";

    /// <summary>Splits a line, which has no line break.</summary>
    public static string[] Cells(string line)
    {
        var cells = line.Split('\t');
        for (var index = 0; index < cells.Length; index++)
            cells[index] = Unescape(cells[index]);
        return cells;
    }

    private static string Escape(string cell) => cell.IndexOfAny(Special) < 0
        ? cell
        : cell.Replace("\\", "\\\\").Replace("\t", "\\t").Replace("\n", "\\n").Replace("\r", "\\r");

    private static string Unescape(string cell)
    {
        if (cell.IndexOf('\\') < 0)
            return cell;
        var text = new StringBuilder(cell.Length);
        for (var index = 0; index < cell.Length; index++)
        {
            if (cell[index] != '\\' || index + 1 == cell.Length)
            {
                text.Append(cell[index]);
                continue;
            }

            index++;
            text.Append(cell[index] switch
            {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                var other => other,
            });
        }

        return text.ToString();
    }
}
