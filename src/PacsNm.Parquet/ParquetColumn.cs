using Parquet;
using Parquet.Schema;

namespace PacsNm.Tables;

/// <summary>The cells of a column that are not written yet.</summary>
internal abstract class ParquetColumn
{
    /// <summary>The field of the schema.</summary>
    public abstract Field Field { get; }

    /// <summary>Adds a cell: a value, an array or null.</summary>
    public abstract void Add(object? cell);

    /// <summary>Writes the cells to a row group, and forgets them.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group);

    /// <summary>Creates a column.</summary>
    public static ParquetColumn Of(TableColumn column) => column.Type switch
    {
        ColumnType.Integer => new ParquetColumn<long>(column, new DataField<long?>(NameOf(column)), value => (long)value),
        ColumnType.Number => new ParquetColumn<double>(column, new DataField<double?>(NameOf(column)), value => (double)value),
        ColumnType.Date => new ParquetColumn<DateOnly>(
            column, new DataField<DateOnly?>(NameOf(column)), value => DateOnly.FromDateTime((DateTime)value)),
        ColumnType.Time => new ParquetColumn<long>(
            column,
            new TimeDataField(NameOf(column), TimeUnitPrecision.Micros, isNullable: true) { IsAdjustedToUtc = false },
            value => ((TimeSpan)value).Ticks / TimeSpan.TicksPerMicrosecond),
        ColumnType.DateTime => new ParquetColumn<DateTime>(
            column,
            new DateTimeDataField(NameOf(column), DateTimeFormat.DateAndTimeMicros, isAdjustedToUTC: false, isNullable: true),
            value => (DateTime)value),
        _ => new ParquetColumn<ReadOnlyMemory<char>>(
            column, new DataField(NameOf(column), typeof(string), isNullable: true), value => ((string)value).AsMemory()),
    };

    /// <summary>The field in a list has the name that the format prescribes for it.</summary>
    private static string NameOf(TableColumn column) => column.IsList ? "element" : column.Name;
}

/// <inheritdoc/>
internal sealed class ParquetColumn<T> : ParquetColumn
    where T : struct
{
    // Of a list: 0 is no list, 1 an empty list, 2 a value that is absent, 3 a value. Of another column: 0 is absent, 1 a value.
    private readonly List<int> _definitions = [];
    private readonly List<int> _repetitions = [];
    private readonly List<T> _values = [];
    private readonly DataField _data;
    private readonly Func<object, T> _convert;
    private readonly bool _isList;

    public ParquetColumn(TableColumn column, DataField field, Func<object, T> convert)
    {
        (_data, _convert, _isList) = (field, convert, column.IsList);
        Field = column.IsList ? new ListField(column.Name, field) : field;
    }

    /// <inheritdoc/>
    public override Field Field { get; }

    /// <inheritdoc/>
    public override void Add(object? cell)
    {
        if (cell is null)
        {
            _definitions.Add(0);
            _repetitions.Add(0);
            return;
        }

        object[] values = cell is Array list ? [.. list.Cast<object>()] : [cell];
        for (var index = 0; index < values.Length; index++)
        {
            _values.Add(_convert(values[index]));
            _definitions.Add(_isList ? 3 : 1);
            _repetitions.Add(index == 0 ? 0 : 1);
        }
    }

    /// <inheritdoc/>
    public override async Task WriteAsync(ParquetRowGroupWriter group)
    {
        ReadOnlyMemory<int>? repetitions = _isList ? _repetitions.ToArray() : null;
        await group.WriteAllPartsAsync<T>(_data, _values.ToArray(), _definitions.ToArray(), repetitions, CancellationToken.None)
            .ConfigureAwait(false);
        _definitions.Clear();
        _repetitions.Clear();
        _values.Clear();
    }
}
