using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using System.Text;
using PacsNm.Archive;
using PacsNm.Dicom.Data;
using PacsNm.Exports;
using PacsNm.Files;

namespace PacsNm.Commands;

/// <summary>
/// Writes the checksums of an archive so that other tools can check it: a list for sha256sum, a bag, or JSON. The checksums are those of
/// the manifests, which were computed as the files arrived; a file is read only to be copied into a bag. Files that no manifest records are
/// not included.
/// </summary>
[Cmdlet(VerbsData.Export, "PacsManifest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo), typeof(DirectoryInfo))]
public sealed class ExportPacsManifestCommand : PacsCommand
{
    private const string Activity = "Writing checksums";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private int _done;
    private readonly HashSet<string> _problems = [];

    /// <summary>
    /// The file to write. If it is a folder, or ends with a slash, one file per study is written into it. With -Format BagIt it is the
    /// folder of the bag, which must not exist, or be empty. The path is literal.
    /// </summary>
    [Parameter(Position = 0, Mandatory = true)]
    [Alias("LiteralPath")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The folder that studies were saved to, ./nm_images by default.</summary>
    [Parameter(Position = 1)]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Archive { get; set; } = "nm_images";

    /// <summary>
    /// The form: Sha256Sum, which is the default, for sha256sum -c and rclone; BagIt for a folder with a copy of the archive and its
    /// checksums (RFC 8493); Json.
    /// </summary>
    [Parameter]
    public ManifestFormat Format { get; set; }

    /// <summary>Fields of bag-info.txt: @{ 'Source-Organization' = 'Hospital'; 'Contact-Name' = 'Nuclear Medicine' }.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Profile { get; set; } = [];

    /// <summary>Copies the files into the bag. Without it they are hard links, which cost no space, where the disk has them.</summary>
    [Parameter]
    public SwitchParameter Copy { get; set; }

    /// <summary>Does not replace an existing file.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var path = this.ResolveFileSystemPath(Path);
        var archive = new LocalArchive(this.ResolveFileSystemPath(Archive));
        var isPerStudy = Format != ManifestFormat.BagIt && (Directory.Exists(path) || Path.EndsWith("/", StringComparison.Ordinal)
            || Path.EndsWith("\\", StringComparison.Ordinal));
        Check(path);
        var unreadable = 0;
        var studies = new RecordedStudies(archive, (_, _) => unreadable++, StopToken);
        try
        {
            // The archive must be readable.
            Directory.GetFiles(archive.Root);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(ErrorRecords.ArchiveNotFound(archive.Root, exception));
        }

        if (!ShouldProcess(path, $"Write the checksums of '{archive.Root}' as {Format}"))
            return;
        try
        {
            var all = Told(studies);
            if (Format == ManifestFormat.BagIt)
                WriteBag(archive, path, all);
            else if (isPerStudy)
                WriteEach(path, all);
            else
                WriteOne(path, all);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(
                NoClobber && File.Exists(path) ? ErrorRecords.NoClobber(path) : ErrorRecords.ManifestNotWritten(path, exception));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        WriteProgress(new ProgressRecord(1, Activity, "Done") { RecordType = ProgressRecordType.Completed });
        if (_done == 0)
            WriteWarning($"Nothing was saved to '{archive.Root}': it has no manifest.");
        if (unreadable > 0)
            WriteWarning($"{unreadable} folders could not be read. Their files count as missing.");
        if (_problems.Count > 0)
            WriteWarning($"The checksums of {_problems.Count} studies are not those of all their files; see the errors.");
    }

    private string Extension => Format == ManifestFormat.Json ? ".json" : ".sha256";

    private void Check(string path)
    {
        if (Profile.Count > 0 && Profile.Keys.Cast<object>().FirstOrDefault(name => !Bag.IsField($"{name}")) is { } wrong)
            ThrowTerminatingError(ErrorRecords.InvalidBagField($"{wrong}"));
        var isTaken = File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any());
        if (Format == ManifestFormat.BagIt && isTaken)
            ThrowTerminatingError(ErrorRecords.BagExists(path));
        if (NoClobber && File.Exists(path))
            ThrowTerminatingError(ErrorRecords.NoClobber(path));
    }

    /// <summary>Reads the studies, and reports what is wrong with them.</summary>
    private IEnumerable<RecordedStudy> Told(RecordedStudies studies)
    {
        foreach (var study in studies.Read())
        {
            if (StopToken.IsCancellationRequested)
                throw new PipelineStoppedException();
            _done++;
            if (_sinceTold.Elapsed >= ProgressInterval)
            {
                _sinceTold.Restart();
                WriteProgress(new ProgressRecord(1, Activity, $"{_done} of {studies.Count} studies")
                {
                    PercentComplete = 100 * _done / Math.Max(1, studies.Count),
                });
            }

            if (study.Problem is { } problem)
                Report(study, problem);
            if (study.Manifest is not null)
                yield return study;
        }
    }

    private void Report(RecordedStudy study, string problem)
    {
        _problems.Add(study.Name);
        WriteError(ErrorRecords.StudyNotIntact(study.StudyInstanceUid, problem));
    }

    private void WriteOne(string path, IEnumerable<RecordedStudy> studies)
    {
        PrivateFile.Replace(path, stream => Write(stream, studies), mayReplace: !NoClobber);
        WriteObject(new FileInfo(path));
    }

    private void WriteEach(string folder, IEnumerable<RecordedStudy> studies)
    {
        foreach (var study in studies)
        {
            var path = System.IO.Path.Combine(folder, study.Name + Extension);
            if (NoClobber && File.Exists(path))
            {
                WriteError(ErrorRecords.NoClobber(path));
                continue;
            }

            PrivateFile.Replace(path, stream => Write(stream, [study]), mayReplace: !NoClobber);
            WriteObject(new FileInfo(path));
        }
    }

    private void Write(Stream stream, IEnumerable<RecordedStudy> studies)
    {
        if (Format == ManifestFormat.Json)
        {
            using var json = new ManifestJson(stream);
            foreach (var study in studies)
                json.Add(study);
            json.Finish();
            return;
        }

        foreach (var file in studies.SelectMany(study => study.Files))
        {
            var line = Encoding.UTF8.GetBytes(ChecksumLine.Of(file.Entry.Sha256!, file.Path));
            stream.Write(line, 0, line.Length);
        }
    }

    private void WriteBag(LocalArchive archive, string path, IEnumerable<RecordedStudy> studies)
    {
        using var bag = new Bag(archive, path, Copy, StopToken);
        foreach (var study in studies)
        {
            if (bag.Add(study) is > 0 and var altered)
                Report(study, $"{altered} of its files cannot be read, or differ from what was saved");
        }

        bag.Finish(Profile.Cast<System.Collections.DictionaryEntry>()
            .Select(field => new KeyValuePair<string, string>($"{field.Key}", $"{field.Value}")));
        WriteObject(new DirectoryInfo(path));
    }
}
