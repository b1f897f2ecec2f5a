namespace PacsNm.Dicom.Network;

/// <summary>A complete DIMSE message from a peer (PS3.7 6.3).</summary>
/// <param name="ContextId">The presentation context of the message.</param>
/// <param name="Command">The command set.</param>
/// <param name="Data">The encoded dataset; empty if there is none. The message owns this copy.</param>
public sealed record DimseMessage(byte ContextId, CommandSet Command, ReadOnlyMemory<byte> Data);
