using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>
/// Decides how many associations a retrieval uses. It adds associations while each brings a fair part of the speed of one alone, and the
/// PACS responds as fast as to one alone. It removes them when the PACS responds more slowly. A number that was too high is tried again
/// only after a long pause, because each attempt slows the other users of the PACS. Threads may share it.
/// </summary>
/// <param name="maximum">The most associations.</param>
internal sealed class CongestionControl(int maximum)
{
    /// <summary>The objects per association that a decision needs.</summary>
    private const int ObjectsPerAssociation = 24;

    /// <summary>The fewest objects that a decision needs, so that a few unusual ones do not make it.</summary>
    private const int FewestObjects = 96;

    /// <summary>The objects per association that prove a PACS to be far slower.</summary>
    private const int ProofPerAssociation = 4;

    /// <summary>The part of the speed of one association alone that each further one must bring.</summary>
    private const double FairGain = 0.25;

    /// <summary>
    /// The first pause before a number that was too high is tried again, in durations of the attempt. Attempts so take at most 3 % of the
    /// time, too little to raise a 95th percentile. Each further attempt at the same number doubles the pause.
    /// </summary>
    private const int FirstPause = 32;

    private const int LongestPause = 256;

    private readonly object _lock = new();
    private readonly CongestionWindow _window = new();
    private int _maximum = maximum;
    private int _limit = 1;

    /// <summary>The highest limit that has proved itself. A higher limit is an attempt.</summary>
    private int _settled = 1;

    /// <summary>The speed at the settled limit, in multiples of the baseline.</summary>
    private double _speedUp = 1;

    private ServiceLevel? _baseline;
    private bool _wasSlower;

    /// <summary>The lowest limit that was too high; null for none.</summary>
    private int? _ceiling;

    private int _pause = FirstPause;
    private TimeSpan _nextAttempt;
    private bool _isDoubling = true;
    private TimeSpan _limitSince;

    /// <summary>The number of associations to use now. It begins with 1.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>The most associations.</summary>
    public int Maximum => Volatile.Read(ref _maximum);

    /// <summary>Lowers the maximum for the rest of the call, for example because the PACS rejected a further association.</summary>
    public void LowerMaximum(int associations)
    {
        lock (_lock)
        {
            _maximum = Math.Max(1, Math.Min(_maximum, associations));
            if (_limit > _maximum)
                Lower(_maximum);
        }
    }

    /// <summary>Adds an object that has arrived.</summary>
    /// <param name="times">How long it took.</param>
    /// <param name="associations">The number of associations in use, idle ones between two blocks excluded.</param>
    /// <param name="now">The time since the start of the call.</param>
    public void Add(ObjectTimes times, int associations, TimeSpan now)
    {
        lock (_lock)
        {
            // After a change of the limit, objects that were requested before it arrive, and associations beyond it finish their work.
            if (associations < 1 || associations > _limit || now - times.Response - times.Transfer < _limitSince)
                return;
            _window.Add(times, associations, now);
            if (IsFarSlower())
                Shrink(_window.Associations / 2, now);
            else if (_window.Count >= Math.Max(FewestObjects, ObjectsPerAssociation * _window.Associations))
                Decide(now);
        }
    }

    /// <summary>Whether the PACS is so much slower than at the baseline that the window need not be full.</summary>
    private bool IsFarSlower() =>
        _baseline is { } baseline
        && _window.Associations > 1
        && _window.Count >= ProofPerAssociation * _window.Associations
        && _window.Count % _window.Associations == 0
        && _window.Measure().IsFarSlowerThan(baseline);

    /// <summary>Decides at the end of a window.</summary>
    private void Decide(TimeSpan now)
    {
        var associations = _window.Associations;
        var level = _window.Measure();
        var baseline = Rebase(level, now);
        var speedUp = _window.SpeedUp(baseline);
        var isAttempt = associations > _settled;
        var isSlower = associations > 1 && level.IsSlowerThan(baseline);

        // One slow window is enough to end an attempt. A limit that has proved itself needs two in a row.
        if ((isSlower && (isAttempt || _wasSlower)) || (isAttempt && speedUp < _speedUp + (FairGain * (associations - _settled))))
        {
            Shrink(associations - 1, now);
            return;
        }

        _wasSlower = isSlower;
        _window.Clear();
        if (!isSlower && associations == _limit)
            Grow(speedUp, now);
    }

    /// <summary>
    /// One association alone sets the baseline. A PACS that responds faster sets it, too, and the ceiling may be tried without a pause.
    /// </summary>
    private ServiceLevel Rebase(ServiceLevel level, TimeSpan now)
    {
        if (_baseline is not { } baseline)
        {
            _baseline = level;
        }
        else if (level.IsFasterThan(baseline))
        {
            _baseline = level;
            (_nextAttempt, _pause) = (now, FirstPause);
        }
        else if (_window.Associations == 1)
        {
            _baseline = level.MeanWith(baseline);
        }

        return _baseline.Value;
    }

    private void Grow(double speedUp, TimeSpan now)
    {
        (_settled, _speedUp) = (_limit, speedUp);
        if (_limit >= _ceiling)
            _ceiling = null;
        var next = Math.Min(_maximum, _isDoubling ? 2 * _limit : _limit + 1);
        if (now < _nextAttempt && next >= _ceiling)
            next = _ceiling.Value - 1;
        if (next <= _limit)
            return;
        _limitSince = now;
        Volatile.Write(ref _limit, next);
    }

    /// <param name="limit">The new limit, unless a failed attempt leads back to the settled one.</param>
    /// <param name="now">The time since the start of the call.</param>
    private void Shrink(int limit, TimeSpan now)
    {
        var tooMany = _window.Associations;
        _pause = _ceiling == tooMany ? Math.Min(LongestPause, 2 * _pause) : FirstPause;
        _ceiling = tooMany;
        _nextAttempt = now + TimeSpan.FromTicks(_pause * (now - _window.Since).Ticks);
        _isDoubling = false;
        _limitSince = now;
        Lower(tooMany > _settled ? _settled : Math.Max(1, limit));
    }

    private void Lower(int limit)
    {
        _settled = Math.Min(_settled, limit);
        _wasSlower = false;
        _window.Clear();
        Volatile.Write(ref _limit, limit);
    }
}
