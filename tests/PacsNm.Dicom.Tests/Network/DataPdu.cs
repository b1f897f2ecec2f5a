using System.Buffers.Binary;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Tests.Network;

/// <summary>P-DATA-TF PDUs with one presentation data value each (PS3.8 9.3.5).</summary>
internal static class DataPdu
{
    /// <param name="contextId">The presentation context.</param>
    /// <param name="isCommand">Whether it is of a command set.</param>
    /// <param name="isLast">Whether it is the last one of its part.</param>
    /// <param name="fragment">The fragment.</param>
    public static byte[] Of(byte contextId, bool isCommand, bool isLast, byte[] fragment)
    {
        var pdu = new byte[12 + fragment.Length];
        Pdu.WriteHeader(pdu, PduType.DataTransfer, fragment.Length + 6);
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(6), (uint)fragment.Length + 2);
        pdu[10] = contextId;
        pdu[11] = (byte)((isCommand ? 1 : 0) | (isLast ? 2 : 0));
        fragment.CopyTo(pdu, 12);
        return pdu;
    }
}
