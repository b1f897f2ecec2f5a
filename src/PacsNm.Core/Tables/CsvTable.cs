using System.Globalization;
using System.Text;

namespace PacsNm.Tables;

/// <summary>
/// A table as comma-separated values (RFC 4180) in UTF-8 with a byte order mark, which Excel needs. Dates are as in ISO 8601, and a
/// backslash separates the values of a list.
/// </summary>
internal sealed class CsvTable : ITableFile
{
    private static readonly char[] Quoted = ['"', ',', '\r', '\n'];

    private readonly StreamWriter _writer;
    private readonly IReadOnlyList<TableColumn> _columns;

    /// <param name="stream">The file. It stays open.</param>
    /// <param name="columns">The columns.</param>
    public CsvTable(Stream stream, IReadOnlyList<TableColumn> columns)
    {
        _writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 1 << 16, leaveOpen: true);
        _columns = columns;
        WriteLine(columns.Select(column => column.Name));
    }

    /// <inheritdoc/>
    public void Add(object?[] row) => WriteLine(row.Select((cell, index) => TextOf(_columns[index].Type, cell)));

    /// <inheritdoc/>
    public void Finish() => _writer.Flush();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static string TextOf(ColumnType type, object? cell) => cell switch
    {
        null => "",
        string text => text,
        Array list => string.Join("\\", list.Cast<object>().Select(value => TextOf(type, value))),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateTime date when type == ColumnType.Date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? @"hh\:mm\:ss" : @"hh\:mm\:ss\.FFFFFF"),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{cell}",
    };

    private void WriteLine(IEnumerable<string> cells)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            if (!isFirst)
                _writer.Write(',');
            isFirst = false;
            if (cell.IndexOfAny(Quoted) >= 0)
            {
                _writer.Write('"');
                _writer.Write(cell.Replace("\"", "\"\""));
                _writer.Write('"');
            }
            else
            {
                _writer.Write(cell);
            }
        }

        _writer.Write("\r\n");
    }
}
