namespace PacsNm.Simulator;

/// <summary>The quirks of one simulator, at most one per name.</summary>
internal sealed class Quirks
{
    private readonly Dictionary<QuirkName, Quirk> _quirks = [];

    /// <summary>Collects quirks. A later quirk replaces an earlier one of the same name. SeedPacs adds two quirks.</summary>
    public Quirks(IEnumerable<Quirk> quirks)
    {
        foreach (var quirk in quirks)
            _quirks[quirk.Name] = quirk;
        if (!Has(QuirkName.SeedPacs))
            return;
        _quirks[QuirkName.RequireStudyDate] = new Quirk(nameof(QuirkName.RequireStudyDate));
        _quirks[QuirkName.IgnoreModality] = new Quirk(nameof(QuirkName.IgnoreModality));
    }

    /// <summary>Whether the simulator has a quirk.</summary>
    public bool Has(QuirkName name) => _quirks.ContainsKey(name);

    /// <summary>The number of a quirk; null if the simulator does not have the quirk.</summary>
    public int? ValueOf(QuirkName name) => _quirks.TryGetValue(name, out var quirk) ? quirk.Value : null;

    /// <summary>A quirk by its name; null if the simulator does not have it.</summary>
    public Quirk? Find(QuirkName name) => _quirks.TryGetValue(name, out var quirk) ? quirk : null;
}
