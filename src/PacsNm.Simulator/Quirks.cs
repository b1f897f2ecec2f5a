namespace PacsNm.Simulator;

/// <summary>The quirks of one simulator.</summary>
internal sealed class Quirks
{
    private readonly Dictionary<QuirkName, Quirk> _quirks = [];

    /// <summary>Collects quirks: the later of two with one name, and those that SeedPacs stands for.</summary>
    public Quirks(IEnumerable<Quirk> quirks)
    {
        foreach (var quirk in quirks)
            _quirks[quirk.Name] = quirk;
        if (!Has(QuirkName.SeedPacs))
            return;
        _quirks[QuirkName.RequireStudyDate] = new Quirk(nameof(QuirkName.RequireStudyDate));
        _quirks[QuirkName.IgnoreModality] = new Quirk(nameof(QuirkName.IgnoreModality));
    }

    /// <summary>Whether one is among them.</summary>
    public bool Has(QuirkName name) => _quirks.ContainsKey(name);

    /// <summary>The number of one; null if it is not among them.</summary>
    public int? ValueOf(QuirkName name) => _quirks.TryGetValue(name, out var quirk) ? quirk.Value : null;

    /// <summary>One that is among them; null if it is not.</summary>
    public Quirk? Find(QuirkName name) => _quirks.TryGetValue(name, out var quirk) ? quirk : null;
}
