using System.Collections.Concurrent;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Queries;

/// <summary>
/// Fills in Modalities in Study (0008,0061) from the series of a study if the PACS does not return it. It uses associations of its own
/// while studies still arrive. If the PACS allows no second association, the look-ups wait until the first one is free.
/// </summary>
/// <param name="peer">The PACS, on the association that the studies come from.</param>
/// <param name="throttleLimit">The most look-ups at a time.</param>
/// <param name="knowledge">What earlier look-ups have shown.</param>
internal sealed class ModalityLookup(IQueryPeer peer, int throttleLimit, ModalityKnowledge knowledge) : IDisposable
{
    /// <summary>The most series of one study to accept.</summary>
    private const int MaximumSeries = 100_000;

    private readonly AssociationThrottle _throttle = new(throttleLimit);
    private readonly ConcurrentBag<IQueryPeer> _idle = [];
    private readonly ConcurrentBag<IQueryPeer> _all = [];

    /// <summary>Whether a study lacks its modalities and can be looked up.</summary>
    public static bool IsNeeded(Dataset study) =>
        study.GetString(Tags.ModalitiesInStudy) is null && Uid.IsValid(study.GetString(Tags.StudyInstanceUID));

    /// <summary>Completes a study on one of the associations of the look-ups.</summary>
    /// <returns>False if the PACS does not allow one. The study must then be completed later.</returns>
    public Task<bool> TryCompleteAsync(Dataset study, CancellationToken cancellationToken) =>
        TryCompleteFromKnowledge(study)
            ? Task.FromResult(true)
            : _throttle.TryRunAsync(() => CompleteBesideAsync(study, cancellationToken), cancellationToken);

    /// <summary>Completes a study on the association that the studies came from. That association must be free.</summary>
    public Task CompleteAsync(Dataset study, CancellationToken cancellationToken) => CompleteAsync(study, peer, cancellationToken);

    /// <summary>Releases the associations of the look-ups.</summary>
    public void Close()
    {
        foreach (var other in _all)
            other.Close();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var other in _all)
            other.Dispose();
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

    /// <summary>Completes a study without a query if that is possible.</summary>
    private bool TryCompleteFromKnowledge(Dataset study)
    {
        if (study.GetString(Tags.StudyInstanceUID) is { } uid && knowledge.Find(uid) is { } known)
            study.Set(Tags.ModalitiesInStudy, known);
        else if (!knowledge.IsRefused)
            return false;
        return true;
    }
}
