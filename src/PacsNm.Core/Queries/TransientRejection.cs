using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>Waits for a PACS that has no free association at the moment.</summary>
internal static class TransientRejection
{
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    /// <summary>Tries again with growing pauses while the PACS rejects the association as transient (PS3.8 9.3.4).</summary>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        foreach (var pause in Pauses)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (AssociationRejectedException exception) when (exception.Reject is { IsTransient: true })
            {
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
        }

        return await attempt().ConfigureAwait(false);
    }
}
