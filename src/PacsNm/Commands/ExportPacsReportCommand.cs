using System.Management.Automation;
using System.Text;
using PacsNm.Dicom.Data;
using PacsNm.Reporting;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>
/// Writes a page of HTML about what was saved: totals, a row a study with its status and what is missing, time and throughput,
/// and small pictures. The page is one file, and asks nothing of the network.
/// </summary>
[Cmdlet(VerbsData.Export, "PacsReport", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPacsReportCommand : PacsCommand
{
    private readonly List<ReportStudy> _studies = [];
    private readonly Dictionary<string, Archive> _archives = [];
    private Thumbnails? _thumbnails;

    /// <summary>The file to write; one that is there is replaced.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>What a Save cmdlet gave.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PacsSavedItem? InputObject { get; set; }

    /// <summary>A folder that studies were saved to, in place of results: all that is in it, by its manifests and the sizes of files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Archive { get; set; }

    /// <summary>The heading.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Retrieved studies";

    /// <summary>Names patients, describes studies, and shows secondary captures, in which a name may be burned in. Without it none of that.</summary>
    [Parameter]
    public SwitchParameter IncludePatientName { get; set; }

    /// <summary>Pictures of a study at most; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MaxPictures { get; set; } = 3;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _thumbnails = MaxPictures > 0 ? Thumbnails.Find() : null;
        if (MaxPictures > 0 && _thumbnails is null)
            WriteVerbose("Neither dcm2img nor dcmj2pnm of DCMTK was found: the page has no pictures.");
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
            Add(ReportStudy.Of(InputObject));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Archive is not null)
            AddArchive(GetUnresolvedProviderPathFromPSPath(Archive));
        if (_studies.Count == 0)
            WriteWarning("The report is empty: pipe in what a Save cmdlet gave, or name with -Archive the folder that was saved to.");
        var path = GetUnresolvedProviderPathFromPSPath(Path);
        if (!ShouldProcess(path, $"Write a report of {_studies.Count} rows"))
            return;
        var note = MaxPictures > 0 && _thumbnails is null ? "There are no pictures: DCMTK's dcm2img or dcmj2pnm was not found." : "";
        var page = new ReportPage(Title, IncludePatientName).Write(_studies, DateTime.Now, note);
        try
        {
            PrivateFile.Replace(path, Encoding.UTF8.GetBytes(page));
            WriteObject(new FileInfo(path));
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
            ThrowTerminatingError(ErrorRecords.ReportNotWritten(path, exception));
        }
    }

    private void AddArchive(string root)
    {
        try
        {
            foreach (var study in new ArchiveVerifier(new Archive(root), isQuick: true, StopToken.ThrowIfCancellationRequested).Verify())
                Add(ReportStudy.Of(study, root));
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
            ThrowTerminatingError(ErrorRecords.ArchiveNotFound(root, exception));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Adds a row, with what the headers of its files say and with pictures of some.</summary>
    private void Add(ReportStudy study)
    {
        PacsFile? first = null;
        var tries = 0;
        var pictures = new List<byte[]>();
        foreach (var file in FilesOf(study))
        {
            first ??= file;
            if (_thumbnails is null || pictures.Count >= MaxPictures || tries > 2 * MaxPictures)
                break;
            if (!MayBeShown(file))
                continue;
            tries++;
            if (Await(_thumbnails.MakeAsync(file, StopToken)) is { } picture)
                pictures.Add(picture);
        }

        _studies.Add(study with { File = first, Pictures = pictures });
    }

    /// <summary>A picture without pixels is none; one with a burned-in name is one of a patient.</summary>
    private bool MayBeShown(PacsFile file) =>
        file.Rows is not null
        && (IncludePatientName
            || (SopClasses.MayBeImage(file.SopClassUid)
                && !file.SopClassName.Contains("Secondary Capture")
                && file.ValueOf(Tags.BurnedInAnnotation) as string != "YES"
                && file.Modality is not ("OT" or "SC" or "US")));

    private IEnumerable<PacsFile> FilesOf(ReportStudy study)
    {
        if (study.ArchiveRoot is not { } root)
            yield break;
        if (!_archives.TryGetValue(root, out var archive))
            _archives[root] = archive = new Archive(root);
        var locator = new FileLocator(root, "");
        foreach (var entry in archive.Present(study.StudyInstanceUid, locator).Values.OrderBy(entry => entry.SeriesInstanceUid, StringComparer.Ordinal))
        {
            var isOfRow = study.Uid == study.StudyInstanceUid || study.Uid == entry.SeriesInstanceUid || study.Uid == entry.SopInstanceUid;
            if (isOfRow && locator.Find(entry) is { } path && TryRead(path) is { } file)
                yield return file;
        }
    }

    private static PacsFile? TryRead(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
            var length = stream.Length;
            return Part10File.ReadHeader(stream, [.. PacsFile.OwnTags, Tags.BurnedInAnnotation]) is { } header ? new PacsFile(path, length, header) : null;
        }
        catch (Exception exception) when (exception is DicomDataException || DestinationException.IsFileSystem(exception))
        {
            return null;
        }
    }
}
