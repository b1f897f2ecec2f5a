using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Commands;

/// <summary>
/// Checks for each study whether the saved files still exist and are unchanged, based on the manifests of Save-PacsStudy. It does not
/// contact a PACS.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "PacsArchive")]
[OutputType(typeof(PacsArchiveStudy))]
public sealed class TestPacsArchiveCommand : PacsCommand
{
    private const string Activity = "Testing the archive";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private int _looked;
    private int _count;

    /// <summary>
    /// The folder that studies were saved to, ./nm_images by default. The path is literal: *, ?, [ and ] are characters of its name. Output
    /// of Get-Item is also accepted.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Destination", "LiteralPath", "PSPath", "FullName")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "nm_images";

    /// <summary>Compares only the sizes of files and does not read them.</summary>
    [Parameter]
    public SwitchParameter Quick { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (this.TryResolveFileSystemPath(Path, out var root) is { } error)
        {
            WriteError(error);
            return;
        }

        try
        {
            var verifier = new ArchiveVerifier(new LocalArchive(root), Quick, new FilePatience(), Tick);
            _count = verifier.FileCount;
            var isEmpty = true;
            foreach (var study in verifier.Verify())
            {
                isEmpty = false;
                WriteObject(study);
            }

            if (isEmpty)
                WriteWarning($"Nothing was saved to '{root}': it has no manifest and no DICOM file.");
            if (verifier.UnreadableFolders > 0)
                WriteWarning($"{verifier.UnreadableFolders} folders could not be read. The result does not include their files.");
            if (verifier.OtherFiles > 0)
                WriteVerbose($"{verifier.OtherFiles} files are not DICOM files and were skipped.");
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            WriteError(ErrorRecords.ArchiveNotFound(root, exception));
        }

        WriteProgress(new ProgressRecord(1, Activity, "Done") { RecordType = ProgressRecordType.Completed });
    }

    private void Tick()
    {
        if (StopToken.IsCancellationRequested)
            throw new PipelineStoppedException();
        _looked++;
        if (_sinceTold.Elapsed < ProgressInterval)
            return;
        _sinceTold.Restart();
        WriteProgress(new ProgressRecord(1, Activity, $"{_looked} of {_count} files")
        {
            PercentComplete = Math.Min(100, 100 * _looked / Math.Max(1, _count)),
        });
    }
}
