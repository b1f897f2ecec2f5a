using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>Finds studies on a PACS (C-FIND at STUDY level, PS3.4 C.4.1).</summary>
[Cmdlet(VerbsCommon.Find, "PacsStudy", DefaultParameterSetName = nameof(StudyDate))]
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

    private const string Between = "Between";

    private readonly Queue<(Dataset Study, Task<bool> Lookup)> _pending = new();
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private StudyKeyReader? _reader;
    private DateRange? _dates;
    private StudyKeys _keys = new();
    private int? _seenCap;
    private bool _isModalityIgnored;
    private int _count;

    /// <summary>The PACS: a saved name, an object, or AETITLE@host:port. -ComputerName, -Port and the like change parts of it.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ServerArgument]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public override PacsServer? Server { get; set; }

    /// <summary>
    /// A row of a table, such as one of Import-Csv, whose columns are taken by their names. For the pipeline only.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// The day or the range of days of the study: 20210901, 2021-09-01, 20210901-20210930, 2021-09-01/2021-09-30, -20210930,
    /// 20210901-, a DateTime, a DateOnly, or two dates with a comma. A time of day is ignored.
    /// </summary>
    [Parameter(Position = 0, ParameterSetName = nameof(StudyDate), ValueFromPipelineByPropertyName = true)]
    public object[]? StudyDate { get; set; }

    /// <summary>The first day, which belongs to the range: a single date in any form of -StudyDate.</summary>
    [Parameter(ParameterSetName = Between)]
    [ValidateNotNull]
    public object? After { get; set; }

    /// <summary>The last day, which belongs to the range: a single date in any form of -StudyDate.</summary>
    [Parameter(ParameterSetName = Between)]
    [ValidateNotNull]
    public object? Before { get; set; }

    /// <summary>
    /// The number of days to go back from today. Without any date the last 30 days are searched, unless a UID, an accession
    /// number or a whole patient ID is given: then all days are.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LastDays))]
    [ValidateRange(0, 36500)]
    public int LastDays { get; set; } = 30;

    /// <summary>Searches all days, without a StudyDate. A PACS that needs one refuses that.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(AllDates))]
    public SwitchParameter AllDates { get; set; }

    /// <summary>
    /// Whether a range of days with more matches than the PACS sends is divided: Auto when an answer was cut short or
    /// looks so, Always into single days, or Never.
    /// </summary>
    [Parameter]
    public DateSplitting SplitByDate { get; set; }

    /// <summary>Patient IDs (0010,0020), with one query each; * and ? are wildcards.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? PatientId { get; set; }

    /// <summary>
    /// Patient's Name (0010,0010), Family^Given; * and ? are wildcards. An equals sign stands before the ideographic and before
    /// the phonetic group of a name (PS3.5 6.2.1): '*=山田*' or '*=*=やまだ*'.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? PatientName { get; set; }

    /// <summary>Accession Numbers (0008,0050), with one query each.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? AccessionNumber { get; set; }

    /// <summary>Study Description (0008,1030); * and ? are wildcards.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? StudyDescription { get; set; }

    /// <summary>
    /// Study Instance UIDs (0020,000D), all in one query. Of a row that has one the other columns are not used.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? StudyInstanceUid { get; set; }

    /// <summary>
    /// Modalities, such as NM: studies with at least one of them. The answers are checked, since many a PACS ignores
    /// the key.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string[] Modality { get; set; } = [];

    /// <summary>Modalities, such as SR: studies with none of them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string[] ExcludeModality { get; set; } = [];

    /// <summary>
    /// Leaves ModalitiesInStudy empty where the PACS does not return it. Otherwise the series of such a study are asked
    /// for theirs, on a second association; for a row, on the first.
    /// </summary>
    [Parameter]
    public SwitchParameter NoModalityLookup { get; set; }

    /// <summary>How many studies are looked up at a time, each on an association of its own; 1 by default.</summary>
    [Parameter]
    [ValidateRange(1, 16)]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>The most studies that the call emits; 0 is no limit.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxStudies { get; set; }

    private bool IsWanted => MaxStudies == 0 || _count < MaxStudies;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        var given = new HashSet<string>(MyInvocation.BoundParameters.Keys, StringComparer.OrdinalIgnoreCase);
        if (given.Contains(nameof(InputObject)))
        {
            ThrowTerminatingError(ErrorRecords.InputMissing(
                InputObject, "-InputObject takes rows from the pipeline only.", "Pipe the row in: $row | Find-PacsStudy."));
        }

        _reader = new StudyKeyReader(given, MyInvocation.ExpectingInput);
        try
        {
            _dates = given.Contains(nameof(LastDays)) ? DateRange.LastDays(LastDays, DateTime.Today)
                : given.Contains(nameof(StudyDate)) ? DateRange.Parse(PlainValue.OfAll(StudyDate))
                : ReadBetween();
        }
        catch (FormatException exception)
        {
            var parameter = new[] { nameof(StudyDate), nameof(After), nameof(Before) }.First(given.Contains);
            ThrowTerminatingError(ErrorRecords.InvalidDateRange(parameter, MyInvocation.BoundParameters[parameter], exception.Message));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!IsWanted || ResolveServer() is not { } server)
            return;
        if (_reader!.Read(this, server, out var error) is not { } keys)
        {
            Refuse(error!);
            return;
        }

        if (ReadUids(keys.Uids, nameof(StudyInstanceUid)) is null)
            return;
        _keys = keys;
        foreach (var search in keys.Searches())
        {
            if (!IsWanted)
                return;
            Find(search, server);
        }
    }

    private DateRange? ReadBetween() => (After, Before) switch
    {
        (not null, not null) => DateRange.Parse(PlainValue.OfAll(new[] { After, Before })),
        (not null, null) => new DateRange(DateRange.ParseDay(PlainValue.Of(After)), null),
        (null, not null) => new DateRange(null, DateRange.ParseDay(PlainValue.Of(Before))),
        _ => null,
    };

    /// <summary>Asks one query, in parts where the PACS cuts its answer, and says what was named and is not there.</summary>
    private void Find(StudySearch search, PacsServer server)
    {
        _pending.Clear();
        _found.Clear();
        var before = _count;
        var (range, isRecent) = DatesOf(search);
        using var lookup = new ModalityLookup(server, ThrottleLimit);
        var isDone = Guard(server, (object?)Row ?? server, () =>
        {
            AskAll(search, range, server, lookup);
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
        if (!isDone || !IsWanted)
            return;
        bool IsFound(string value) => search.Keys.Uids.Length > 0 ? _found.Contains(value) : _count > before;
        var isNarrowed = search.Keys.Modalities.Length + ExcludeModality.Length + Filter.Count > 0 || (range is { } days && days != DateRange.All);
        var other = isNarrowed ? " that also matches the other keys" : "";
        foreach (var (value, text) in search.Names.Where(name => !IsFound(name.Value)))
            WriteError(ErrorRecords.StudyNotFound(server, text + other, (object?)Row ?? value, isRecent));
        if (Row is not null && _count == before && search.Names.Count == 0)
            WriteError(ErrorRecords.StudyNotFound(server, "that matches the row", Row, isRecent));
    }

    /// <summary>The row that this input is; null where the command line alone says what to search for.</summary>
    private PSObject? Row => _reader!.IsRow ? InputObject : null;

    /// <summary>Asks for all slices of the time; one whose answer was cut is divided, and its parts are asked for.</summary>
    private void AskAll(StudySearch search, DateRange? range, PacsServer server, ModalityLookup lookup)
    {
        var seen = new SeenUids(Tags.StudyInstanceUID);
        var slices = new Stack<QuerySlice?>(FirstSlices(range));
        while (IsWanted && slices.Count > 0)
        {
            var slice = slices.Pop();
            var identifier = MakeIdentifier(search);
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

    /// <summary>The latest first: the slices are a stack. Without a range -Filter has the date.</summary>
    private IEnumerable<QuerySlice?> FirstSlices(DateRange? range)
    {
        if (range is null)
            return [null];
        var whole = new QuerySlice(range);
        return SplitByDate == DateSplitting.Always ? whole.Days(DateTime.Today).Reverse() : [whole];
    }

    /// <summary>The days to search, null where -Filter has them; and whether they are the last 30 for want of others.</summary>
    private (DateRange? Range, bool IsRecent) DatesOf(StudySearch search)
    {
        if ((search.Keys.Dates ?? _dates) is { } given)
            return (given, false);
        if (AllDates)
            return (new DateRange(null, null), false);
        var identifier = MakeIdentifier(search);
        if (identifier.Matches(Tags.StudyDate))
            return (null, false);
        return search.IsNamed || identifier.Matches(Tags.StudyInstanceUID) || identifier.Matches(Tags.AccessionNumber)
            ? (DateRange.All, false)
            : (DateRange.LastDays(30, DateTime.Today), true);
    }

    private Identifier MakeIdentifier(StudySearch search) => StartIdentifier("STUDY", ReturnKeys)
        .Match(Tags.PatientID, search.PatientId)
        .Match(Tags.PatientName, search.Keys.PatientName)
        .Match(Tags.AccessionNumber, search.AccessionNumber)
        .Match(Tags.StudyDescription, search.Keys.StudyDescription)
        .MatchUids(Tags.StudyInstanceUID, search.Keys.Uids)
        .Match(Tags.ModalitiesInStudy, search.Keys.Modalities is [var only] ? only.ToUpperInvariant() : null);

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
        WriteWarning($"{server} {(end.IsCut ? "cut" : "may have cut")} its answer short after {end.Count} studies"
            + $"{(slice is null ? "" : $" for {slice}")}: further ones may be missing. Narrow the query.");

    /// <summary>Takes a match as it comes. Those that need a look-up wait for it, in order, so many at a time.</summary>
    private bool Take(Dataset study, PacsServer server, ModalityLookup lookup)
    {
        var isNeeded = !NoModalityLookup && ModalityLookup.IsNeeded(study);
        if (!isNeeded && _pending.Count == 0)
        {
            Emit(study, server);
            return IsWanted;
        }

        // The few studies of a row need no second association: theirs is free as soon as they have come.
        _pending.Enqueue((study, isNeeded && Row is null ? lookup.TryCompleteAsync(study, StopToken) : Task.FromResult(!isNeeded)));
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
        var study = new PacsStudy(match, server) { IsLimited = MaxStudies > 0 || StudyInstanceUid is { Length: > 0 } };
        if (!HasModality(study, server))
            return;
        WriteMatch(study);
        if (_keys.Uids.Length > 0)
            _found.Add(study.StudyInstanceUid);
        _count++;
    }

    /// <summary>Whether a study has the modalities asked for. What a PACS does not say is not held against the study.</summary>
    private bool HasModality(PacsStudy study, PacsServer server)
    {
        var wanted = _keys.Modalities;
        if (wanted.Length + ExcludeModality.Length == 0 || study.ModalitiesInStudy is not { Count: > 0 } present)
            return true;
        var isAsked = wanted.Length == 0 || present.Intersect(wanted, StringComparer.OrdinalIgnoreCase).Any();
        if (!isAsked && wanted.Length == 1 && !_isModalityIgnored)
        {
            _isModalityIgnored = true;
            WriteVerbose($"{server} ignores the key ModalitiesInStudy: its answers are filtered here.");
        }

        return isAsked && !present.Intersect(ExcludeModality, StringComparer.OrdinalIgnoreCase).Any();
    }
}
