using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>Finds studies on a PACS (C-FIND at STUDY level, PS3.4 C.4.1).</summary>
[Cmdlet(VerbsCommon.Find, "PacsStudy")]
[OutputType(typeof(PacsStudy))]
public sealed class FindPacsStudyCommand : FindPacsCommand
{
    private static readonly Tag[] ReturnKeys =
    [
        Tags.StudyDate, Tags.StudyTime, Tags.AccessionNumber, Tags.InstanceAvailability, Tags.ModalitiesInStudy,
        Tags.ReferringPhysicianName, Tags.StudyDescription, Tags.PatientName, Tags.PatientID, Tags.PatientBirthDate,
        Tags.PatientSex, Tags.StudyInstanceUID, Tags.StudyID, Tags.NumberOfStudyRelatedSeries,
        Tags.NumberOfStudyRelatedInstances,
    ];

    private readonly Queue<(Dataset Study, Task<bool> Lookup)> _pending = new();
    private DateRange? _dates;
    private int? _seenCap;
    private bool _isModalityIgnored;
    private int _count;

    /// <summary>The PACS: a saved name, an object, or AETITLE@host:port. -ComputerName, -Port and the like change parts of it.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public override PacsServer? Server { get; set; }

    /// <summary>
    /// The day or the range of days of the study: 20210901, 20210901-20210930, -20210930, 20210901-, a DateTime, or two
    /// dates with a comma.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public object[]? StudyDate { get; set; }

    /// <summary>The first day, which belongs to the range: a date in any form of -StudyDate.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? After { get; set; }

    /// <summary>The last day, which belongs to the range: a date in any form of -StudyDate.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Before { get; set; }

    /// <summary>
    /// So many days back from today. Without any date the last 30 days are asked for, unless a UID or an accession
    /// number names the study.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 36500)]
    public int LastDays { get; set; } = 30;

    /// <summary>Asks for all days, without a StudyDate. A PACS that needs one refuses that.</summary>
    [Parameter]
    public SwitchParameter AllDates { get; set; }

    /// <summary>
    /// Whether a range of days with more matches than the PACS sends is divided: Auto when an answer was cut short or
    /// looks so, Always into single days, or Never.
    /// </summary>
    [Parameter]
    public DateSplitting SplitByDate { get; set; }

    /// <summary>Patient ID (0010,0020); * and ? stand for any characters.</summary>
    [Parameter]
    public string? PatientId { get; set; }

    /// <summary>Patient's Name (0010,0010), Family^Given; * and ? stand for any characters.</summary>
    [Parameter]
    public string? PatientName { get; set; }

    /// <summary>Accession Number (0008,0050).</summary>
    [Parameter]
    public string? AccessionNumber { get; set; }

    /// <summary>Study Description (0008,1030); * and ? stand for any characters.</summary>
    [Parameter]
    public string? StudyDescription { get; set; }

    /// <summary>Study Instance UIDs (0020,000D).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? StudyInstanceUid { get; set; }

    /// <summary>
    /// Modalities, such as NM: studies with at least one of them. The answers are checked, since many a PACS ignores
    /// the key.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string[] Modality { get; set; } = [];

    /// <summary>Modalities, such as SR: studies with none of them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string[] ExcludeModality { get; set; } = [];

    /// <summary>
    /// Leaves ModalitiesInStudy empty where the PACS does not return it; otherwise the series of such a study are asked
    /// for theirs, on a second association.
    /// </summary>
    [Parameter]
    public SwitchParameter NoModalityLookup { get; set; }

    /// <summary>How many studies are looked up at a time, each on an association of its own; 1 by default.</summary>
    [Parameter]
    [ValidateRange(1, 16)]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>The most studies to emit; 0 is no limit.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxStudies { get; set; }

