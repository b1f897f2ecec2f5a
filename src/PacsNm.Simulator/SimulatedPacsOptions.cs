namespace PacsNm.Simulator;

/// <summary>The options of a simulator.</summary>
public sealed record SimulatedPacsOptions
{
    /// <summary>Its AE title; requests for another one are rejected.</summary>
    public string AETitle { get; init; } = "PRACTICE";

    /// <summary>The port on 127.0.0.1; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether it speaks TLS, with a certificate that it makes itself.</summary>
    public bool UseTls { get; init; }

    /// <summary>The folder whose DICOM files it serves; null for synthetic studies.</summary>
    public string? Folder { get; init; }

    /// <summary>How many synthetic studies it has.</summary>
    public int StudyCount { get; init; } = 20;

    /// <summary>The first day of the synthetic studies.</summary>
    public DateTime FirstDay { get; init; } = DateTime.Today.AddDays(-30);

    /// <summary>The last day of the synthetic studies.</summary>
    public DateTime LastDay { get; init; } = DateTime.Today.AddDays(-1);

    /// <summary>What the synthetic studies are made from: the same number makes the same studies.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The ways in which it is difficult.</summary>
    public IReadOnlyList<Quirk> Quirks { get; init; } = [];

    /// <summary>The AE titles that it knows, each with its port on 127.0.0.1.</summary>
    public IReadOnlyDictionary<string, int> Destinations { get; init; } = new Dictionary<string, int>();
}
