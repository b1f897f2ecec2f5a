using PacsNm.Archive;
using PacsNm.Dicom.Network;

namespace PacsNm.Comparison;

/// <summary>One side of a comparison: a PACS, or an archive.</summary>
internal interface IStudySide : IDisposable
{
    /// <summary>Gives up the association until the next query, because a consumer may need it.</summary>
    void Release();

    /// <summary>Returns the studies of a day.</summary>
    /// <exception cref="DicomNetworkException">The PACS refused the query or could not be used.</exception>
    Task<DayOfStudies> OfDayAsync(DateTime day, CancellationToken cancellationToken);

    /// <summary>Returns one study; null if this side does not have it.</summary>
    /// <exception cref="DicomNetworkException">The PACS refused the query or could not be used.</exception>
    Task<ComparedStudy?> FindAsync(string studyInstanceUid, CancellationToken cancellationToken);

    /// <summary>Returns the series of a study with their numbers of instances; null for a number that is unknown.</summary>
    /// <exception cref="DicomNetworkException">The PACS refused the query or could not be used.</exception>
    Task<IReadOnlyDictionary<string, int?>> SeriesAsync(ComparedStudy study, CancellationToken cancellationToken);

    /// <summary>Returns the instances of a study.</summary>
    /// <exception cref="DicomNetworkException">The PACS refused a query or could not be used.</exception>
    /// <exception cref="IncompleteListException">The PACS did not list all instances.</exception>
    Task<IReadOnlyCollection<InstanceKey>> InstancesAsync(ComparedStudy study, CancellationToken cancellationToken);
}

/// <summary>The studies of a day.</summary>
/// <param name="Studies">The studies by UID.</param>
/// <param name="MayMiss">Whether there may be more, because the PACS truncated its answer.</param>
/// <param name="OfOtherDays">The number of studies of other days, which a PACS sends that ignores the date.</param>
internal sealed record DayOfStudies(IReadOnlyDictionary<string, ComparedStudy> Studies, bool MayMiss, int OfOtherDays = 0);

/// <summary>A PACS listed fewer instances than it counts, so nothing can be said about those that are not in the list.</summary>
internal sealed class IncompleteListException(int listed, int counted)
    : Exception($"the PACS counts {counted} instances and lists {listed}");
