using System.Collections.Concurrent;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Retrieval;

namespace PacsNm.Queries;

/// <summary>
/// Fills in Modalities in Study (0008,0061) where a PACS does not return it, from the series of the study. It asks on
/// associations of its own while the studies still come in; where the PACS allows none beside the first, the studies are
/// put off until that one is free.
/// </summary>
/// <param name="peer">The PACS, on the association that the studies come from.</param>
/// <param name="throttleLimit">Look-ups at a time.</param>
/// <param name="knowledge">What earlier look-ups have shown.</param>
internal sealed class ModalityLookup(IQueryPeer peer, int throttleLimit, ModalityKnowledge knowledge) : IDisposable
{
    /// <summary>Series that one study may have.</summary>
    private const int MaximumSeries = 100_000;

    private readonly AssociationThrottle _throttle = new(throttleLimit);
    private readonly ConcurrentBag<IQueryPeer> _idle = [];
    private readonly ConcurrentBag<IQueryPeer> _all = [];

    /// <summary>Whether a study lacks what is looked up.</summary>
    public static bool IsNeeded(Dataset study) =>
        study.GetString(Tags.ModalitiesInStudy) is null && Uid.IsValid(study.GetString(Tags.StudyInstanceUID));

    /// <summary>Completes a study on an association of the lookup's own.</summary>
    /// <returns>False if there is none, and the study is to be completed later.</returns>
    public Task<bool> TryCompleteAsync(Dataset study, CancellationToken cancellationToken) =>
        TryCompleteFromKnowledge(study)
            ? Task.FromResult(true)
            : _throttle.TryRunAsync(() => CompleteBesideAsync(study, cancellationToken), cancellationToken);

    /// <summary>Completes a study on the association that the studies came from, which must be free.</summary>
    public Task CompleteAsync(Dataset study, CancellationToken cancellationToken) => CompleteAsync(study, peer, cancellationToken);

    /// <summary>Releases the associations.</summary>
    public Task CloseAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_all.Select(other => other.CloseAsync(cancellationToken)));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var other in _all)
            other.Dispose();
        _throttle.Dispose();
    }

    private async Task CompleteBesideAsync(Dataset study, CancellationToken cancellationToken)
    {
        if (!_idle.TryTake(out var other))
            _all.Add(other = peer.Another());
        await CompleteAsync(study, other, cancellationToken).ConfigureAwait(false);
        _idle.Add(other);
    }

    private async Task CompleteAsync(Dataset study, IQueryPeer asked, CancellationToken cancellationToken)
    {
        if (TryCompleteFromKnowledge(study))
            return;
        try
        {
            var isPatientRoot = asked.Server.InformationModel == InformationModel.PatientRoot;
            var uid = study.GetString(Tags.StudyInstanceUID)!;
            var identifier = new Identifier("SERIES", [Tags.SeriesInstanceUID, Tags.Modality])
                .Match(Tags.PatientID, isPatientRoot ? study.GetString(Tags.PatientID) : null)
                .Match(Tags.StudyInstanceUID, uid);
            var series = await asked
                .ListAsync(identifier.ToDataset(), Tags.SeriesInstanceUID, MaximumSeries, cancellationToken)
                .ConfigureAwait(false);
            var found = series.Select(one => one.GetString(Tags.Modality)).Where(modality => modality is not null);
            var modalities = string.Join("\\", found.Distinct());
            knowledge.Add(uid, modalities);
            study.Set(Tags.ModalitiesInStudy, modalities);
        }
        catch (DimseFailureException)
        {
            knowledge.AddRefusal();
        }
    }

    /// <summary>Completes a study without a query, also where a query would be refused.</summary>
    private bool TryCompleteFromKnowledge(Dataset study)
    {
        if (study.GetString(Tags.StudyInstanceUID) is { } uid && knowledge.Find(uid) is { } known)
            study.Set(Tags.ModalitiesInStudy, known);
        else if (!knowledge.IsRefused)
            return false;
        return true;
    }
}
