using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>Finds studies on a PACS (C-FIND at STUDY level, PS3.4 C.4.1).</summary>
[Cmdlet(VerbsCommon.Find, "PacsStudy", DefaultParameterSetName = nameof(StudyDate))]
[OutputType(typeof(PacsStudy))]
public sealed class FindPacsStudyCommand : FindPacsCommand
{
    private const string Between = "Between";

    private StudyKeyReader? _reader;
    private SearchCall? _call;

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

    /// <summary>
    /// The most queries for studies that one input may need, a row or the call without rows; 0 derives a number from the days
    /// that are searched, which an honest PACS never needs. A warning at the end says that it was reached. Look-ups of
    /// modalities do not count: they are one for each study.
    /// </summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxQueries { get; set; }

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
        _call = new SearchCall(new SearchOptions
        {
            Further = Further,
            Dates = ReadDates(given),
            AllDates = AllDates,
            Splitting = SplitByDate,
            ExcludedModalities = ExcludeModality,
            LooksUpModalities = !NoModalityLookup,
            ThrottleLimit = ThrottleLimit,
            MaximumStudies = MaxStudies,
            MaximumQueries = MaxQueries,
            FallbackEncoding = FallbackEncoding,
        });
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!_call!.IsWanted || ResolveServer() is not { } server)
            return;
        if (_reader!.Read(this, server, out var error) is not { } keys)
        {
            Refuse(error!);
            return;
        }

        if (ReadUids(keys.Uids, nameof(StudyInstanceUid)) is null)
            return;
        var budget = new QueryBudget(MaxQueries);
        foreach (var query in keys.Queries())
        {
            if (_call.IsWanted)
                Find(query, server, budget);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_call!.Shortfalls.Text is { } text)
            WriteWarning(text);
        base.EndProcessing();
    }

    private DateRange? ReadDates(HashSet<string> given)
    {
        try
        {
            return given.Contains(nameof(LastDays)) ? DateRange.LastDays(LastDays, DateTime.Today)
                : given.Contains(nameof(StudyDate)) ? DateRange.Parse(PlainValue.OfAll(StudyDate))
                : ReadBetween();
        }
        catch (FormatException exception)
        {
            var parameter = new[] { nameof(StudyDate), nameof(After), nameof(Before) }.First(given.Contains);
            ThrowTerminatingError(ErrorRecords.InvalidDateRange(parameter, MyInvocation.BoundParameters[parameter], exception.Message));
            throw;
        }
    }

    private DateRange? ReadBetween() => (After, Before) switch
    {
        (not null, not null) => DateRange.Parse(PlainValue.OfAll(new[] { After, Before })),
        (not null, null) => new DateRange(DateRange.ParseDay(PlainValue.Of(After)), null),
        (null, not null) => new DateRange(null, DateRange.ParseDay(PlainValue.Of(Before))),
        _ => null,
    };

    private void Find(StudyQuery query, PacsServer server, QueryBudget budget)
    {
        // The row that the input is; nothing where the command line alone says what to search for.
        var row = query.Keys.IsRow ? InputObject : null;
        StudySearch? search = null;
        var isDone = Guard(server, (object?)row ?? server, () =>
        {
            search = new StudySearch(query, Connect(server), _call!, budget, StopToken);
            WriteAll(search, server);
        });
        foreach (var missing in isDone ? search!.Missing : [])
            WriteError(ErrorRecords.StudyNotFound(server, missing.What, (object?)row ?? missing.Value!, missing.IsRecentOnly));
    }

    private void WriteAll(StudySearch search, PacsServer server)
    {
        try
        {
            while (Await(search.NextAsync()) is { } next)
                Write(next, server);
        }
        finally
        {
            // The pipeline may have been stopped, or have enough.
            search.StopAsync().GetAwaiter().GetResult();
        }
    }

    private void Write(SearchEvent next, PacsServer server)
    {
        switch (next)
        {
            case StudyFound found:
                WriteMatch(found.Study);
                break;
            case QueryStarted started:
                TellStart(server, started.Keys);
                break;
            case QueryEnded ended:
                TellEnd(server, ended.End, ended.OptionalKeysUnsupported);
                break;
            case PartDivided divided:
                WriteVerbose(
                    $"{server} may have more than the {divided.Count} studies that it sent for {divided.Part}: asking for parts of it.");
                break;
            case ModalityKeyIgnored:
                WriteVerbose($"{server} ignores the key ModalitiesInStudy: its answers are filtered here.");
                break;
        }
    }
}
