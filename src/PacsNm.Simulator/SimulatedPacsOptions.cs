namespace PacsNm.Simulator;

/// <summary>The options of a simulator.</summary>
public sealed record SimulatedPacsOptions
{
    /// <summary>The AE title of the simulator. Requests for another title are rejected.</summary>
    public string AETitle { get; init; } = "PRACTICE";

    /// <summary>The TCP port on 127.0.0.1; 0 for any free port.</summary>
    public int Port { get; init; }

    /// <summary>Whether the simulator uses TLS, with a self-signed certificate.</summary>
    public bool UseTls { get; init; }

    /// <summary>The folder of the DICOM files to serve; null for synthetic studies.</summary>
    public string? Folder { get; init; }

    /// <summary>The number of synthetic studies.</summary>
    public int StudyCount { get; init; } = 20;

    /// <summary>The first day of the synthetic studies.</summary>
    public DateTime FirstDay { get; init; } = DateTime.Today.AddDays(-30);

    /// <summary>The last day of the synthetic studies.</summary>
    public DateTime LastDay { get; init; } = DateTime.Today.AddDays(-1);

    /// <summary>The seed of the synthetic studies. The same seed creates the same studies.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The quirks.</summary>
    public IReadOnlyList<Quirk> Quirks { get; init; } = [];

    /// <summary>The AE titles that the simulator knows, each with its port on 127.0.0.1.</summary>
    public IReadOnlyDictionary<string, int> Destinations { get; init; } = new Dictionary<string, int>();
}
