using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Exports;
using PacsNm.Files;

namespace PacsNm.Commands;

/// <summary>
/// Checks for each study whether the saved files still exist and are unchanged, based on the manifests of Save-PacsStudy. It does not
/// contact a PACS.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "PacsArchive")]
[OutputType(typeof(PacsArchiveStudy), typeof(PacsChecksumResult), typeof(string))]
public sealed class TestPacsArchiveCommand : PacsCommand
{
    private const string Activity = "Testing the archive";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private readonly Stopwatch _sinceBegin = Stopwatch.StartNew();

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

    /// <summary>
    /// A list of SHA-256 checksums, as sha256sum, rclone and Export-PacsManifest write it, or the folder of a bag (RFC 8493). The files are
    /// compared with it instead of with the manifests, and the result is one object. Without -Path, a bag is compared with its own files.
    /// </summary>
    [Parameter]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string? Reference { get; set; }

    /// <summary>
    /// Returns one line per file instead of one object per study, with the symbols of rclone check --combined: = for a file that is as
    /// recorded, * for one that differs, + for one that is recorded and missing, - for one that is not recorded, and ! for one that cannot
    /// be read. Paths can contain a Patient ID.
    /// </summary>
    [Parameter]
    public SwitchParameter Combined { get; set; }

    /// <summary>
    /// The number of files to read at the same time: the number of processor cores, at most 8, by default. On a single magnetic disk, 1 can
    /// be faster.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = Math.Min(8, Environment.ProcessorCount);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var path = Reference is null || MyInvocation.BoundParameters.ContainsKey(nameof(Path)) ? Path : BagOr(Reference, Path);
        if (this.TryResolveFileSystemPath(path, out var root) is { } error)
        {
            WriteError(error);
            return;
        }

        try
        {
            if (Reference is null)
                Verify(root);
            else
                Verify(root, this.ResolveFileSystemPath(Reference));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            WriteError(ErrorRecords.ArchiveNotFound(root, exception));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        WriteProgress(new ProgressRecord(1, Activity, "Done") { RecordType = ProgressRecordType.Completed });
    }

    private void Verify(string root)
    {
        ArchiveVerifier? verifier = null;
        verifier = new ArchiveVerifier(
            new LocalArchive(root), Quick, new FilePatience(StopToken), () => Tick(verifier), ThrottleLimit, StopToken);
        _sinceBegin.Restart();
        var (studies, damaged) = (0, 0);
        foreach (var (study, paths) in verifier.VerifyPaths())
        {
            studies++;
            damaged += study.UnreadableLines + study.ManifestBreaks > 0 ? 1 : 0;
            if (Combined)
                WriteObject(paths.Select(path => path.ToString()), enumerateCollection: true);
            else
                WriteObject(study);
        }

        foreach (var path in Combined ? verifier.OtherFiles : [])
            WriteObject(new PathVerdict(PathVerdict.Unlisted, ArchiveFiles.Relative(root, path)).ToString());
        if (studies == 0)
            WriteWarning($"Nothing was saved to '{root}': it has no manifest and no DICOM file.");
        if (Combined && damaged > 0)
            WriteWarning($"The manifests of {damaged} studies were changed or cannot be read, so files may not be in this list.");
        if (verifier.UnreadableFolders > 0)
            WriteWarning($"{verifier.UnreadableFolders} folders could not be read. The result does not include their files.");
        if (verifier.OtherFiles.Count > 0)
            WriteVerbose($"{verifier.OtherFiles.Count} files are not DICOM files and were skipped.");
    }

    private string BagOr(string reference, string path) =>
        this.TryResolveFileSystemPath(reference, out var folder) is null && BagReader.IsBag(folder) ? reference : path;

    private void Verify(string root, string reference)
    {
        var bag = BagReader.IsBag(reference) ? new BagReader(reference) : null;
        if (OpenProblem(root, reference, bag) is { } problem)
        {
            WriteError(problem);
            return;
        }

        var total = new FolderWalk((_, _) => { }).Files(root).Sum(path => new FileInfo(path) is { Exists: true } file ? file.Length : 0);
        long read = 0;
        _sinceBegin.Restart();
        var verifier = new ReferenceVerifier(
            root,
            new FilePatience(StopToken),
            new OrderedWork(ThrottleLimit, () => Tick(Interlocked.Read(ref read), total)),
            count => Interlocked.Add(ref read, count),
            StopToken);
        var verdicts = new List<PathVerdict>();
        foreach (var verdict in Verdicts(verifier, root, reference, bag))
        {
            if (Combined)
                WriteObject(verdict.ToString());
            else if (verdict.Symbol != PathVerdict.Same)
                verdicts.Add(verdict);
        }

        if (verifier.UnusableLines is [var first, ..] lines)
            WriteError(ErrorRecords.ReferenceLineInvalid(reference, first, lines.Count));
        var isShort = bag?.Declared() is { } declared && declared != bag.Payload();
        if (isShort)
            WriteError(ErrorRecords.ReferenceUnusable(reference, "the number or size of its files is not that of its Payload-Oxum"));
        if (!Combined)
            WriteObject(ResultOf(root, reference, verifier, verdicts, isShort));
    }

