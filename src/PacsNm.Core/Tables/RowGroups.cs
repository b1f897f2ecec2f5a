namespace PacsNm.Tables;

/// <summary>
/// Combines the rows of files to one row per series or study. A cell has the value that all files share, and is empty if they differ. All
/// rows are in memory until the last file was added.
/// </summary>
/// <param name="columns">The columns of the files.</param>
/// <param name="key">Returns the UID of a file's group.</param>
internal sealed class RowGroups(IReadOnlyList<TableColumn> columns, Func<PacsFile, string> key)
{
    private readonly Dictionary<string, Group> _groups = [];
    private readonly List<Group> _inOrder = [];

    /// <summary>The columns of the groups.</summary>
    public static IReadOnlyList<TableColumn> ColumnsOf(IReadOnlyList<TableColumn> columns) =>
    [
        .. columns,
        TableColumn.OfFile("Files", ColumnType.Integer, _ => null),
        TableColumn.OfFile("Bytes", ColumnType.Integer, _ => null),
    ];

    /// <summary>Adds a file.</summary>
    public void Add(FileRow row)
    {
        var uid = key(row.File);
        if (!_groups.TryGetValue(uid, out var group))
        {
            _groups[uid] = group = new Group([.. columns.Select(column => column.Value(row))]);
            _inOrder.Add(group);
        }

        group.Files++;
        group.Bytes += row.Length;
        for (var index = 0; group.Files > 1 && index < columns.Count; index++)
        {
            if (group.Cells[index] is { } cell && !AreSame(cell, columns[index].Value(row)))
                group.Cells[index] = null;
        }
    }

    /// <summary>Returns the rows in the order of their first files.</summary>
    public IEnumerable<object?[]> Rows() => _inOrder.Select(group => (object?[])[.. group.Cells, group.Files, group.Bytes]);

    private static bool AreSame(object cell, object? other) =>
        cell is Array list ? other is Array values && list.Cast<object>().SequenceEqual(values.Cast<object>()) : cell.Equals(other);

    private sealed class Group(object?[] cells)
    {
        public object?[] Cells { get; } = cells;

        public long Files { get; set; }

        public long Bytes { get; set; }
    }
}
