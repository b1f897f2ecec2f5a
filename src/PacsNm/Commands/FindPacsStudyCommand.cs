using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Jobs;
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
    private Shard _shard = Jobs.Shard.All;

    /// <summary>
    /// The PACS: the name of a saved server, an object, or AETITLE@host:port. -ComputerName, -Port and similar parameters replace parts of
    /// it.
    /// </summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ServerArgument]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public override PacsServer? Server { get; set; }

    /// <summary>
    /// A row of a table, such as one from Import-Csv. Its columns bind to parameters by name. It accepts pipeline input only.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// The day or range of days of the study: 20210901, 2021-09-01, 20210901-20210930, 2021-09-01/2021-09-30, -20210930, 20210901-, a
    /// DateTime, a DateOnly, or two dates separated by a comma. The time of day is ignored.
    /// </summary>
    [Parameter(Position = 0, ParameterSetName = nameof(StudyDate), ValueFromPipelineByPropertyName = true)]
    public object[]? StudyDate { get; set; }

    /// <summary>The first day of the range, which is included: a single date in any form of -StudyDate.</summary>
    [Parameter(ParameterSetName = Between)]
    [ValidateNotNull]
    public object? After { get; set; }

    /// <summary>The last day of the range, which is included: a single date in any form of -StudyDate.</summary>
    [Parameter(ParameterSetName = Between)]
    [ValidateNotNull]
    public object? Before { get; set; }

    /// <summary>
    /// The number of days to go back from today. Without any date the last 30 days are searched, or all days if a UID, an accession number
    /// or a complete patient ID is given.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LastDays))]
    [ValidateRange(0, 36500)]
    public int LastDays { get; set; } = 30;

    /// <summary>Searches all days, without a StudyDate. Some PACS refuse such a query.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(AllDates))]
    public SwitchParameter AllDates { get; set; }

    /// <summary>
    /// When to divide a range of days that has more matches than the PACS sends: Auto if an answer is truncated or may be, Always into
    /// single days, or Never.
    /// </summary>
    [Parameter]
    public DateSplitting SplitByDate { get; set; }

    /// <summary>Patient IDs (0010,0020). Each needs one query. * and ? are wildcards.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? PatientId { get; set; }

    /// <summary>
    /// Patient's Name (0010,0010), Family^Given; * and ? are wildcards. An equals sign precedes the ideographic and the phonetic group of a
    /// name (PS3.5 6.2.1): '*=山田*' or '*=*=やまだ*'.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? PatientName { get; set; }

    /// <summary>Accession Numbers (0008,0050). Each needs one query.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? AccessionNumber { get; set; }

    /// <summary>Study Description (0008,1030); * and ? are wildcards.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? StudyDescription { get; set; }

    /// <summary>Study Instance UIDs (0020,000D), all in one query. If a row has a UID, its other columns are ignored.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? StudyInstanceUid { get; set; }

    /// <summary>
    /// Modalities, such as NM. Studies with at least one of them are found. Answers are checked, because many PACS ignore the key.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string[] Modality { get; set; } = [];

    /// <summary>Modalities, such as SR. Studies with any of them are left out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string[] ExcludeModality { get; set; } = [];

    /// <summary>
    /// Leaves ModalitiesInStudy empty if the PACS does not return it. By default the modalities are looked up from the series of the study,
    /// on a second association; for a row, on the first.
    /// </summary>
    [Parameter]
    public SwitchParameter NoModalityLookup { get; set; }

    /// <summary>The number of studies to look up at the same time, each on its own association; 1 by default.</summary>
    [Parameter]
    [ValidateRange(1, 16)]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>The most studies to return; 0 for no limit.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxStudies { get; set; }

    /// <summary>
    /// Returns one of several equal shares, so that several computers can divide the work: 3/16 is the third of 16. Auto takes the share
    /// from a task of a Slurm array, and Auto/16 from a pod of a Kubernetes Indexed Job. The share of a study depends on its UID alone.
    /// -MaxStudies counts the studies of all shares.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Shard { get; set; }

    /// <summary>
    /// The most queries for studies per input, which is a row or the whole call; 0 derives the number from the days that are searched,
    /// which is enough for a correct PACS. A warning at the end reports that the limit was reached. Look-ups of modalities do not count:
    /// there is one per study.
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
                InputObject, "-InputObject accepts pipeline input only.", "Pipe the row in: $row | Find-PacsStudy."));
        }

        _shard = this.ReadShard(Shard);
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
        // The row of the input; null if the parameters come from the command line alone.
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
            // The pipeline may have been stopped, or have all the studies it needs.
            search.StopAsync().GetAwaiter().GetResult();
        }
    }

    private void Write(SearchEvent next, PacsServer server)
    {
        switch (next)
        {
            case StudyFound found:
                if (_shard.Has(found.Study.StudyInstanceUid))
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
                    $"{server} may have more than the {divided.Count} studies that it sent for {divided.Part}. Its parts are queried.");
                break;
            case ModalityKeyIgnored:
                WriteVerbose($"{server} ignores the key ModalitiesInStudy. PacsNm filters its answers.");
                break;
        }
    }
}
