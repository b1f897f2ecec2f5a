namespace PacsNm.Simulator;

/// <summary>Pseudorandom numbers that are the same on every framework: SplitMix64 of Steele, Lea and Flood.</summary>
/// <param name="seed">The initial state.</param>
internal struct SyntheticValues(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Creates the sequence of numbers of one object in an archive.</summary>
    public SyntheticValues(int seed, int number)
        : this(((ulong)(uint)seed << 32) | (uint)number)
    {
    }

    /// <summary>The next number, from 0 to <paramref name="bound"/> - 1.</summary>
    public int Next(int bound)
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed >> 33) % (ulong)bound);
    }
}
