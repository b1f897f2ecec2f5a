using System.Collections.Concurrent;
using System.Diagnostics;
using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>
/// The associations of a call, at most one per place of its throttle. Work takes a place, and finds there the association that the work
/// before it left open. An association that is idle is released, so that a PACS with few associations has it back.
/// </summary>
internal sealed class AssociationPool : IDisposable
{
    /// <summary>How long an association may be idle.</summary>
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<PacsServer, PacsTraits> _traits = new();
    private readonly List<(AssociationPlace Place, Stopwatch Idle)> _free = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CongestionControl? _control;
    private readonly Timer _timer;

    /// <param name="maximum">The most associations at a time.</param>
    /// <param name="isAuto">Whether their number follows how fast the PACS responds.</param>
    public AssociationPool(int maximum, bool isAuto = false)
    {
        _control = isAuto ? new CongestionControl(maximum) : null;
        Throttle = new AssociationThrottle(_control?.Limit ?? maximum, limit => _control?.LowerMaximum(limit));
        _timer = new Timer(_ => ReleaseIdle(IdleLimit), null, IdleLimit, IdleLimit);
    }

    /// <summary>Limits the associations.</summary>
    public AssociationThrottle Throttle { get; }

    /// <summary>The most associations that a study may come to have.</summary>
    public int Maximum => _control?.Maximum ?? Throttle.Limit;

    /// <summary>Returns what the call knows of a PACS.</summary>
    public PacsTraits TraitsOf(PacsServer server) => _traits.GetOrAdd(server, static _ => new PacsTraits());

    /// <summary>Runs work when a place is free. Waits while the PACS rejects its association for a temporary reason.</summary>
    public Task<T> RunAsync<T>(PacsServer server, Func<AssociationPlace, Task<T>> work, CancellationToken cancellationToken) =>
        Throttle.RunAsync(() => InPlaceAsync(server, work), cancellationToken);

    /// <summary>The same, without a wait for the PACS. For work that needs no association of its own.</summary>
    public Task<T> RunOnceAsync<T>(PacsServer server, Func<AssociationPlace, Task<T>> work, CancellationToken cancellationToken) =>
        Throttle.RunOnceAsync(() => InPlaceAsync(server, work), cancellationToken);

    /// <summary>Releases all associations. Does not wait for the PACS.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        ReleaseIdle(TimeSpan.Zero);
    }

    private async Task<T> InPlaceAsync<T>(PacsServer server, Func<AssociationPlace, Task<T>> work)
    {
        var place = Take(server);
        try
        {
            return await work(place).ConfigureAwait(false);
        }
        finally
        {
            lock (_free)
                _free.Add((place, Stopwatch.StartNew()));
        }
    }

    private AssociationPlace Take(PacsServer server)
    {
        lock (_free)
        {
            var index = _free.FindLastIndex(free => free.Place.IsOpenFor(server));
            if (index < 0)
                index = _free.Count - 1;
            if (index < 0)
                return new AssociationPlace(TraitsOf, _control is null ? null : Follow);
            var place = _free[index].Place;
            _free.RemoveAt(index);
            return place;
        }
    }

    /// <summary>Lets the limit follow how fast an object came.</summary>
    private void Follow(ObjectTimes times)
    {
        _control!.Add(times, Throttle.Taken, _clock.Elapsed);
        if (Throttle.Limit != _control.Limit)
            Throttle.SetLimit(() => _control.Limit);
    }

    private void ReleaseIdle(TimeSpan limit)
    {
        lock (_free)
        {
            foreach (var (place, idle) in _free)
            {
                if (idle.Elapsed >= limit)
                    place.Release();
            }
        }
    }
}
