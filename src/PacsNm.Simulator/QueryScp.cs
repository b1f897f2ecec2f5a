using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Simulator;

/// <summary>C-FIND as SCP (PS3.4 C.4.1.3).</summary>
internal sealed class QueryScp(IStudyArchive archive, Quirks quirks, LoadCurve load, string aeTitle)
{
    /// <summary>The attributes that each quirk omits from matches and ignores as keys.</summary>
    private static readonly Dictionary<Tag, QuirkName> Omissions = new()
    {
        [Tags.ModalitiesInStudy] = QuirkName.OmitModalitiesInStudy,
        [Tags.NumberOfStudyRelatedInstances] = QuirkName.NoSeriesCount,
        [Tags.NumberOfSeriesRelatedInstances] = QuirkName.NoSeriesCount,
        [Tags.SOPClassUID] = QuirkName.NoSopClassAtImageLevel,
    };

    /// <summary>Answers one C-FIND.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="highest">The highest level of its information model.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    public async Task AnswerAsync(Operation operation, QueryLevel highest, CancellationToken cancellationToken)
    {
        await load.ServeQueryAsync(cancellationToken).ConfigureAwait(false);
        var identifier = operation.ReadIdentifier();
        var final = DimseStatus.IdentifierDoesNotMatchSopClass;
        if (QueryKeys.Parse(identifier.GetString(Tags.QueryRetrieveLevel)) is { } level && level >= highest)
        {
            final = Refusal(identifier, level)
                ?? await SendMatchesAsync(operation, identifier, level, cancellationToken).ConfigureAwait(false);
        }

        await operation.RespondAsync(final, null, null, cancellationToken).ConfigureAwait(false);
    }

    private DimseStatus? Refusal(Dataset identifier, QueryLevel level)
    {
        if (quirks.Has(QuirkName.RefuseAll))
            return DimseStatus.OutOfResources;
        var isRelational = level == QueryLevel.Image && identifier.GetString(Tags.SeriesInstanceUID) is null;
        if ((level == QueryLevel.Image && quirks.Has(QuirkName.RefuseImageLevel))
            || (isRelational && quirks.Has(QuirkName.NoRelationalQueries)))
            return DimseStatus.IdentifierDoesNotMatchSopClass;
        return level == QueryLevel.Study && quirks.Has(QuirkName.RequireStudyDate) && identifier.GetString(Tags.StudyDate) is null
            ? DimseStatus.UnableToProcess
            : null;
    }

    /// <summary>Sends the matches.</summary>
    /// <returns>The final status.</returns>
    private async Task<DimseStatus> SendMatchesAsync(
        Operation operation,
        Dataset identifier,
        QueryLevel level,
        CancellationToken cancellationToken)
    {
        var keys = new Dataset().With(identifier.Where(key => !IsIgnored(key.Tag)));
        var matching = new Matching(keys, tag => QueryKeys.IsSupported(tag, level));
        var cap = quirks.Find(QuirkName.CapResults);
        var sent = 0;

        // An unsupported optional key is ignored, and the status of the match reports it (PS3.4 C.2.2.1.3, C.4.1.1.4).
        var isAllSupported = identifier.All(key => IsNoKey(key.Tag) || QueryKeys.IsSupported(key.Tag, level));
        var pending = isAllSupported ? DimseStatus.Pending : DimseStatus.PendingWithWarning;
        foreach (var candidate in Candidates(keys, level))
        {
            if (await operation.IsCancelledAsync(cancellationToken).ConfigureAwait(false))
                return DimseStatus.Cancel;
            if (!matching.Matches(candidate))
                continue;
            if (sent++ == cap?.Value)
                return cap.HasSuffix ? DimseStatus.OutOfResources : DimseStatus.Success;
            await operation.RespondAsync(pending, Answer(identifier, candidate, level), null, cancellationToken).ConfigureAwait(false);
        }

        return DimseStatus.Success;
    }

    private bool IsIgnored(Tag key) =>
        IsOmitted(key)
        || (key == Tags.ModalitiesInStudy && quirks.Has(QuirkName.IgnoreModality))
        || (key == Tags.StudyDate && quirks.Has(QuirkName.IgnoreStudyDate));

    private bool IsOmitted(Tag key) =>
        Omissions.TryGetValue(key, out var quirk) && quirks.Has(quirk);

    /// <summary>Whether an element of an identifier is not a key.</summary>
    private static bool IsNoKey(Tag tag) =>
        tag == Tags.SpecificCharacterSet || tag == Tags.QueryRetrieveLevel || tag.Element == 0;

    private IEnumerable<Dataset> Candidates(Dataset identifier, QueryLevel level)
    {
        var studies = archive.Find(identifier);
        return level switch
        {
            QueryLevel.Patient => Patients(studies),
            QueryLevel.Study => studies.Select(study => study.Attributes),
            QueryLevel.Series =>
                from study in studies
                from series in study.Series
                select new Dataset().With(study.Attributes).With(series.Attributes),
            _ =>
                from study in studies
                from series in study.Series
                from instance in series.Instances
                select new Dataset().With(study.Attributes).With(series.Attributes).With(instance.Attributes),
        };
    }

    private static IEnumerable<Dataset> Patients(IEnumerable<SimulatedStudy> studies)
    {
        var seen = new HashSet<string?>();
        return studies.Select(study => study.Attributes).Where(attributes => seen.Add(attributes.GetString(Tags.PatientID)));
    }

    /// <summary>The requested keys with the values of the candidate (PS3.4 C.4.1.1.3.2).</summary>
    private Dataset Answer(Dataset identifier, Dataset candidate, QueryLevel level)
    {
        var answer = new Dataset();
        if (candidate.TryGetElement(Tags.SpecificCharacterSet, out var characterSet))
            answer.Set(characterSet);
        foreach (var key in identifier)
        {
            if (IsNoKey(key.Tag) || IsOmitted(key.Tag))
                continue;
            if (QueryKeys.IsSupported(key.Tag, level) && candidate.TryGetElement(key.Tag, out var element))
                answer.Set(element);
            else if (key.Items is not null)
                answer.SetItems(key.Tag);
            else
                answer.Set(key.Tag, key.VR, default);
        }

        answer.Set(Tags.QueryRetrieveLevel, identifier.GetString(Tags.QueryRetrieveLevel) ?? "");
        if (identifier.Contains(Tags.RetrieveAETitle))
            answer.Set(Tags.RetrieveAETitle, aeTitle);
        if (quirks.Has(QuirkName.WrongCharset))
            answer.Set(Tags.SpecificCharacterSet, "ISO_IR 100");
        if (quirks.Has(QuirkName.LyingCounters) && answer.GetInt32(Tags.NumberOfStudyRelatedInstances) is { } count)
            answer.Set(Tags.NumberOfStudyRelatedInstances, $"{count + 1}");
        return answer;
    }
}
