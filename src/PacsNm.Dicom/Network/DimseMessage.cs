namespace PacsNm.Dicom.Network;

/// <summary>A DIMSE message received whole (PS3.7 6.3).</summary>
/// <param name="ContextId">The presentation context that it came in.</param>
/// <param name="Command">Its command set.</param>
/// <param name="Data">Its dataset, encoded; empty if there is none. A copy that the message owns.</param>
public sealed record DimseMessage(byte ContextId, CommandSet Command, ReadOnlyMemory<byte> Data);
