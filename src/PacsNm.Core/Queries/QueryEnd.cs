using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>How a query ended.</summary>
/// <param name="Count">The number of matches that the PACS sent.</param>
/// <param name="Status">The final status; null if the query was stopped before it.</param>
/// <param name="WasEnough">Whether the consumer stopped the query.</param>
/// <param name="Failure">The failure that the status reports; null if it reports none.</param>
internal sealed record QueryEnd(int Count, DimseStatus? Status, bool WasEnough, DimseFailureException? Failure)
{
    /// <summary>The largest round number that counts as a limit. A PACS does not use larger limits.</summary>
    private const int LargestLimit = 10_000;

    /// <summary>
    /// Whether the PACS sent some matches and reported that there are more: with out of resources (0xA7xx), or with a cancel that was not
    /// requested.
    /// </summary>
    public bool IsTruncated =>
        !WasEnough && Count > 0 && (Status == DimseStatus.Cancel || Status?.Code is >= 0xA700 and <= 0xA7FF);

    /// <summary>Whether the count is a typical limit, such as 50, 250 or 1,000.</summary>
    public bool MayBeTruncated => !WasEnough && Failure is null && Count is > 0 and <= LargestLimit && Count % 50 == 0;
}
