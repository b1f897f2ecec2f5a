using PacsNm.Archive;
using PacsNm.Dicom.Network;
using PacsNm.Queries;
using PacsNm.Retrieval;

namespace PacsNm.Jobs;

/// <summary>
/// One run of a share of a job: it takes the rows that are due, and records what becomes of each. The caller retrieves. Not thread-safe.
/// </summary>
internal sealed class JobRun : IDisposable
{
    private readonly StoredJob _job;
    private readonly TabFile? _outcomes;
    private readonly Shard _shard;
    private readonly ArchiveLayout _layout;
    private readonly SeriesSelection _selection;
    private readonly TimeProvider _clock;
    private readonly Dictionary<int, RowState> _states;
    private readonly List<JobRow> _rows;
    private readonly Queue<JobRow> _due = new();

    /// <summary>The row that retrieves a study.</summary>
    private readonly Dictionary<string, int> _retrievers = new(StringComparer.Ordinal);

    /// <summary>The row that retrieves a whole study.</summary>
    private readonly Dictionary<string, int> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Study, string? Series), Queue<(JobRow Row, RowOutcome Outcome)>> _underWay = [];
    private readonly SearchCall _call;
    private readonly DailySearch _days;
    private readonly RowSearch _search;

    private JobRun(StoredJob job, TabFile? outcomes, Shard shard, ArchiveLayout layout, Func<PacsSeries, bool>? filter, TimeProvider clock)
    {
        (_job, _outcomes, _shard, _layout, _clock) = (job, outcomes, shard, layout, clock);
        _selection = new SeriesSelection(job.Definition, filter);

        // A look-up costs a query per study, and only a daily search filters by modality.
        _call = new SearchCall(new SearchOptions { LooksUpModalities = job.Definition is { IsDaily: true, Modality.Length: > 0 } });
        _days = new DailySearch(job, _call, clock);
        _search = new RowSearch(
            _call, job.Definition.MaximumStudiesPerRow, match => _selection.IsNeededFor(match.Row) && IsWithinLimit(match));
        _states = job.ReadStates();
        (Columns, var rows) = job.ReadRows();
        _rows = [.. rows];
        foreach (var state in _states.Values.OrderBy(state => state.Row).Where(state => IsRetrieved(state) && state.Row <= _rows.Count))
            Own(_rows[state.Row - 1], state);
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads a share of a job that is only to be described. Nothing is written.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static JobRun Read(StoredJob job, Shard shard) =>
        new(job, outcomes: null, shard, ArchiveLayout.Parse(ArchiveLayout.Tree), filter: null, TimeProvider.System);

    /// <summary>Opens a share of a job. No other run can open it meanwhile.</summary>
    /// <param name="job">The job.</param>
    /// <param name="shard">The share.</param>
    /// <param name="layout">The layout of the archive.</param>
    /// <param name="filter">A condition for series; null for none.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="IOException">
    /// Another run has it open, or one that divides the job into another number of shares, or a file cannot be read or written.
    /// </exception>
    public static JobRun Open(StoredJob job, Shard shard, ArchiveLayout layout, Func<PacsSeries, bool>? filter, TimeProvider clock)
    {
        var outcomes = job.OpenOutcomes(shard);
        try
        {
            return new JobRun(job, outcomes, shard, layout, filter, clock);
        }
        catch
        {
            outcomes.Dispose();
            throw;
        }
    }

    /// <summary>What the searches may have missed; null if nothing.</summary>
    public string? Warning => _call.Shortfalls.Text;

    /// <summary>Whether the search for new studies may have missed some.</summary>
    public bool HasMissed => _job.Definition.IsDaily && _call.Shortfalls.Missed > 0;

    /// <summary>The cells of a row.</summary>
    public IReadOnlyList<string> CellsOf(int row) => _rows[row - 1].Cells;

    /// <summary>The layout of the row that a study belongs to; null if no row is known.</summary>
    public ArchiveLayout? LayoutOf(string studyInstanceUid) =>
        _retrievers.TryGetValue(studyInstanceUid, out var row) ? _layout.ForRow(_rows[row - 1].Cells) : null;

    /// <summary>Reads the rows that are due.</summary>
    /// <param name="isAtOnce">Whether rows that did not succeed are tried without a wait.</param>
    public void ReadDueRows(bool isAtOnce)
    {
        var now = _clock.GetUtcNow();

        // Rows of the same day come together, so that one query can bring their studies.
        var due = _rows
            .Where(row => row.Problem is null && _shard.Has(row.Number) && RetryRule.IsDue(StateOf(row), isAtOnce, now))
            .OrderBy(row => StateOf(row)?.Outcome == JobOutcome.Postponed).ThenBy(row => row.Day).ThenBy(row => row.Number);
        foreach (var row in due)
            _due.Enqueue(row);
    }

    /// <summary>Whether rows are left that were not taken.</summary>
    public bool HasDueRows => _due.Count > 0;

    /// <summary>Describes what the run will do.</summary>
    public string Describe() => _job.Definition.IsDaily
        ? $"the new studies since {_days.FirstDay:yyyy-MM-dd}, and {_due.Count} known ones"
        : $"{_due.Count} of {_rows.Count} rows, with about {RowSearch.EstimateQueries([.. _due])} queries for studies";

    /// <summary>Takes the next rows.</summary>
    public IReadOnlyList<JobRow> TakeRows(int count)
    {
        var rows = new List<JobRow>();
        while (rows.Count < count && _due.Count > 0)
            rows.Add(_due.Dequeue());
        return rows;
    }

    /// <summary>Puts the row of a study back that could not be requested.</summary>
    public void PutBack(StudyToSave study)
    {
        var (row, outcome) = _underWay[KeyOf(study)].Dequeue();
        if (outcome.IsGivenUp)
            return;
        outcome.IsGivenUp = true;
        _due.Enqueue(row);
    }

    /// <summary>
    /// Finds the studies of rows, and their series if only some of them are wanted. Rows that could not be asked for are put back.
    /// </summary>
    public async Task<RowMatches> FindAsync(
        IReadOnlyList<JobRow> rows,
        PacsServer server,
        AssociationPlace place,
        Func<bool> isOpen,
        CancellationToken cancellationToken)
    {
        using var session = new QuerySession(server, place: place);
        var found = await _search.RunAsync(rows, session, isOpen, cancellationToken).ConfigureAwait(false);

        // The retrieval goes on with the association.
        session.Close();
        foreach (var row in found.Rest)
            _due.Enqueue(row);
        return found;
    }

    /// <summary>Finds the studies of the days that were not searched yet and of the last days, and adds rows for new ones.</summary>
    /// <returns>Whether all days were searched. The end of the hours ends the search.</returns>
    /// <exception cref="DicomNetworkException">The PACS cannot be used.</exception>
    public async Task<bool> FindNewStudiesAsync(
        PacsServer server,
        AssociationPlace place,
        Func<bool> isOpen,
        CancellationToken cancellationToken)
    {
        using var session = new QuerySession(server, place: place);
        using var file = TabFile.Append(_job.RowsPath);
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in _rows)
            known[row.StudyInstanceUid] = row.Number;
        var isDone = await _days.RunAsync(session, isOpen, study => Take(study, known, file), cancellationToken).ConfigureAwait(false);
        session.Close();
        return isDone;
    }

    /// <summary>Begins the retrieval of a row.</summary>
    /// <param name="match">What the PACS has for the row.</param>
    /// <param name="server">The PACS.</param>
    /// <param name="items">What to retrieve.</param>
    /// <returns>The state of a row with nothing to retrieve; null if there is something.</returns>
    public RowState? Begin(RowMatch match, PacsServer server, out IReadOnlyList<StudyToSave> items)
    {
        items = [];
        var (row, studies) = (match.Row, match.Studies);
        var counts = studies.Select(study => study.NumberOfStudyRelatedInstances).ToArray();
        var begun = new RowState
        {
            Row = row.Number,
            Time = _clock.GetUtcNow(),
            Attempts = StateOf(row)?.Attempts ?? 0,
            Studies = [.. studies.Select(study => study.StudyInstanceUid.Replace(' ', '_'))],
            Counted = counts.Contains(null) ? null : counts.Sum(),
        };
        if (match.Failure is { } failure)
            return Record(Concluded(begun, JobOutcome.Failed, failure.Message));
        if (studies.Count == 0)
            return Record(Concluded(begun, JobOutcome.NotFound, "The PACS has no study that matches the row."));
        if (!IsWithinLimit(match))
        {
            var number = $"{(studies.Count < RowSearch.MaximumNamed ? "" : "At least ")}{studies.Count}";
            return Record(Concluded(begun, JobOutcome.Ambiguous,
                $"{number} studies match the row, and the job allows {_job.Definition.MaximumStudiesPerRow}."));
        }

        var owners = studies.Select(study => OwnerOf(study.StudyInstanceUid, row)).ToArray();
        if (!owners.Contains(0))
            return Record(Concluded(begun, JobOutcome.Duplicate, $"It finds the same study as row {owners[0]}."));
        IReadOnlyList<StudyToSave> wanted;
        string selection;
        try
        {
            (wanted, selection) = _selection.Select(match, server);
        }
        catch (SeriesFilterException exception)
        {
            return Record(Concluded(begun, JobOutcome.Failed, exception.Message));
        }

        if (wanted.Count == 0)
        {
            // A PACS may list no series of a study that it has elsewhere. Only series that are not selected are final.
            var state = Concluded(begun, JobOutcome.Empty, selection);
            return Record(match.Series.Count > 0 ? state with { NotBefore = null } : state);
        }

        Own(row, begun);
        var isNearline = wanted.Any(item => item.Availability == InstanceAvailability.NEARLINE);
        Record(isNearline
            ? Concluded(begun, JobOutcome.Postponed, "The PACS has it NEARLINE, so it is retrieved after the others.")
            : begun);
        var outcome = new RowOutcome(begun, wanted.Count, selection);
        foreach (var item in wanted)
        {
            if (!_underWay.TryGetValue(KeyOf(item), out var waiting))
                _underWay[KeyOf(item)] = waiting = new();
            waiting.Enqueue((row, outcome));
        }

        items = wanted;
        return null;
    }

    /// <summary>Adds a result to its row.</summary>
    /// <param name="outcome">The result.</param>
    /// <param name="isOver">Whether no request may be sent now. A row that is not complete then is retrieved by the next run.</param>
    /// <param name="isCut">Whether the limit of instances is reached, so that nobody knows whether the row is complete.</param>
    /// <returns>The state of the row; null if it is not finished.</returns>
    public RowState? Add(RetrievalOutcome outcome, bool isOver, bool isCut = false)
    {
        var (_, row) = _underWay[KeyOf(outcome.Study)].Dequeue();
        row.Add(outcome.Result);
        if (!row.IsFinished || row.IsGivenUp)
            return null;
        var state = row.ToState(_clock.GetUtcNow());
        return Record(isCut || (isOver && state.Outcome != JobOutcome.Complete)
            ? state with { Outcome = JobOutcome.Postponed, Attempts = row.Begun.Attempts, NotBefore = null }
            : state);
    }

    /// <inheritdoc/>
    public void Dispose() => _outcomes?.Dispose();

    private static (string, string?) KeyOf(StudyToSave item) => (item.StudyInstanceUid, item.SeriesInstanceUid);

    private bool IsWithinLimit(RowMatch match) => match.Studies.Count <= _job.Definition.MaximumStudiesPerRow;

    private RowState? StateOf(JobRow row) => _states.TryGetValue(row.Number, out var state) ? state : null;

    /// <summary>Adds a row for a study that is new, or reopens the row of one that has grown.</summary>
    private void Take(PacsStudy study, Dictionary<string, int> known, TabFile file)
    {
        if (known.TryGetValue(study.StudyInstanceUid, out var number))
        {
            if (_states.TryGetValue(number, out var state)
                && state is { Outcome: JobOutcome.Complete } or { Outcome: JobOutcome.Empty, NotBefore: null }
                && study.NumberOfStudyRelatedInstances is { } count && count != state.Counted)
            {
                Record(state with { Outcome = JobOutcome.Pending, Time = _clock.GetUtcNow(), Attempts = 0, NotBefore = null });
                if (!_due.Contains(_rows[number - 1]))
                    _due.Enqueue(_rows[number - 1]);
            }

            return;
        }

        string[] cells = [study.StudyInstanceUid, study.StudyDate is { } day ? new DateRange(day, day).ToString() : ""];
        file.Write(cells);
        var columns = new Dictionary<JobColumn, int> { [JobColumn.StudyInstanceUid] = 0, [JobColumn.StudyDate] = 1 };
        var row = JobRow.Read(_rows.Count + 1, cells, columns).AsFound();
        known[study.StudyInstanceUid] = row.Number;
        _rows.Add(row);
        _due.Enqueue(row);
    }

    private RowState Concluded(RowState begun, JobOutcome outcome, string reason)
    {
        var attempts = begun.Attempts + (outcome == JobOutcome.Postponed ? 0 : 1);
        return begun with
        {
            Outcome = outcome,
            Attempts = attempts,
            NotBefore = RetryRule.NotBefore(outcome, attempts, begun.Time),
            Reason = reason,
        };
    }

    private RowState Record(RowState state)
    {
        _outcomes!.Write(state.ToCells());
        _states[state.Row] = state;
        return state;
    }

    /// <summary>Whether the studies of a row are retrieved, or were.</summary>
    private static bool IsRetrieved(RowState state) => state.Outcome is JobOutcome.Pending or JobOutcome.Postponed
        or JobOutcome.Complete or JobOutcome.Partial or JobOutcome.Unavailable;

    private void Own(JobRow row, RowState state)
    {
        foreach (var study in state.Studies)
        {
            if (!_retrievers.ContainsKey(study))
                _retrievers[study] = row.Number;
            if (!_selection.IsNeededFor(row) && !_owners.ContainsKey(study))
                _owners[study] = row.Number;
        }
    }

    /// <summary>The other row that retrieves a whole study; 0 if there is none.</summary>
    private int OwnerOf(string studyInstanceUid, JobRow row) =>
        _owners.TryGetValue(studyInstanceUid, out var owner) && owner != row.Number ? owner : 0;
}
