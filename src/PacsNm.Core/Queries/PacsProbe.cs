using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>Finds out with small queries what a PACS supports.</summary>
internal sealed class PacsProbe(PacsServer server, Func<DateTime> today) : IDisposable
{
    /// <summary>The matches to read before a query is cancelled.</summary>
    private const int Enough = 50;

    /// <summary>A modality that no study has, because PS3.3 C.7.3.1.1.1 does not list it.</summary>
    private const string NoModality = "ZZ";

    private readonly QuerySession _session = new(server);

    /// <summary>Sends the queries.</summary>
    /// <param name="tell">Called with one line before each query.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<PacsConnectionDetails> AskAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        var recent = DateRange.LastDays(30, today()).ToString();
        tell($"Asking for studies of the last 30 days, {Enough} at most.");
        var (studies, end) = await AskAsync(Studies().Match(Tags.StudyDate, recent), cancellationToken).ConfigureAwait(false);
        var study = studies.FirstOrDefault(one => Uid.IsValid(one.GetString(Tags.StudyInstanceUID)))?.GetString(Tags.StudyInstanceUID);
        tell($"Asking for studies of the last 30 days with the modality {NoModality}, which none has.");
        var (others, othersEnd) = await AskAsync(
            Studies().Match(Tags.StudyDate, recent).Match(Tags.ModalitiesInStudy, NoModality), cancellationToken).ConfigureAwait(false);
        tell("Asking for one study without a StudyDate.");
        var (_, undatedEnd) = await AskAsync(
            Studies().Match(Tags.StudyInstanceUID, study ?? "1.2.3"), cancellationToken).ConfigureAwait(false);
        return new PacsConnectionDetails
        {
            ReturnsModalitiesInStudy = studies.Count == 0 ? null : studies.Any(one => one.GetString(Tags.ModalitiesInStudy) is not null),
            HonorsModalitiesInStudy = othersEnd is not null ? null : others.Count > 0 ? false : studies.Count > 0 ? true : null,
            NeedsStudyDate = end is null || studies.Count > 0 ? undatedEnd?.Class == DimseStatusClass.Failure : null,
            MaximumMatches = end is not null && studies.Count > 0 ? studies.Count : null,
            AnswersImageLevel = study is null
                ? null
                : await AnswersImageLevelAsync(study, tell, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Releases the association.</summary>
    public void Close() => _session.Close();

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static Identifier Studies() => new("STUDY", [Tags.StudyInstanceUID, Tags.ModalitiesInStudy, Tags.StudyDate]);

    private async Task<bool> AnswersImageLevelAsync(string study, Action<string> tell, CancellationToken cancellationToken)
    {
        tell($"Asking for the series of study {study}, and for the instances of one.");
        var ofStudy = new Identifier("SERIES", [Tags.SeriesInstanceUID]).Match(Tags.StudyInstanceUID, study);
        var (series, _) = await AskAsync(ofStudy, cancellationToken).ConfigureAwait(false);
        if (series.Select(one => one.GetString(Tags.SeriesInstanceUID)).FirstOrDefault(Uid.IsValid) is not { } uid)
            return false;
        var ofSeries = new Identifier("IMAGE", [Tags.SOPInstanceUID])
            .Match(Tags.StudyInstanceUID, study)
            .Match(Tags.SeriesInstanceUID, uid);
        var (instances, _) = await AskAsync(ofSeries, cancellationToken).ConfigureAwait(false);
        return instances.Count > 0;
    }

    /// <summary>Reads the first matches of a query, and the final status that ended it; the status is null for success.</summary>
    private async Task<(List<Dataset> Matches, DimseStatus? End)> AskAsync(
        Identifier identifier,
        CancellationToken cancellationToken)
    {
        var matches = new List<Dataset>();
        var query = await _session.StartAsync(identifier.ToDataset(), cancellationToken).ConfigureAwait(false);
        try
        {
            while (await query.NextAsync(cancellationToken).ConfigureAwait(false) is { } match)
            {
                matches.Add(match);
                if (matches.Count == Enough)
                    break;
            }
        }
        catch (DimseFailureException failure)
        {
            return (matches, failure.Status);
        }

        var end = query.FinalStatus;
        if (end is null)
            await _session.CancelAsync(query).ConfigureAwait(false);
        return (matches, end == DimseStatus.Success ? null : end);
    }
}
