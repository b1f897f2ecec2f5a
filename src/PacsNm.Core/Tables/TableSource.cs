using PacsNm.Files;

namespace PacsNm.Tables;

/// <summary>The files of a table. They can be read several times.</summary>
/// <param name="problem">Called for each file that is not in the table; the exception is null if it is not a DICOM file.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal abstract class TableSource(Action<string, Exception?> problem, CancellationToken cancellationToken)
{
    /// <summary>Reads the rows.</summary>
    /// <exception cref="OperationCanceledException">The call was stopped.</exception>
    public abstract IEnumerable<FileRow> Read();

    /// <summary>Reads files in parts, of which one is in memory at a time.</summary>
    /// <param name="entries">The files.</param>
    /// <param name="key">Under which key to keep the headers.</param>
    /// <param name="store">Where to keep the headers; null to keep none.</param>
    private protected IEnumerable<FileRow> Read(IEnumerable<TableEntry> entries, string key, HeaderStore? store)
    {
        var part = 0;
        foreach (var some in Parts(entries))
        {
            var name = $"{key}/{part++}";
            var batch = new HeaderBatch(some, store?.Read(name) ?? []);
            batch.Read(cancellationToken);
            if (store is not null && batch.IsChanged)
                store.Write(name, batch.Headers);
            foreach (var row in batch.Rows(problem))
                yield return row;
        }
    }

    private static IEnumerable<List<TableEntry>> Parts(IEnumerable<TableEntry> entries)
    {
        var part = new List<TableEntry>();
        foreach (var entry in entries)
        {
            part.Add(entry);
            if (part.Count < HeaderBatch.Size)
                continue;
            yield return part;
            part = [];
        }

        if (part.Count > 0)
            yield return part;
    }
}

/// <summary>Files without an archive.</summary>
internal sealed class FileSource(PathSpool paths, Action<string, Exception?> problem, CancellationToken cancellationToken)
    : TableSource(problem, cancellationToken)
{
    /// <inheritdoc/>
    public override IEnumerable<FileRow> Read() => Read(paths.Read().Select(path => new TableEntry(path)), "", store: null);
}
