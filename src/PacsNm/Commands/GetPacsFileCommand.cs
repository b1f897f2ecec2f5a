using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Files;

namespace PacsNm.Commands;

/// <summary>Describes DICOM files on disk: one object per file, from its header alone. It does not contact a PACS.</summary>
[Cmdlet(VerbsCommon.Get, "PacsFile", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(PacsFile))]
public sealed class GetPacsFileCommand : PacsCommand
{
    private const string Activity = "Reading headers";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private AttributePath[] _properties = [];
    private readonly HashSet<string> _firstItems = [];
    private HashSet<Tag> _tags = [];
    private int _count;
    private int _others;

    /// <summary>
    /// Files, or folders with everything below them. *, ? and [ ] are wildcards. In a folder, files that are not DICOM are skipped. For
    /// objects from the pipeline the path is literal: output of Get-ChildItem, results of the Save cmdlets, and rows with a column Path or
    /// FullName.
    /// </summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = nameof(Path))]
    [ItemPath("PSPath", "FullName", nameof(PacsSavedItem.Path), IsPattern = true)]
    [SupportsWildcards]
    [AllowEmptyCollection]
    public string[] Path { get; set; } = [];

    /// <summary>The same without wildcards: each path is literal.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(LiteralPath))]
    [Alias("PSPath", "FullName", "LP")]
    [ItemPath("PSPath", "FullName", nameof(PacsSavedItem.Path))]
    [AllowEmptyCollection]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>
    /// Further attributes to read: keywords of PS3.6, or tags. They become properties of the objects. An attribute in a sequence is given
    /// by its path: EnergyWindowInformationSequence.EnergyWindowName is that of the first item, and
    /// EnergyWindowInformationSequence[*].EnergyWindowName those of all items.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(KeywordCompleter))]
    public string[] Property { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _properties = [.. Property.Select(name => AttributeKeyword.ParsePath(this, nameof(Property), name))];
        _tags = [.. PacsFile.OwnTags, .. _properties.Select(path => path.Root)];
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var paths = ParameterSetName == nameof(LiteralPath) ? LiteralPath.SelectMany(Resolve) : Path.SelectMany(Expand);
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                Read(path, isNamed: true);
                continue;
            }

            var walk = new FolderWalk((folder, exception) => WriteError(ErrorRecords.FileUnreadable(folder, exception)));
            foreach (var file in walk.Files(path))
                Read(file, isNamed: false);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var name in _firstItems)
            WriteWarning(AttributeKeyword.FirstItemWarning(name));
        if (_others > 0)
            WriteWarning($"{_others} files are not DICOM files and were skipped; -Verbose names them.");
        WriteProgress(new ProgressRecord(1, Activity, "Done") { RecordType = ProgressRecordType.Completed });
    }

    private IReadOnlyList<string> Expand(string pattern)
    {
        if (this.TryExpandFileSystemPath(pattern, out var paths) is { } error)
            WriteError(error);
        return paths;
    }

    private string[] Resolve(string path)
    {
        if (this.TryResolveLiteralPath(path, out var resolved) is not { } error)
            return [resolved];
        WriteError(error);
        return [];
    }

    private void Read(string path, bool isNamed)
    {
        if (StopToken.IsCancellationRequested)
            throw new PipelineStoppedException();
        Tick();
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
            var length = stream.Length;
            if (Part10File.ReadHeader(stream, _tags) is { } header)
                Write(new PacsFile(path, length, header));
            else if (isNamed)
                WriteError(ErrorRecords.FileNotDicom(path));
            else
                PassOver(path);
        }
        catch (DicomDataException exception)
        {
            WriteError(ErrorRecords.FileBroken(path, exception));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            WriteError(ErrorRecords.FileUnreadable(path, exception));
        }
    }

    private void Write(PacsFile file)
    {
        if (_properties.Length == 0)
        {
            WriteObject(file);
            return;
        }

        var shown = new PSObject(file);
        foreach (var path in _properties.Where(path => shown.Properties[path.Name] is null))
        {
            shown.Properties.Add(new PSNoteProperty(path.Name, file.ValueOf(path)));
            if (file.OmitsItems(path))
                _firstItems.Add(path.Name);
        }

        WriteObject(shown);
    }

    private void PassOver(string path)
    {
        _others++;
        WriteVerbose($"'{ControlCharacters.Remove(System.IO.Path.GetFileName(path))}' is not a DICOM file.");
    }

    private void Tick()
    {
        _count++;
        if (_sinceTold.Elapsed < ProgressInterval)
            return;
        _sinceTold.Restart();
        WriteProgress(new ProgressRecord(1, Activity, $"{_count} files"));
    }
}
