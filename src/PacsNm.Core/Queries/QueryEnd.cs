using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>How a query ended.</summary>
/// <param name="Count">Matches that the PACS sent.</param>
/// <param name="Status">Its final status; null where it was not waited for.</param>
/// <param name="WasEnough">Whether the consumer wanted no more.</param>
/// <param name="Failure">The failure that the status is, if it is one.</param>
internal sealed record QueryEnd(int Count, DimseStatus? Status, bool WasEnough, DimseFailureException? Failure)
{
    /// <summary>
    /// Whether the PACS said that it did not send all: out of resources behind some matches, or a cancel that nobody asked for.
    /// Out of resources without a match is a refusal: asking for parts would repeat it thousands of times.
    /// </summary>
    public bool IsCut => !WasEnough && (Status == DimseStatus.Cancel || (Count > 0 && Status?.Code is >= 0xA700 and <= 0xA7FF));

    /// <summary>Whether the count is such as limits are: fifty, two hundred and fifty, a thousand.</summary>
    public bool LooksCut => !WasEnough && Count is > 0 and <= 10_000 && Count % 50 == 0;
}