    private bool IsWanted => MaxStudies == 0 || _count < MaxStudies;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _dates = ParseDates();
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidDateRange(exception.Message, StudyDate ?? After ?? Before));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!AreUids(StudyInstanceUid, nameof(StudyInstanceUid)))
            return;
        var server = ResolveServer();
        _count = 0;
        _pending.Clear();
        using var lookup = new ModalityLookup(server, ThrottleLimit);
        Guard(server, () =>
        {
            AskAll(server, lookup);
            while (IsWanted && _pending.Count > 0)
                EmitFirst(server, lookup);

            // What could not be looked up beside the query is looked up behind it.
            foreach (var study in lookup.Deferred)
            {
                if (!IsWanted)
                    break;
                Await(ModalityLookup.CompleteAsync(study, Session, StopToken));
                Emit(study, server);
            }

            Await(lookup.CloseAsync(StopToken));
        });
    }

    /// <summary>Asks for all slices of the time; one whose answer was cut is divided, and its parts are asked for.</summary>
    private void AskAll(PacsServer server, ModalityLookup lookup)
    {
        var seen = new SeenUids(Tags.StudyInstanceUID);
        var slices = new Stack<QuerySlice?>(FirstSlices());
        while (IsWanted && slices.Count > 0)
        {
            var slice = slices.Pop();
            var identifier = MakeIdentifier();
            slice?.ApplyTo(identifier);
            var end = Query(server, identifier, seen, study => Take(study, server, lookup));
            if (SplitByDate == DateSplitting.Never || slice is null)
            {
                RefuseCut(server, slice, end);
            }
            else if (IsCut(end, server))
            {
                if (slice.Split(DateTime.Today) is var (earlier, later))
                {
                    TellDivision(server, slice, end);
                    slices.Push(later);
                    slices.Push(earlier);
                }
                else
                {
                    WarnOfCut(server, slice, end);
                }
            }
            else if (end.Failure is not null)
            {
                throw end.Failure;
            }
        }
    }

    /// <summary>The latest first: the slices are a stack.</summary>
    private IEnumerable<QuerySlice?> FirstSlices()
    {
        var identifier = MakeIdentifier();
        if (_dates is null && !AllDates && identifier.Matches(Tags.StudyDate))
            return [null];
        var whole = new QuerySlice(AllDates ? new DateRange(null, null) : _dates ?? DefaultDates(identifier));
        return SplitByDate == DateSplitting.Always ? whole.Days(DateTime.Today).Reverse() : [whole];
    }

    private Identifier MakeIdentifier() => StartIdentifier("STUDY", ReturnKeys)
        .Match(Tags.PatientID, PatientId)
        .Match(Tags.PatientName, PatientName)
        .Match(Tags.AccessionNumber, AccessionNumber)
        .Match(Tags.StudyDescription, StudyDescription)
        .MatchUids(Tags.StudyInstanceUID, StudyInstanceUid)
        .Match(Tags.ModalitiesInStudy, Modality is [var only] ? only.ToUpperInvariant() : null);

    private bool IsCut(QueryEnd end, PacsServer server)
    {
        if (end.IsCut && end.Count > 0)
            _seenCap = end.Count;
        return end.IsCut
            || (end.Count > 0 && !end.WasEnough && (end.Count == _seenCap || end.Count == server.AnswerCap))
            || (end.LooksCut && _seenCap is null && server.AnswerCap is null);
    }

    private void RefuseCut(PacsServer server, QuerySlice? slice, QueryEnd end)
    {
        if (end.Failure is not null)
            throw end.Failure;
        if (end.IsCut)
            WarnOfCut(server, slice, end);
    }

    private void TellDivision(PacsServer server, QuerySlice slice, QueryEnd end)
    {
        WriteVerbose($"{server} may have more than the {end.Count} studies that it sent for {slice}: asking for parts of it.");
        if (end.IsCut && slice.Hours is null && slice.Dates.First is { } day && day == slice.Dates.Last)
        {
            WriteWarning($"{server} sends no more than {end.Count} studies for {slice}. They are asked for by hours; "
                + "studies of that day without a StudyTime may be missing.");
        }
    }

    private void WarnOfCut(PacsServer server, QuerySlice? slice, QueryEnd end) =>
        WriteWarning($"{server} {(end.IsCut ? "cut" : "may have cut")} its answer short after {end.Count} studies{(slice is null ? "" : $" for {slice}")}: "
            + "further ones may be missing. Narrow the query.");

    /// <summary>Takes a match as it comes. Those that need a look-up wait for it, in order, so many at a time.</summary>
    private bool Take(Dataset study, PacsServer server, ModalityLookup lookup)
    {
        var isNeeded = !NoModalityLookup && ModalityLookup.IsNeeded(study);
        if (!isNeeded && _pending.Count == 0)
        {
            Emit(study, server);
            return IsWanted;
        }

        _pending.Enqueue((study, isNeeded ? lookup.TryCompleteAsync(study, StopToken) : Task.FromResult(true)));
        while (IsWanted && _pending.Count >= ThrottleLimit)
            EmitFirst(server, lookup);
        return IsWanted;
    }

    private void EmitFirst(PacsServer server, ModalityLookup lookup)
    {
        var (study, isComplete) = _pending.Dequeue();
        if (Await(isComplete))
            Emit(study, server);
        else
            lookup.Defer(study);
    }

    private void Emit(Dataset match, PacsServer server)
    {
        var study = new PacsStudy(match, server);
        if (!HasModality(study, server))
            return;
        WriteMatch(study);
        _count++;
    }

    /// <summary>Whether a study has the modalities asked for. What a PACS does not say is not held against the study.</summary>
    private bool HasModality(PacsStudy study, PacsServer server)
    {
        if (Modality.Length + ExcludeModality.Length == 0 || study.ModalitiesInStudy is not { Count: > 0 } present)
            return true;
        var isAsked = Modality.Length == 0 || present.Intersect(Modality, StringComparer.OrdinalIgnoreCase).Any();
        if (!isAsked && Modality.Length == 1 && !_isModalityIgnored)
        {
            _isModalityIgnored = true;
            WriteVerbose($"{server} ignores the key ModalitiesInStudy: its answers are filtered here.");
        }

        return isAsked && !present.Intersect(ExcludeModality, StringComparer.OrdinalIgnoreCase).Any();
    }

    private static DateRange DefaultDates(Identifier identifier) =>
        identifier.Matches(Tags.StudyInstanceUID) || identifier.Matches(Tags.AccessionNumber)
            ? DateRange.All
            : DateRange.LastDays(30, DateTime.Today);

    private DateRange? ParseDates()
    {
        var isLastDaysGiven = MyInvocation.BoundParameters.ContainsKey(nameof(LastDays));
        bool[] given = [StudyDate is not null, After is not null || Before is not null, isLastDaysGiven, AllDates];
        if (given.Count(isGiven => isGiven) > 1)
        {
            throw new FormatException(
                "Give one of -StudyDate, -After and -Before, -LastDays, -AllDates, such as -StudyDate 20210901-20210930.");
        }

        if (StudyDate is not null)
            return DateRange.Parse(StudyDate);
        return (After, Before) switch
        {
            (not null, not null) => DateRange.Parse([After, Before]),
            (not null, null) => new DateRange(DateRange.ParseDay(After), null),
            (null, not null) => new DateRange(null, DateRange.ParseDay(Before)),
            _ => isLastDaysGiven ? DateRange.LastDays(LastDays, DateTime.Today) : null,
        };
    }
}
