using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Jobs;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>
/// Makes a job: a list of rows to retrieve, or a daily search. The list is checked and written to the destination; the PACS is not asked.
/// Invoke-PacsJob runs the job.
/// </summary>
[Cmdlet(
    VerbsCommon.New, "PacsJob", DefaultParameterSetName = ListSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PacsJob))]
public sealed class NewPacsJobCommand : PacsServerCommand
{
    private const string ListSet = "List";
    private const string DailySet = "Daily";

    private readonly List<string> _columns = [];
    private readonly Dictionary<string, int> _indexes = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<List<string>> _rows = [];
    private readonly List<string> _values = [];

    /// <summary>The name of the job. A folder can have several jobs.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>
    /// The rows: objects such as those of Import-Csv, or texts, which are Study Instance UIDs or accession numbers. The columns
    /// StudyInstanceUid, AccessionNumber, PatientId, PatientName, StudyDate, Modality and SeriesDescription are recognized by these names
    /// and others that are usual, such as Accession or MRN. All other columns are kept.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ListSet)]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>
    /// Makes a job without a list: each run finds the studies of so many days before today and of today, and those of the days since the
    /// last run.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = DailySet)]
    [ValidateRange(1, 3660)]
    public int LastDays { get; set; }

    /// <summary>The PACS: a saved name, an object, or AETITLE@host:port. If the server is saved, each run uses what is saved then.</summary>
    [Parameter]
    [ServerArgument]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public override PacsServer? Server { get; set; }

    /// <summary>The folder to save to; ./nm_images by default.</summary>
    [Parameter]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "nm_images";

    /// <summary>
    /// The layout of the folder: Tree, Flat, or a template with keywords of PS3.6 and columns of the list in braces, such as
    /// '{Row:SubjectId}/{StudyDate}/{SeriesNumber}/{SOPInstanceUID}.dcm'.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LayoutCompleter))]
    public string Layout { get; set; } = ArchiveLayout.Tree;

    /// <summary>What columns with other names mean: @{ 'Exam No.' = 'AccessionNumber' }.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNull]
    public Hashtable Map { get; set; } = [];

    /// <summary>Retrieves only the series with one of these modalities.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string[] Modality { get; set; } = [];

    /// <summary>Leaves out the series with one of these modalities.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string[] ExcludeModality { get; set; } = [];

    /// <summary>Leaves out the series with fewer instances.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MinimumInstances { get; set; }

    /// <summary>
    /// Retrieves only the series for which this script returns true; $_ is a PacsSeries. The text of the script is saved with the job and
    /// runs where Invoke-PacsJob runs, so it must not use variables of this session.
    /// </summary>
    [Parameter]
    public ScriptBlock? SeriesFilter { get; set; }

    /// <summary>The most studies of a row, 1 by default. A row that more studies match is Ambiguous, and none of them is retrieved.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateRange(1, 10000)]
    public int MaxStudiesPerRow { get; set; } = 1;

