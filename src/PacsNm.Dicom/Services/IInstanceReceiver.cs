using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Services;

/// <summary>
/// Receives the instances that a peer sends, one at a time, as their bytes arrive. A file system exception is answered with 0xA700 (out
/// of resources) and ends the retrieval.
/// </summary>
public interface IInstanceReceiver
{
    /// <summary>Begins an instance.</summary>
    /// <param name="sopClassUid">The SOP class, a valid UID.</param>
    /// <param name="sopInstanceUid">
    /// The SOP Instance UID. <see cref="Uid.IsUsable"/> is true for it, but it is not safe as a file name.
    /// </param>
    /// <param name="transferSyntax">The transfer syntax of the dataset.</param>
    void Begin(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax);

    /// <summary>Receives the next bytes of the dataset, as the peer sent them.</summary>
    void Write(ReadOnlySpan<byte> fragment);

    /// <summary>Ends an instance whose dataset is complete.</summary>
    void End();

    /// <summary>Ends an instance that is incomplete, because the association or the receiver failed. Must not throw.</summary>
    void Abandon();
}
