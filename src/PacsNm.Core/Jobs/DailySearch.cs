using PacsNm.Queries;

namespace PacsNm.Jobs;

/// <summary>
/// The search of a job without a list: the last days, and all days since the last one that was searched. Each day is recorded when it was
/// searched completely.
/// </summary>
/// <param name="job">The job.</param>
/// <param name="call">What the searches of the call share.</param>
/// <param name="clock">The clock and the time zone.</param>
internal sealed class DailySearch(StoredJob job, SearchCall call, TimeProvider clock)
{
    private string DaysPath => Path.Combine(job.Folder, "days.tsv");

    private DateTime Today => clock.GetLocalNow().Date;

    /// <summary>
    /// The first day to search: the last days before the last day that was searched, or before the job was made. That day was not over,
    /// and studies may have arrived late.
    /// </summary>
    public DateTime FirstDay
    {
        get
        {
            var seen = TabFile.Read(DaysPath).Select(cells => DayText.Parse(cells[0])).Max();
            var last = seen ?? TimeZoneInfo.ConvertTime(job.Definition.CreatedAt, clock.LocalTimeZone).Date;
            return (last < Today ? last : Today).AddDays(-job.Definition.LastDays);
        }
    }

    /// <summary>Searches the days in order.</summary>
    /// <param name="peer">The PACS.</param>
    /// <param name="isOpen">Whether another query may be sent.</param>
    /// <param name="take">Receives each study.</param>
    /// <param name="cancellationToken">Cancels the waits.</param>
    /// <returns>Whether all days were searched. The end of the hours ends the search.</returns>
    /// <exception cref="Dicom.Network.DicomNetworkException">The PACS cannot be used.</exception>
    public async Task<bool> RunAsync(IQueryPeer peer, Func<bool> isOpen, Action<PacsStudy> take, CancellationToken cancellationToken)
    {
        using var days = TabFile.Append(DaysPath);
        var today = Today;
        for (var day = FirstDay; day <= today; day = day.AddDays(1))
        {
            if (!isOpen())
                return false;
            var keys = new StudyKeys { IsRow = true, Dates = new DateRange(day, day), Modalities = job.Definition.Modality ?? [] };
            var missed = call.Shortfalls.Missed;
            foreach (var study in await RowSearch.AskAsync(keys, peer, call, cancellationToken).ConfigureAwait(false))
                take(study);

            // A day that may have more studies is searched again.
            if (call.Shortfalls.Missed == missed)
                days.Write(new DateRange(day, day).ToString());
        }

        return true;
    }
}
