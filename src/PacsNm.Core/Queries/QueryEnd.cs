using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>How a query ended.</summary>
/// <param name="Count">Matches that the PACS sent.</param>
/// <param name="Status">Its final status; null where it was not waited for.</param>
/// <param name="WasEnough">Whether the consumer wanted no more.</param>
/// <param name="Failure">The failure that the status is, if it is one.</param>
internal sealed record QueryEnd(int Count, DimseStatus? Status, bool WasEnough, DimseFailureException? Failure)
{
    /// <summary>The largest round number that is taken for a limit. Nobody limits answers at more.</summary>
    private const int LargestLimit = 10_000;

    /// <summary>
    /// Whether the PACS sent some matches and said by its status that there are more: out of resources (0xA7xx), or a
    /// cancel that nobody asked for.
    /// </summary>
    public bool IsTruncated =>
        !WasEnough && Count > 0 && (Status == DimseStatus.Cancel || Status?.Code is >= 0xA700 and <= 0xA7FF);

    /// <summary>Whether the count is such as limits are: 50, 250, 1,000.</summary>
    public bool MayBeTruncated => !WasEnough && Failure is null && Count is > 0 and <= LargestLimit && Count % 50 == 0;
}
