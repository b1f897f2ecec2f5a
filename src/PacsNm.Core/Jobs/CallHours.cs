namespace PacsNm.Jobs;

/// <summary>When a call may use each PACS: in the hours of the call and of the server, and until the call ends.</summary>
/// <param name="hours">The hours of the call; null for all.</param>
/// <param name="stopAt">When the call ends; null if it has no end.</param>
/// <param name="clock">The clock and the time zone.</param>
internal sealed class CallHours(ActiveHours? hours, DateTimeOffset? stopAt, TimeProvider clock)
{
    private readonly Dictionary<string, WorkingTime> _times = [];

    /// <summary>Returns when the call may use a server.</summary>
    /// <exception cref="FormatException">The hours of the server cannot be read.</exception>
    public WorkingTime Of(PacsServer server)
    {
        if (_times.TryGetValue(server.ActiveHours, out var time))
            return time;
        ActiveHours?[] both = [hours, ActiveHours.ParseText(server.ActiveHours)];
        return _times[server.ActiveHours] = new WorkingTime([.. both.OfType<ActiveHours>()], stopAt, clock);
    }

    /// <summary>Ends what runs outside of the hours; see <see cref="WorkingTime.Check"/>.</summary>
    public void Check()
    {
        foreach (var time in _times.Values)
            time.Check();
    }
}
