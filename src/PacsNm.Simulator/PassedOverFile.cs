namespace PacsNm.Simulator;

/// <summary>A file that the simulator does not serve.</summary>
/// <param name="Name">The name without folders.</param>
/// <param name="Reason">The reason, as a sentence.</param>
public sealed record PassedOverFile(string Name, string Reason);
