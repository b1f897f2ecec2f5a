using System.Diagnostics;
using System.Management.Automation;
using PacsNm.Archive;
using PacsNm.Comparison;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>
/// Compares an archive, or a second PACS, with a PACS: one object per study that differs. It asks for the studies of one day after the
/// other, and retrieves nothing.
/// </summary>
[Cmdlet(VerbsData.Compare, "PacsArchive", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(PacsStudyDifference))]
public sealed class ComparePacsArchiveCommand : PacsServerCommand
{
    private const string Activity = "Comparing";

    /// <summary>The days in a row that a PACS may refuse.</summary>
    private const int MaximumFailures = 3;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _sinceTold = Stopwatch.StartNew();
    private readonly List<IStudySide> _sides = [];
    private int _compared;
    private bool _isCountTold;
    private int _differences;

    /// <summary>
    /// The folder that studies were saved to, ./nm_images by default. The path is literal.
    /// </summary>
    [Parameter(Position = 0, ParameterSetName = nameof(Path))]
    [Alias("Archive", "LiteralPath")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "nm_images";

    /// <summary>
    /// Another PACS to compare with, instead of an archive: the name of a saved server, an object, or AETITLE@host:port.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(ReferenceServer))]
    [ServerArgument]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public PacsServer? ReferenceServer { get; set; }

    /// <summary>
    /// The day or range of days of the studies: 20210901, 2021-09-01, 20210901-20210930, 2021-09-01/2021-09-30, 20210901-, a DateTime, a
    /// DateOnly, or two dates separated by a comma.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public object[]? StudyDate { get; set; }

    /// <summary>The number of days to go back from today, 30 by default.</summary>
    [Parameter]
    [ValidateRange(0, 36500)]
    public int LastDays { get; set; } = 30;

    /// <summary>
    /// How deep to compare: Study, which is the default, compares attributes and the number of instances. Series also compares the series,
    /// with one query per study and server. Instance compares every instance, with one more query per series.
    /// </summary>
    [Parameter]
    public ComparisonLevel Level { get; set; }

    /// <summary>Also returns the studies without a difference.</summary>
    [Parameter]
    public SwitchParameter IncludeSame { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var range = ReadRange();
        if (ResolveServer() is not { } server)
            return;
        var reference = ReferenceServer is null ? null : ResolveReference();
        var here = reference is null ? OpenArchive() : Open(new PacsSide(reference));
        var options = new ComparisonOptions(
            server, reference, Level, IncludeSame, here is ArchiveSide archive ? archive.Unknown : []);
        var comparison = new ArchiveComparison(here, Open(new PacsSide(server)), options, StopToken);
        try
        {
            Compare(comparison, range.First!.Value, range.Last!.Value, server, reference);
        }
        finally
        {
            comparison.StopAsync().GetAwaiter().GetResult();
            WriteProgress(new ProgressRecord(1, Activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var side in _sides)
            side.Dispose();
        _sides.Clear();
        base.Dispose(disposing);
    }

    private IStudySide Open(IStudySide side)
    {
        _sides.Add(side);
        return side;
    }

    private DateRange ReadRange()
    {
        try
        {
            if (StudyDate is not null && MyInvocation.BoundParameters.ContainsKey(nameof(LastDays)))
                throw new FormatException("Give -StudyDate or -LastDays, not both.");
            var range = StudyDate is null ? DateRange.LastDays(LastDays, DateTime.Today) : DateRange.Parse(PlainValue.OfAll(StudyDate));
            if (range.First is null)
                throw new FormatException("A comparison needs a first day, because each day is a query.");
            return range with { Last = range.Last ?? DateTime.Today };
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidDateRange(nameof(StudyDate), StudyDate, exception.Message));
            throw;
        }
    }

    /// <summary>The parameters of -Server do not apply to the reference server.</summary>
    private PacsServer ResolveReference()
    {
        if (TryFindCertificate(ReferenceServer!, out var certificate) is { } problem)
            ThrowTerminatingError(problem);
        return certificate is null ? ReferenceServer! : ReferenceServer! with { ClientCertificate = certificate };
    }

    private IStudySide OpenArchive()
    {
        var root = this.ResolveFileSystemPath(Path);
        try
        {
            // The archive must be readable.
            Directory.GetFiles(root);
            return Open(new ArchiveSide(
                new LocalArchive(root),
                (study, problem) => WriteError(ErrorRecords.StudyNotCompared(study, problem)),
                () => Tell($"reading the archive: {++_compared} studies"),
                StopToken));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(ErrorRecords.ArchiveNotFound(root, exception));
            throw;
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Compare(ArchiveComparison comparison, DateTime first, DateTime last, PacsServer server, PacsServer? reference)
    {
        var days = (last - first).Days + 1;
        var notCompared = new List<DateTime>();
        var (failures, ignoring) = (0, 0);
        for (var day = first; day <= last && failures < MaximumFailures; day = day.AddDays(1))
        {
            Tell($"{day:yyyy-MM-dd}, {_differences} differences", 100 * (day - first).Days / days);
            var compared = Await(comparison.CompareAsync(day, day < last ? day.AddDays(1) : null));
            Write(compared, server, reference);
            ignoring = compared is { IsDateIgnoredHere: false, IsDateIgnoredThere: false } ? 0 : ignoring + 1;
            if (ignoring == MaximumFailures && day < last)
            {
                var who = compared.IsDateIgnoredThere ? server : reference;
                WriteWarning($"{who} ignores StudyDate and sends the studies of other days, too.");
                notCompared.AddRange(Enumerable.Range(1, (last - day).Days).Select(offset => day.AddDays(offset)));
                break;
            }

            if ((compared.FailureHere ?? compared.FailureThere) is not { } failure)
            {
                failures = 0;
                continue;
            }

            // A PACS that refuses some days is asked for the others, and one that cannot be reached is not.
            failures = failure is DimseFailureException ? failures + 1 : MaximumFailures;
            WriteError(ErrorRecords.ForNetwork(failure, day, compared.FailureHere is null ? server : reference!));
            notCompared.Add(day);
            if (failures == MaximumFailures)
                notCompared.AddRange(Enumerable.Range(1, (last - day).Days).Select(offset => day.AddDays(offset)));
        }

        if (notCompared.Count > 0)
            WriteWarning($"{notCompared.Count} days were not compared, the first of them {notCompared[0]:yyyy-MM-dd}.");
    }

    private void Write(ComparedDay day, PacsServer server, PacsServer? reference)
    {
        foreach (var row in day.Rows)
        {
            if (row.State != DifferenceState.Same)
                _differences++;
            WriteObject(row);
        }

        foreach (var (study, exception) in day.Failures)
        {
            WriteError(exception is DicomNetworkException failure
                ? ErrorRecords.ForNetwork(failure, study, server)
                : ErrorRecords.StudyNotCompared(study, exception.Message));
        }

        TellUnknownCount(day.IsCountUnknownThere ? server : day.IsCountUnknownHere ? reference : null);
        foreach (var truncating in new[] { day.MayMissHere ? reference : null, day.MayMissThere ? server : null }.OfType<PacsServer>())
        {
            WriteWarning(
                $"{truncating} may not have sent all studies of {day.Day:yyyy-MM-dd}. Studies that neither side sent were not compared.");
        }
    }

    private void TellUnknownCount(PacsServer? server)
    {
        if (server is null || _isCountTold || Level == ComparisonLevel.Instance)
            return;
        _isCountTold = true;
        WriteWarning(
            $"{server} does not return the number of instances of each study, so it is not known whether these grew. Use -Level Instance.");
    }

    private void Tell(string status, int percent = -1)
    {
        if (_sinceTold.Elapsed < ProgressInterval)
            return;
        _sinceTold.Restart();
        WriteProgress(new ProgressRecord(1, Activity, status) { PercentComplete = percent });
    }
}