    /// <summary>Replaces a job of the same name, with its outcomes. The studies that it retrieved stay.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (!StoredJob.IsName(Name))
            ThrowTerminatingError(JobErrors.InvalidJobName(Name));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var row in InputObject)
        {
            if (row?.BaseObject is string text)
                _values.Add(text.Trim());
            else if (row is not null)
                Add(row);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ResolveServer() is not { } server)
            return;
        var archive = this.ResolveFileSystemPath(Destination);
        var isDaily = ParameterSetName == DailySet;
        var list = isDaily ? JobList.OfStudies : ToList();
        IReadOnlyList<JobRow> rows = [];
        try
        {
            var map = Map.Cast<System.Collections.DictionaryEntry>().ToDictionary(
                pair => $"{pair.Key}", pair => $"{pair.Value}", StringComparer.OrdinalIgnoreCase);
            var columns = JobColumns.Find(list.Columns, map);
            if (!isDaily && list.Rows.Count == 0)
                ThrowTerminatingError(JobErrors.InvalidList("The list has no rows.", list.Columns));
            if (!isDaily && columns.Count == 0)
                ThrowTerminatingError(JobErrors.InvalidList(WithoutKeys(list.Columns), list.Columns));
            _ = ArchiveLayout.Parse(Layout, list.Columns);
            rows = [.. list.Rows.Select((cells, index) => JobRow.Read(index + 1, cells, columns))];
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(JobErrors.InvalidList(exception.Message, list.Columns));
        }

        var findings = ListCheck.Of(rows);
        foreach (var warning in findings.Warnings)
            WriteWarning(warning);
        if (!ShouldProcess($"Job '{Name}' in '{archive}'", $"Write {Describe(rows, findings)} at {server}"))
            return;
        Write(archive, server, list, rows, findings);
    }

    /// <summary>Says that no column names a study. The names of the columns may be those of patients, if the list has no header.</summary>
    private static string WithoutKeys(IReadOnlyList<string> columns) =>
        $"None of the {columns.Count} columns names a study. Recognized are {string.Join(", ", Enum.GetNames(typeof(JobColumn)))}."
            + (columns.Count == 1 && columns[0].Contains(';') ? " The list is separated by semicolons: Import-Csv -Delimiter ';'." : "");

    private static string Describe(IReadOnlyList<JobRow> rows, ListCheck.Findings findings)
    {
        if (rows.Count == 0)
            return "a daily search";
        JobRow[] asked = [.. rows.Where(row => !findings.Invalid.ContainsKey(row.Number) && !findings.Duplicates.ContainsKey(row.Number))];
        var uids = asked.Count(row => row.StudyInstanceUid.Length > 0);
        return $"{rows.Count} rows: {uids} with a StudyInstanceUid, {asked.Length - uids} with other keys, "
            + $"{findings.Duplicates.Count} duplicates, {findings.Invalid.Count} invalid, about "
            + $"{RowSearch.EstimateQueries(asked)} queries";
    }

    private void Write(string archive, PacsServer server, JobList list, IReadOnlyList<JobRow> rows, ListCheck.Findings findings)
    {
        var now = DateTimeOffset.UtcNow;
        var definition = new Jobs.JobDefinition
        {
            Name = Name,
            Server = SavedServer.From(server),
            Layout = Layout,
            Created = ManifestEntry.TimeText(now.UtcDateTime),
            Map = Map.Count == 0 ? null : [.. Map.Cast<System.Collections.DictionaryEntry>().Select(pair => $"{pair.Key}\t{pair.Value}")],
            Modality = Modality.Length == 0 ? null : Modality,
            ExcludeModality = ExcludeModality.Length == 0 ? null : ExcludeModality,
            MinimumInstances = MinimumInstances,
            SeriesFilter = SeriesFilter?.ToString(),
            MaximumStudiesPerRow = MaxStudiesPerRow,
            LastDays = LastDays,
            Rows = rows.Count,
        };
        var known = findings.Invalid
            .Select(pair => new RowState { Row = pair.Key, Outcome = JobOutcome.Invalid, Time = now, Reason = pair.Value })
            .Concat(findings.Duplicates.Select(pair => new RowState
            {
                Row = pair.Key,
                Outcome = JobOutcome.Duplicate,
                Time = now,
                Reason = $"It asks for the same as row {pair.Value}.",
            }));
        try
        {
            if (!Force && StoredJob.Exists(archive, Name))
                ThrowTerminatingError(JobErrors.JobExists(Name));
            WriteObject(JobSummary.Of(StoredJob.Create(archive, definition, list, known)));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(JobErrors.JobUnusable(Name, exception));
        }
    }

    private void Add(PSObject row)
    {
        var cells = new List<string>(_columns.Count);
        foreach (var property in row.Properties)
        {
            if (!_indexes.TryGetValue(property.Name, out var index))
            {
                index = _indexes[property.Name] = _columns.Count;
                _columns.Add(property.Name);
            }

            while (cells.Count <= index)
                cells.Add("");
            cells[index] = TextOf(property.Value);
        }

        _rows.Add(cells);
    }

    /// <summary>The rows with a cell for each column. Texts alone become a column of UIDs or of accession numbers.</summary>
    private JobList ToList()
    {
        if (_rows.Count == 0)
        {
            var areUids = _values.All(text => text.Length == 0 || Uid.IsLikely(text));
            var column = areUids ? JobColumn.StudyInstanceUid : JobColumn.AccessionNumber;
            return new JobList([$"{column}"], [.. _values.Select(text => new[] { text })]);
        }

        foreach (var text in _values)
            _rows.Add([text]);
        var none = Enumerable.Repeat("", _columns.Count);
        return new JobList(_columns, [.. _rows.Select(cells => cells.Concat(none.Skip(cells.Count)).ToArray())]);
    }

    private static string TextOf(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => "",
        string text => text,
        DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        IEnumerable<string> texts => string.Join("\\", texts),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };
}
