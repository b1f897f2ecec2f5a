using Parquet;
using Parquet.Schema;

namespace PacsNm.Tables;

/// <summary>A table as a Parquet file, compressed with zstd. The rows of one row group are in memory.</summary>
internal sealed class ParquetTable : ITableFile
{
    /// <summary>The most cells of a row group. More would need more memory, and fewer would compress less.</summary>
    private const int CellsPerGroup = 500_000;

    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Zstd };

    private readonly ParquetColumn[] _columns;
    private readonly ParquetWriter _writer;
    private readonly int _rowsPerGroup;
    private int _rows;
    private bool _isClosed;

    /// <param name="stream">The file. It stays open.</param>
    /// <param name="columns">The columns.</param>
    public ParquetTable(Stream stream, IReadOnlyList<TableColumn> columns)
    {
        _columns = [.. columns.Select(ParquetColumn.Of)];
        var schema = new ParquetSchema(_columns.Select(column => column.Field).ToArray());
        _writer = ParquetWriter.CreateAsync(schema, stream, Options).GetAwaiter().GetResult();
        _rowsPerGroup = Math.Max(1000, CellsPerGroup / Math.Max(1, columns.Count));
    }

    /// <inheritdoc/>
    public void Add(object?[] row)
    {
        for (var index = 0; index < row.Length; index++)
            _columns[index].Add(row[index]);
        if (++_rows == _rowsPerGroup)
            WriteGroup();
    }

    /// <inheritdoc/>
    public void Finish()
    {
        if (_rows > 0)
            WriteGroup();
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Each disposal would write another footer.
        if (!_isClosed)
            _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _isClosed = true;
    }

    private void WriteGroup()
    {
        using var group = _writer.CreateRowGroup();
        foreach (var column in _columns)
            column.WriteAsync(group).GetAwaiter().GetResult();
        group.CompleteValidate();
        _rows = 0;
    }
}
