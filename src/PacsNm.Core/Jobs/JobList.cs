namespace PacsNm.Jobs;

/// <summary>The rows of a list, as they came.</summary>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The cells of each row, one per column. The first row has the number 1.</param>
internal sealed record JobList(IReadOnlyList<string> Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>A list without rows, for a job that finds its studies itself.</summary>
    public static JobList OfStudies { get; } = new([nameof(JobColumn.StudyInstanceUid), nameof(JobColumn.StudyDate)], []);

    /// <summary>Writes the list. The first line has the names of the columns.</summary>
    public void Write(string path)
    {
        using var file = TabFile.Append(path);
        file.Write(new[] { (IEnumerable<string>)Columns }.Concat(Rows));
    }

    /// <summary>Reads a list.</summary>
    public static JobList Read(string path)
    {
        IReadOnlyList<string>? columns = null;
        var rows = new List<string[]>();
        foreach (var cells in TabFile.Read(path))
        {
            if (columns is null)
                columns = cells;
            else
                rows.Add(cells);
        }

        return new JobList(columns ?? [], rows);
    }
}
