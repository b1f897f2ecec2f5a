using System.Management.Automation;
using System.Text;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Files;
using PacsNm.Reporting;

namespace PacsNm.Commands;

/// <summary>
/// Writes an HTML page about saved studies: totals, one row per study with its status and what is missing, time and throughput, and
/// small pictures. The page is one file and needs no network.
/// </summary>
[Cmdlet(VerbsData.Export, "PacsReport", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPacsReportCommand : PacsCommand
{
    private readonly List<ReportStudy> _studies = [];
    private string _path = "";
    private ReportFiles? _files;
    private string _note = "";

    /// <summary>
    /// The file to write. The path is literal: *, ?, [ and ] are characters of its name. An existing file is replaced, except when there is
    /// nothing to report.
    /// </summary>
    [Parameter(Position = 0, Mandatory = true)]
    [Alias("LiteralPath")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>
    /// The results of a Save cmdlet. They are read by property name, so they may also come from a job, Import-Clixml or Import-Csv. The
    /// folder of an archive, or the object that Get-Item returns for it, adds everything in the archive.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject?[]? InputObject { get; set; }

    /// <summary>The folder of an archive. The page shows everything in it, based on its manifests and the sizes of files.</summary>
    [Parameter]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string? Archive { get; set; }

    /// <summary>The heading of the page.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Retrieved studies";

    /// <summary>
    /// Shows names and IDs of patients, and secondary captures, which may contain a burned-in name. Modality and study description are
    /// always shown.
    /// </summary>
    [Parameter]
    public SwitchParameter IncludePatientName { get; set; }

    /// <summary>The most pictures per study; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MaxPictures { get; set; } = 3;

    /// <summary>Does not replace an existing file.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Replaces a read-only file and keeps it read-only.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _path = this.ResolveFileSystemPath(Path);

        // The path is checked before the first input arrives, because a retrieval may take hours.
        if (NoClobber && File.Exists(_path))
            ThrowTerminatingError(ErrorRecords.NoClobber(_path));
        if (IsReadOnly && !Force)
            ThrowTerminatingError(ErrorRecords.ReportReadOnly(_path));
        var thumbnails = MaxPictures > 0 ? Thumbnails.Find() : null;
        _files = new ReportFiles(thumbnails, MaxPictures, IncludePatientName);
        if (MaxPictures == 0 || thumbnails is not null)
            return;
        _note = "There are no pictures: DCMTK's dcm2img or dcmj2pnm was not found.";
        WriteVerbose(_note);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var input in (InputObject ?? []).OfType<PSObject>())
        {
            if (ArchiveOf(input) is { } archive)
                AddArchive(archive, WriteError);
            else if (ResultReader.TryRead(new ResultProperties(input)) is { } study)
                Add(study);
            else
                WriteError(ErrorRecords.InvalidResult(input));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Archive is not null)
            AddArchive(Archive, ThrowTerminatingError);
        if (_studies.Count == 0)
        {
            WriteError(ErrorRecords.ReportEmpty(_path));
            return;
        }

        if (!ShouldProcess(_path, $"Write a report of {_studies.Count} rows"))
            return;
        var page = new ReportPage(Title, IncludePatientName).Write(_studies, DateTime.Now, _note);
        try
        {
            Write(Encoding.UTF8.GetBytes(page));
            WriteObject(new FileInfo(_path));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            // Another program may have created the file in the meantime.
            ThrowTerminatingError(
                NoClobber && File.Exists(_path) ? ErrorRecords.NoClobber(_path) : ErrorRecords.ReportNotWritten(_path, exception));
        }
    }

    private bool IsReadOnly => File.Exists(_path) && (File.GetAttributes(_path) & FileAttributes.ReadOnly) != 0;

    private void Write(byte[] page)
    {
        var attributes = IsReadOnly ? File.GetAttributes(_path) : (FileAttributes?)null;
        if (attributes is { } former)
            File.SetAttributes(_path, former & ~FileAttributes.ReadOnly);
        try
        {
            PrivateFile.Replace(_path, page, mayReplace: !NoClobber);
        }
        catch (Exception exception) when (attributes is not null && FileFailure.Is(exception))
        {
            File.SetAttributes(_path, attributes.Value);
            throw;
        }

        if (attributes is { } kept)
            File.SetAttributes(_path, kept);
    }

    /// <summary>The folder that an object identifies; null if the object is not a folder.</summary>
    private static string? ArchiveOf(PSObject input) => input.BaseObject switch
    {
        string path => path,
        DirectoryInfo folder => folder.FullName,
        _ => input.Properties["PSIsContainer"]?.Value is true ? input.Properties["PSPath"]?.Value as string : null,
    };

    private void AddArchive(string path, Action<ErrorRecord> refuse)
    {
        if (this.TryResolveFileSystemPath(path, out var root) is { } error)
        {
            refuse(error);
            return;
        }

        try
        {
            var verifier = new ArchiveVerifier(
                new LocalArchive(root), isQuick: true, new FilePatience(), StopToken.ThrowIfCancellationRequested);
            foreach (var study in verifier.Verify())
                Add(ReportStudy.Of(study, root));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            refuse(ErrorRecords.ArchiveNotFound(root, exception));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Add(ReportStudy study) => _studies.Add(Await(_files!.DescribeAsync(study, StopToken)));
}
