using System.Collections;
using System.Globalization;
using DuckDB.NET.Data;

namespace PacsNm.Tests.Peers;

/// <summary>Tables as DuckDB reads them.</summary>
internal static class DuckDb
{
    /// <summary>Reads all rows of a Parquet or CSV file. A cell is null, one text, or one text per value of a list.</summary>
    public static IReadOnlyList<Dictionary<string, string[]?>> Rows(string path)
    {
        var rows = new List<Dictionary<string, string[]?>>();
        Query($"SELECT * FROM '{path}'", reader =>
        {
            var row = new Dictionary<string, string[]?>();
            for (var index = 0; index < reader.FieldCount; index++)
                row[reader.GetName(index)] = reader.IsDBNull(index) ? null : TextsOf(reader.GetValue(index));
            rows.Add(row);
        });
        return rows;
    }

    /// <summary>The columns of a file with their types.</summary>
    public static IReadOnlyDictionary<string, string> Types(string path)
    {
        var types = new Dictionary<string, string>();
        Query($"DESCRIBE SELECT * FROM '{path}'", reader => types[reader.GetString(0)] = reader.GetString(1));
        return types;
    }

    /// <summary>A date, a time or a number as DICOM writes it, without fractions that are zero.</summary>
    public static string TextOf(object value) => value switch
    {
        DateOnly date => date.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HHmmss.FFFFFF", CultureInfo.InvariantCulture).TrimEnd('.'),
        DateTime { TimeOfDay.Ticks: 0 } date => date.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyyMMddHHmmss.FFFFFF", CultureInfo.InvariantCulture).TrimEnd('.'),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    private static string[] TextsOf(object value) =>
        value is IList list ? [.. list.Cast<object>().Select(TextOf)] : [TextOf(value)];

    private static void Query(string sql, Action<DuckDBDataReader> read)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
            read(reader);
    }
}
