using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>
/// Fills in Modalities in Study (0008,0061) where a PACS does not return it, from the series of the study. It asks on an
/// association of its own while the studies still come in; where the PACS allows one association alone, the studies are
/// put off until that one is free.
/// </summary>
internal sealed class ModalityLookup(PacsServer server) : IDisposable
{
    /// <summary>Series that one study may have.</summary>
    private const int MaximumSeries = 100_000;

    private readonly QuerySession _own = new(server);
    private readonly List<Dataset> _deferred = [];
    private bool _isDeferring;
    private QuerySession? _freed;

    /// <summary>Completes a study.</summary>
    /// <returns>False if it has been put off.</returns>
    public async Task<bool> TryCompleteAsync(Dataset study, CancellationToken cancellationToken)
    {
        if (study.GetString(Tags.ModalitiesInStudy) is not null
            || study.GetString(Tags.StudyInstanceUID) is not { } uid)
        {
            return true;
        }

        if (_isDeferring)
        {
            _deferred.Add(study);
            return false;
        }

        try
        {
            var identifier = new Identifier("SERIES", [Tags.SeriesInstanceUID, Tags.Modality]).Match(Tags.StudyInstanceUID, uid);
            var series = await (_freed ?? _own)
                .ListAsync(identifier.ToDataset(), MaximumSeries, cancellationToken)
                .ConfigureAwait(false);
            var modalities = series.Select(one => one.GetString(Tags.Modality)).Where(modality => modality is not null).Distinct();
            study.Set(Tags.ModalitiesInStudy, string.Join("\\", modalities));
            return true;
        }
        catch (DicomNetworkException exception) when (_freed is null && IsNoSecondAssociation(exception))
        {
            _isDeferring = true;
            _deferred.Add(study);
            return false;
        }
        catch (DimseFailureException)
        {
            // A PACS that does not answer at SERIES level: the modalities stay unknown.
            return true;
        }
    }

    /// <summary>The studies that were put off, to be completed now.</summary>
    /// <param name="freed">The association that the studies came on.</param>
    public IReadOnlyList<Dataset> TakeDeferred(QuerySession freed)
    {
        _isDeferring = false;
        _freed = freed;
        return _deferred;
    }

    /// <summary>Releases the association.</summary>
    public Task CloseAsync(CancellationToken cancellationToken) => _own.CloseAsync(cancellationToken);

    /// <summary>A PACS that has one association at a time rejects the second, or lets it wait.</summary>
    private static bool IsNoSecondAssociation(DicomNetworkException exception) =>
        exception is AssociationRejectedException or PeerTimeoutException { Phase: NetworkPhase.Acse };

    /// <inheritdoc/>
    public void Dispose() => _own.Dispose();
}
