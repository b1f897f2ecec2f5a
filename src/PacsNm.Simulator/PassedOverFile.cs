namespace PacsNm.Simulator;

/// <summary>A file that the simulator does not serve.</summary>
/// <param name="Name">Its name, without folders.</param>
/// <param name="Reason">Why not, as a sentence.</param>
public sealed record PassedOverFile(string Name, string Reason);
