namespace PacsNm.Simulator;

/// <summary>A quirk forbids to send anything more on a connection.</summary>
internal sealed class SilencedException : Exception;
