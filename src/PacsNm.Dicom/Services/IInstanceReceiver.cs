using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Services;

/// <summary>
/// Receives the instances that a peer sends, one at a time, as their bytes come. An exception of the file system is answered with
/// 0xA700, out of resources, and ends the retrieval.
/// </summary>
public interface IInstanceReceiver
{
    /// <summary>An instance begins.</summary>
    /// <param name="sopClassUid">Its SOP class: a valid UID.</param>
    /// <param name="sopInstanceUid">
    /// Its own UID, as far as <see cref="Uid.IsUsable"/> promises: it is not safe as the name of a file.
    /// </param>
    /// <param name="transferSyntax">The transfer syntax of its dataset.</param>
    void Begin(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax);

    /// <summary>More of its dataset, as it was sent.</summary>
    void Write(ReadOnlySpan<byte> fragment);

    /// <summary>Its dataset is complete.</summary>
    void End();

    /// <summary>It stays incomplete: the association or the receiver failed. Must not throw.</summary>
    void Abandon();
}
