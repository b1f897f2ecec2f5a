using System.Runtime.Serialization;
using System.Text.RegularExpressions;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Jobs;

/// <summary>
/// A job in an archive: a folder with its definition, its rows, and an outcome file per share. Files are only appended to, so that a run
/// that is killed loses nothing.
/// </summary>
internal sealed class StoredJob
{
    private const string DefinitionFile = "job.json";
    private const string RowsFile = "rows.tsv";
    private const string OutcomePattern = "outcomes*.tsv";
    private const string TablePattern = "*.tsv";

    private static readonly FilePatience Patience = new();

    private StoredJob(string archive, string folder, JobDefinition definition) =>
        (Archive, Folder, Definition) = (archive, folder, definition);

    /// <summary>The full path of the archive's folder.</summary>
    public string Archive { get; }

    /// <summary>The folder of the job.</summary>
    public string Folder { get; }

    /// <summary>What it retrieves.</summary>
    public JobDefinition Definition { get; }

    /// <summary>The path of the list.</summary>
    public string RowsPath => Path.Combine(Folder, RowsFile);

    /// <summary>Whether a text can be the name of a job, which is also the name of its folder.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 64 && SafeName.From(name) == name && name[0] != '.';

    /// <summary>Whether an archive has a job of this name.</summary>
    public static bool Exists(string archive, string name) => File.Exists(Path.Combine(FolderOf(archive, name), DefinitionFile));

    /// <summary>Writes a job. Its definition comes last, so that a job is there as a whole or not at all.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static StoredJob Create(string archive, JobDefinition definition, JobList list, IEnumerable<RowState> known)
    {
        var folder = FolderOf(archive, definition.Name);
        PrivateFolder.Create(folder);
        var job = new StoredJob(archive, folder, definition);
        EnsureIdle(folder, path => true);
        File.Delete(Path.Combine(folder, DefinitionFile));
        DeleteFiles(folder);
        list.Write(job.RowsPath);
        using (var outcomes = job.OpenOutcomes(Shard.All))
            outcomes.Write(known.Select(state => state.ToCells()));
        PrivateFile.Replace(Path.Combine(folder, DefinitionFile), definition.ToJson());
        return job;
    }

    /// <summary>Returns the names of the jobs of an archive, in their order.</summary>
    public static IReadOnlyList<string> NamesIn(string archive)
    {
        var parent = ParentOf(archive);
        return !Directory.Exists(parent) ? [] :
        [
            .. Directory.GetDirectories(parent).Select(folder => Path.GetFileName(folder)).Where(name => Exists(archive, name))
                .OrderBy(name => name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>Reads a job.</summary>
    /// <exception cref="JobDamagedException">Its definition cannot be read.</exception>
    public static StoredJob Read(string archive, string name)
    {
        var folder = FolderOf(archive, name);
        try
        {
            var json = Patience.Run(() => File.ReadAllBytes(Path.Combine(folder, DefinitionFile)));
            return new StoredJob(archive, folder, JobDefinition.FromJson(json));
        }
        catch (Exception exception) when (exception is SerializationException || FileFailure.Is(exception))
        {
            throw new JobDamagedException(name, exception);
        }
    }

    /// <summary>
    /// Opens the outcome file of a share for appending. Shares of different divisions have rows in common, so only one division can be open
    /// at a time.
    /// </summary>
    /// <exception cref="IOException">
    /// Another run has it open, or one that divides the job into another number of shares, or it cannot be written.
    /// </exception>
    public TabFile OpenOutcomes(Shard shard)
    {
        TabFile opened;
        try
        {
            opened = TabFile.Append(Path.Combine(Folder, OutcomeFile(shard)));
        }
        catch (IOException exception) when (FileInUse.Is(exception))
        {
            throw new JobRunningException(shard.Count == 1 ? "another run of it is going on." : $"another run has its share {shard}.");
        }

        try
        {
            var division = OutcomeFile(shard with { Index = 0 });
            EnsureIdle(Folder, path => OutcomeFile(Path.GetFileName(path)) != division);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Reads the last state of each row from the files of all shares. A row without a state is pending.</summary>
    public Dictionary<int, RowState> ReadStates()
    {
        var states = new Dictionary<int, RowState>();
        foreach (var path in Directory.EnumerateFiles(Folder, OutcomePattern))
        {
            // Within a file the last line counts, even if the clock was set back. Files of several shares are compared by time.
            var ofFile = new Dictionary<int, RowState>();
            foreach (var cells in TabFile.Read(path))
            {
                if (RowState.FromCells(cells) is { } state)
                    ofFile[state.Row] = state;
            }

            foreach (var state in ofFile.Values)
            {
                if (!(states.TryGetValue(state.Row, out var known) && known.Time > state.Time))
                    states[state.Row] = state;
            }
        }

        return states;
    }

    /// <summary>Counts the rows.</summary>
    public int CountRows() => Math.Max(0, TabFile.Read(RowsPath).Count() - 1);

    /// <summary>Reads the rows.</summary>
    public (IReadOnlyList<string> Columns, IReadOnlyList<JobRow> Rows) ReadRows()
    {
        var list = JobList.Read(RowsPath);
        var columns = JobColumns.Find(list.Columns, Definition.ColumnMap);
        var rows = list.Rows.Select((cells, index) => JobRow.Read(index + 1, cells, columns));
        return (list.Columns, [.. Definition.IsDaily ? rows.Select(row => row.AsFound()) : rows]);
    }

    /// <summary>Deletes a job, which may be damaged. The studies that it retrieved stay.</summary>
    /// <exception cref="IOException">A run has it open. Nothing is deleted.</exception>
    public static void Delete(string archive, string name)
    {
        var folder = FolderOf(archive, name);
        EnsureIdle(folder, path => true);
        Patience.Run(() => File.Delete(Path.Combine(folder, DefinitionFile)));
        DeleteFiles(folder);
        Patience.Run(() => Directory.Delete(folder, recursive: true));
    }

    /// <summary>Checks that no run has one of several outcome files open.</summary>
    private static void EnsureIdle(string folder, Func<string, bool> isOne)
    {
        foreach (var path in Directory.EnumerateFiles(folder, OutcomePattern).Where(isOne).ToArray())
        {
            try
            {
                TabFile.EnsureIdle(path);
            }
            catch (IOException exception) when (FileInUse.Is(exception))
            {
                var share = Regex.Match(Path.GetFileName(path), @"\d+of\d+");
                throw new JobRunningException(
                    share.Success ? $"a run of its share {share.Value.Replace("of", "/")} is going on." : "a run of it is going on.");
            }
        }
    }

    private static string OutcomeFile(Shard shard) => shard.Count == 1 ? "outcomes.tsv" : $"outcomes.{shard.Index}of{shard.Count}.tsv";

    /// <summary>The name without the number of the share, which all files of a division have in common.</summary>
    private static string OutcomeFile(string name) => Regex.Replace(name, @"^outcomes\.\d+of", "outcomes.0of");

    private static void DeleteFiles(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, TablePattern))
            Patience.Run(() => File.Delete(path));
    }

    private static string ParentOf(string archive) => Path.Combine(archive, LocalArchive.OwnFolder, "jobs");

    private static string FolderOf(string archive, string name) => Path.Combine(ParentOf(archive), name);
}

/// <summary>The definition of a job cannot be read.</summary>
internal sealed class JobDamagedException(string name, Exception inner) : IOException($"The job '{name}' cannot be read.", inner);

/// <summary>A run has a job, or a share of it, open.</summary>
internal sealed class JobRunningException(string message) : IOException(message);
