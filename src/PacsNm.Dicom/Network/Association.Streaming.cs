namespace PacsNm.Dicom.Network;

/// <content>Reads messages PDU by PDU, for datasets that are too large for memory.</content>
public sealed partial class Association
{
    /// <summary>
    /// Waits for the next PDU of a message. There is no time limit; <see cref="Abort"/> from any thread ends the wait.
    /// </summary>
    /// <returns>The PDU, valid until the next call. It may be other than P-DATA-TF; see <see cref="Unexpected"/>.</returns>
    /// <exception cref="AssociationAbortedException">The connection ended.</exception>
    internal ValueTask<Pdu> ReadPduAsync() => _stream.ReadAsync();

    /// <summary>Sends a PDU of a message. There is no time limit; <see cref="Abort"/> from any thread ends the wait.</summary>
    /// <exception cref="AssociationAbortedException">The connection ended.</exception>
    internal ValueTask WritePduAsync(Pdu pdu) => _stream.WriteAsync(pdu.Whole);

    /// <summary>Creates the exception for a PDU other than P-DATA-TF within an operation.</summary>
    internal static DicomNetworkException Unexpected(Pdu pdu) => pdu.Type switch
    {
        PduType.Abort => Aborted(pdu),
        PduType.ReleaseRequest => new AssociationAbortedException("The peer released the association before it had answered."),
        _ => new ProtocolViolationException($"{pdu.Type} came within an association."),
    };
}