    private static PacsChecksumResult ResultOf(
        string root,
        string reference,
        ReferenceVerifier verifier,
        IReadOnlyList<PathVerdict> verdicts,
        bool isShort)
    {
        ValueList<string> Of(char symbol) => [.. verdicts.Where(one => one.Symbol == symbol).Select(one => one.Path)];
        var isDamaged = isShort || verifier.UnusableLines.Count > 0
            || verdicts.Any(one => one.Symbol is PathVerdict.Missing or PathVerdict.Altered);
        return new PacsChecksumResult
        {
            Path = root,
            Reference = reference,
            Status = isDamaged ? ArchiveStatus.Damaged
                : verdicts.Any(one => one.Symbol == PathVerdict.Unreadable) ? ArchiveStatus.Unreadable
                : verdicts.Count > 0 ? ArchiveStatus.Unlisted
                : ArchiveStatus.Intact,
            Files = verifier.Files,
            Bytes = verifier.Bytes,
            Missing = Of(PathVerdict.Missing),
            Altered = Of(PathVerdict.Altered),
            Unreadable = Of(PathVerdict.Unreadable),
            Unlisted = Of(PathVerdict.Unlisted),
            UnreadableLines = verifier.UnusableLines.Count,
        };
    }

    /// <summary>Why a reference cannot be used; null if it can.</summary>
    private static ErrorRecord? OpenProblem(string root, string reference, BagReader? bag)
    {
        // The folder must be readable.
        Directory.GetFiles(root);
        if (bag is not null)
            return bag.Problem() is { } problem ? ErrorRecords.ReferenceUnusable(reference, problem) : null;
        try
        {
            using var file = File.OpenRead(reference);
            return ChecksumList.Read(file, isBag: false).Any(line => line.Path is not null)
                ? null
                : ErrorRecords.ReferenceUnusable(reference, "it has no line with a SHA-256 and a path");
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            return ErrorRecords.ReferenceUnusable(reference, exception.Message);
        }
    }

    private IEnumerable<PathVerdict> Verdicts(ReferenceVerifier verifier, string root, string reference, BagReader? bag)
    {
        void Problem(string folder, Exception exception) => WriteError(ErrorRecords.FileUnreadable(folder, exception));
        if (bag is null)
        {
            using var list = File.OpenRead(reference);
            foreach (var verdict in verifier.Verify(ChecksumList.Read(list, isBag: false), ""))
                yield return verdict;
            foreach (var verdict in verifier.Unlisted(Problem, root, reference))
                yield return verdict;
            yield break;
        }

        // The payload is in data. An archive that a bag was made of has the same files without it.
        var isItself = System.IO.Path.GetFullPath(root).TrimEnd('/', '\\') == System.IO.Path.GetFullPath(reference).TrimEnd('/', '\\');
        using (var manifest = File.OpenRead(bag.Manifest))
        {
            foreach (var verdict in verifier.Verify(ChecksumList.Read(manifest, isBag: true, bag.Length), isItself ? "" : "data/"))
                yield return verdict;
        }

        if (isItself && File.Exists(bag.TagManifest))
        {
            using var manifest = File.OpenRead(bag.TagManifest);
            foreach (var verdict in verifier.Verify(ChecksumList.Read(manifest, isBag: true, bag.Length), ""))
                yield return verdict;
        }

        foreach (var verdict in verifier.Unlisted(Problem, isItself ? System.IO.Path.Combine(root, "data") : root))
            yield return verdict;
    }

    private void Tick(ArchiveVerifier? verifier) => Tick(verifier?.BytesRead ?? 0, verifier?.TotalBytes ?? 0);

    private void Tick(long read, long total)
    {
        if (StopToken.IsCancellationRequested)
            throw new PipelineStoppedException();
        if (_sinceTold.Elapsed < ProgressInterval)
            return;
        _sinceTold.Restart();
        WriteProgress(total == 0
            ? new ProgressRecord(1, Activity, "Looking for files")
            : ReadingProgress.Of(Activity, read, total, _sinceBegin.Elapsed));
    }
}
