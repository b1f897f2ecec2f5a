namespace PacsNm.Simulator;

/// <summary>A quirk does not allow anything more to be sent on a connection.</summary>
internal sealed class SilencedException : Exception;
