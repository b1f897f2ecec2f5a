using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Services;

/// <summary>
/// Takes the instances that a peer sends, one at a time, each as its bytes come. What it throws of the file system's
/// exceptions is answered with 0xA700, out of resources, and ends the retrieval.
/// </summary>
public interface IInstanceReceiver
{
    /// <summary>An instance begins.</summary>
    /// <param name="sopClassUid">Its SOP class: a valid UID.</param>
    /// <param name="sopInstanceUid">
    /// Its own UID, as far as <see cref="Uid.IsUsable"/> promises: it is not safe as the name of a file.
    /// </param>
    /// <param name="transferSyntax">What its dataset is encoded in.</param>
    void Begin(string sopClassUid, string sopInstanceUid, TransferSyntax transferSyntax);

    /// <summary>More of its dataset, as it was sent.</summary>
    void Write(ReadOnlySpan<byte> fragment);

    /// <summary>Its dataset has come to its end.</summary>
    void End();

    /// <summary>It will not be whole: the association or the receiver failed. Must not throw.</summary>
    void Abandon();
}
