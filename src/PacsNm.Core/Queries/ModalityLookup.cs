using System.Collections.Concurrent;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Queries;

/// <summary>
/// Fills in Modalities in Study (0008,0061) where a PACS does not return it, from the series of the study. It asks on
/// associations of its own while the studies still come in; where the PACS allows none beside the first, the studies are
/// put off until that one is free.
/// </summary>
internal sealed class ModalityLookup(PacsServer server, int throttleLimit) : IDisposable
{
    /// <summary>Series that one study may have.</summary>
    private const int MaximumSeries = 100_000;

    private readonly SemaphoreSlim _permits = new(throttleLimit);
    private readonly ConcurrentBag<QuerySession> _idle = [];
    private readonly ConcurrentBag<QuerySession> _all = [];
    private readonly List<Dataset> _deferred = [];
    private int _lost;
    private volatile bool _isDeferring;

    /// <summary>How many studies may be looked up at a time.</summary>
    public int ThrottleLimit { get; } = throttleLimit;

    /// <summary>The studies that were put off, in order.</summary>
    public IReadOnlyList<Dataset> Deferred => _deferred;

    /// <summary>Whether a study lacks what is looked up.</summary>
    public static bool IsNeeded(Dataset study) =>
        study.GetString(Tags.ModalitiesInStudy) is null && Uid.IsValid(study.GetString(Tags.StudyInstanceUID));

    /// <summary>Completes a study on an association of the lookup's own.</summary>
    /// <returns>False if there is none to be had.</returns>
    public async Task<bool> TryCompleteAsync(Dataset study, CancellationToken cancellationToken)
    {
        while (!_isDeferring)
        {
            await _permits.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_isDeferring)
            {
                // Whoever else waits is let through to see it, too.
                _permits.Release();
                break;
            }

            if (!_idle.TryTake(out var session))
                _all.Add(session = new QuerySession(server, isPatient: false));
            try
            {
                await CompleteAsync(study, session, cancellationToken).ConfigureAwait(false);
                _idle.Add(session);
                _permits.Release();
                return true;
            }
            catch (DicomNetworkException exception) when (IsNoFurtherAssociation(exception))
            {
                // The PACS allows fewer than were wanted: the permit is not given back, and another one is waited for.
                if (Interlocked.Increment(ref _lost) == ThrottleLimit)
                {
                    _isDeferring = true;
                    _permits.Release();
                }
            }
        }

        return false;
    }

    /// <summary>Completes a study on a given association.</summary>
    public static async Task CompleteAsync(Dataset study, QuerySession session, CancellationToken cancellationToken)
    {
        try
        {
            var isPatientRoot = session.Server.InformationModel == InformationModel.PatientRoot;
            var identifier = new Identifier("SERIES", [Tags.SeriesInstanceUID, Tags.Modality])
                .Match(Tags.PatientID, isPatientRoot ? study.GetString(Tags.PatientID) : null)
                .Match(Tags.StudyInstanceUID, study.GetString(Tags.StudyInstanceUID));
            var series = await session
                .ListAsync(identifier.ToDataset(), Tags.SeriesInstanceUID, MaximumSeries, cancellationToken)
                .ConfigureAwait(false);
            var modalities = series.Select(one => one.GetString(Tags.Modality)).Where(modality => modality is not null);
            study.Set(Tags.ModalitiesInStudy, string.Join("\\", modalities.Distinct()));
        }
        catch (DimseFailureException)
        {
            // A PACS that does not answer at SERIES level: the modalities stay unknown.
        }
    }

    /// <summary>Puts a study off.</summary>
    public void Defer(Dataset study) => _deferred.Add(study);

    /// <summary>Releases the associations.</summary>
    public Task CloseAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_all.Select(session => session.CloseAsync(cancellationToken)));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var session in _all)
            session.Dispose();
        _permits.Dispose();
    }

    /// <summary>A PACS that has no more associations rejects one, or lets it wait.</summary>
    private static bool IsNoFurtherAssociation(DicomNetworkException exception) =>
        exception is AssociationRejectedException or PeerTimeoutException { Phase: NetworkPhase.Acse };
}
