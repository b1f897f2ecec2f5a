using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>
/// Servers that proved out of reach in this call. Hundreds of inputs do not wait hundreds of times for one of them, nor knock
/// at its door as often.
/// </summary>
internal sealed class FailedServers
{
    /// <summary>Failures one after the other, each on an association of its own, before a server is given up.</summary>
    private const int MaximumFailures = 3;

    private readonly Dictionary<PacsServer, (int Failures, DicomNetworkException Last)> _failures = [];

    /// <summary>Why a server is not asked again; null if it may be.</summary>
    public DicomNetworkException? ReasonOf(PacsServer server) =>
        _failures.TryGetValue(server, out var known) && known.Failures >= MaximumFailures ? known.Last : null;

    /// <summary>Takes note of a failure.</summary>
    public void Add(PacsServer server, DicomNetworkException exception)
    {
        _failures.TryGetValue(server, out var known);
        _failures[server] = (exception switch
        {
            // It answered: the next query may please it.
            DimseFailureException => 0,

            // There is no association to be had, and the next wait would be as long.
            PeerUnreachableException or AssociationRejectedException { Reject: not { IsTransient: true } } => MaximumFailures,
            PeerTimeoutException { Phase: not NetworkPhase.Dimse } => MaximumFailures,
            _ => known.Failures + 1,
        }, exception);
    }

    /// <summary>Takes note of an answer.</summary>
    public void Forget(PacsServer server) => _failures.Remove(server);
}
