using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Files;
using PacsNm.Tables;

namespace PacsNm.Commands;

/// <summary>
/// Writes the headers of DICOM files to a table for R, Python, DuckDB or Excel: a Parquet or CSV file with one row per file, series or
/// study, and one column per attribute, with the types of the standard. It does not contact a PACS.
/// </summary>
[Cmdlet(VerbsData.Export, "PacsTable", DefaultParameterSetName = nameof(Archive), SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPacsTableCommand : PacsCommand
{
    private const string Activity = "Reading headers";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private readonly HashSet<string> _told = [];
    private AttributePath[] _properties = [];
    private PathSpool? _paths;
    private string _path = "";
    private int _others;
    private long _rows;
    private bool _isPatientInPath;

    /// <summary>The file to write. Its name ends with .parquet or .csv. The path is literal.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [Alias("LiteralPath")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>
    /// The folder that studies were saved to, ./nm_images by default. The columns Sha256 and ManifestStatus come from its manifests. The
    /// headers are kept in it, so that the next table reads only new files.
    /// </summary>
    [Parameter(Position = 1, ParameterSetName = nameof(Archive))]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Archive { get; set; } = "nm_images";

    /// <summary>
    /// Files and folders instead of an archive: output of Get-PacsFile, Get-ChildItem or a Save cmdlet, or paths. The paths are literal.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = nameof(InputObject))]
    [ItemPath("PSPath", "FullName", nameof(PacsSavedItem.Path))]
    [AllowEmptyCollection]
    public string[] InputObject { get; set; } = [];

    /// <summary>
    /// What a row describes: Instance (a file), which is the default, Series or Study. A cell of a series or study has the value that all
    /// its files share, and is empty if they differ.
    /// </summary>
    [Parameter]
    public TableLevel Level { get; set; }

    /// <summary>
    /// Further attributes: keywords of PS3.6, or tags. An attribute in a sequence is given by its path:
    /// RadiopharmaceuticalInformationSequence.RadiopharmaceuticalVolume is that of the first item, and with [*] after the sequence the
    /// column has a list of all items.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(KeywordCompleter))]
    public string[] Property { get; set; } = [];

    /// <summary>
    /// Includes every attribute that occurs, also those in sequences, as lists. Private and binary attributes are left out.
    /// </summary>
    [Parameter]
    public SwitchParameter AllProperties { get; set; }

    /// <summary>
    /// Includes attributes of the patient (group 0010) and names of persons. Without it, the table has none of them. The column Path can
    /// still contain a Patient ID if the names of folders are made of it.
    /// </summary>
    [Parameter]
    public SwitchParameter IncludePatient { get; set; }

    /// <summary>Does not replace an existing file.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    private bool IsParquet => HasExtension(".parquet");

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _path = this.ResolveFileSystemPath(Path);
        if (!IsParquet && !HasExtension(".csv"))
            ThrowTerminatingError(TableErrors.UnknownFormat(Path));
#if !NET
        if (IsParquet)
            ThrowTerminatingError(TableErrors.ParquetNotSupported());
#endif
        _properties = [.. Property.Select(ParseProperty)];
        if (NoClobber && File.Exists(_path))
            ThrowTerminatingError(ErrorRecords.NoClobber(_path));
        CheckWritable();
        if (ParameterSetName == nameof(InputObject))
            _paths = new PathSpool();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in InputObject)
        {
            if (this.TryResolveLiteralPath(path, out var resolved) is { } error)
                WriteError(error);
            else if (!Directory.Exists(resolved))
                _paths!.Add(resolved);
            else
                AddFolder(resolved);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!ShouldProcess(_path, $"Write a table with one row per {Level.ToString().ToLowerInvariant()}"))
            return;
        try
        {
            var source = Source();
            var columns = Columns(source);
            PrivateFile.Replace(_path, stream => Write(stream, source, columns), mayReplace: !NoClobber);
            Warn(columns, source);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(
                NoClobber && File.Exists(_path) ? ErrorRecords.NoClobber(_path) : TableErrors.NotWritten(_path, exception));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        WriteProgress(new ProgressRecord(1, Activity, "Done") { RecordType = ProgressRecordType.Completed });
        WriteObject(new FileInfo(_path));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _paths?.Dispose();
        base.Dispose(disposing);
    }

    private bool HasExtension(string extension) => _path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private AttributePath ParseProperty(string name)
    {
        var path = AttributeKeyword.ParsePath(this, nameof(Property), name);
        if (!AttributeColumn.IsTabular(path.Tag))
            ThrowTerminatingError(TableErrors.NotTabular(path.Name));
        if (!IncludePatient && TableColumns.IsOfPatient(path))
            ThrowTerminatingError(TableErrors.PatientNotIncluded(path.Name));
        return path;
    }

    /// <summary>On Windows, a table that is open in Excel cannot be replaced. It is better to know before the headers are read.</summary>
    private void CheckWritable()
    {
        if (!File.Exists(_path))
            return;
        try
        {
            new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(TableErrors.NotWritten(_path, exception));
        }
    }

    private void AddFolder(string folder)
    {
        foreach (var file in new FolderWalk(Report).Files(folder))
        {
            if (StopToken.IsCancellationRequested)
                throw new PipelineStoppedException();
            _paths!.Add(file);
        }
    }

    private TableSource Source()
    {
        if (_paths is not null)
            return new FileSource(_paths, Report, StopToken);
        var root = this.ResolveFileSystemPath(Archive);
        try
        {
            // The archive must be readable.
            Directory.GetFiles(root);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(ErrorRecords.ArchiveNotFound(root, exception));
        }

        return new ArchiveSource(new LocalArchive(root), Report, Report, StopToken);
    }

    /// <summary>Chooses the columns. With -AllProperties, all files are read for it.</summary>
    private IReadOnlyList<TableColumn> Columns(TableSource source)
    {
        IEnumerable<AttributePath> further = _properties;
        if (AllProperties)
        {
            var occurring = new OccurringAttributes();
            foreach (var row in source.Read())
            {
                Tick();
                occurring.Add(row.Header);
            }

            further = further.Concat(occurring.Paths().Where(path => IncludePatient || !TableColumns.IsOfPatient(path)));
        }

        var columns = TableColumns.Of(Level, IncludePatient, further);
        if (columns.Count > TableColumns.Maximum)
            ThrowTerminatingError(TableErrors.TooManyColumns(columns.Count, TableColumns.Maximum));
        _rows = 0;
        return columns;
    }

    private void Write(Stream stream, TableSource source, IReadOnlyList<TableColumn> columns)
    {
        using var table = Open(stream, Level == TableLevel.Instance ? columns : RowGroups.ColumnsOf(columns));
        var groups = Level == TableLevel.Instance ? null
            : new RowGroups(columns, file => Level == TableLevel.Series ? file.SeriesInstanceUid : file.StudyInstanceUid);
        foreach (var row in source.Read())
        {
            Tick();
            _isPatientInPath |= !IncludePatient && Level == TableLevel.Instance && row.HasPatientInPath;
            if (groups is null)
                table.Add([.. columns.Select(column => column.Value(row))]);
            else
                groups.Add(row);
        }

        foreach (var row in groups?.Rows() ?? [])
            table.Add(row);
        table.Finish();
    }

    private ITableFile Open(Stream stream, IReadOnlyList<TableColumn> columns)
    {
#if NET
        if (IsParquet)
            return new ParquetTable(stream, columns);
#endif
        return new CsvTable(stream, columns);
    }

    private void Report(string path, Exception? exception)
    {
        if (exception is null)
        {
            if (_told.Add(path))
                _others++;
            return;
        }

        if (_told.Add(path))
        {
            WriteError(exception is DicomDataException broken
                ? ErrorRecords.FileBroken(path, broken)
                : ErrorRecords.FileUnreadable(path, exception));
        }
    }

    private void Report(RecordedStudy study)
    {
        if (_told.Add(study.Name))
            WriteError(ErrorRecords.StudyNotIntact(study.StudyInstanceUid, study.Problem!));
    }

    private void Warn(IReadOnlyList<TableColumn> columns, TableSource source)
    {
        if (_rows == 0)
            WriteWarning("There is no DICOM file. The table has no rows.");
        if (_isPatientInPath)
            WriteWarning("The column Path contains Patient IDs, because folders or files have them in their names.");
        if (_others > 0)
            WriteWarning($"{_others} files are not DICOM files and are not in the table.");
        foreach (var column in columns.Select(column => column.Attribute).OfType<AttributeColumn>())
        {
            if (column.Unfit > 0)
            {
                WriteWarning($"{column.Unfit} files have a value of {column.Path.Name} that does not fit its type {column.Type}, or "
                    + "several values where the standard has one. The cells do not have these values.");
            }

            if (column.Omitting > 0)
                WriteWarning(AttributeKeyword.FirstItemWarning(column.Path.Name));
        }

        if (source is ArchiveSource { Store.Failure: { } failure })
            WriteWarning($"The headers could not be kept for the next table: {failure.Message}");
    }

    private void Tick()
    {
        if (StopToken.IsCancellationRequested)
            throw new PipelineStoppedException();
        _rows++;
        if (_sinceTold.Elapsed < ProgressInterval)
            return;
        _sinceTold.Restart();
        WriteProgress(new ProgressRecord(1, Activity, $"{_rows} files"));
    }
}
