using PacsNm.Dicom.Data;

namespace PacsNm.Archive;

/// <summary>Why a file that arrived is not in the archive.</summary>
/// <param name="Reason">The kind of reason.</param>
/// <param name="Detail">What is wrong with the file, without a patient's data; empty if the kind says enough.</param>
/// <param name="DatasetLength">
/// The length of the dataset as it arrived, in bytes. Two files with the same length and the same reason count as the same rejection.
/// </param>
internal sealed record Rejection(MissingReason Reason, string Detail = "", long DatasetLength = 0)
{
    /// <summary>Whether another request for the instance is useless, because the obstacle is in the archive.</summary>
    public bool IsFinal => Reason is MissingReason.NameTaken or MissingReason.FileChanged or MissingReason.FileNotWritten;

    /// <summary>Decides whether a file that arrived is rejected.</summary>
    /// <param name="file">What the file says of itself.</param>
    /// <param name="studyInstanceUid">The study that is retrieved.</param>
    /// <param name="isWanted">Whether the run wants the instance.</param>
    /// <param name="wasSent">
    /// Whether the PACS sent a dataset of this length, in bytes, under this SOP Instance UID; null where that was not observed.
    /// </param>
    /// <returns>Why the file is rejected; null if it is not.</returns>
    public static Rejection? Of(Part10Summary file, string studyInstanceUid, bool isWanted, Func<string, long, bool?> wasSent)
    {
        if (!Uid.IsUsable(file.SopInstanceUid))
            return new Rejection(MissingReason.NoSopInstanceUid);
        if (!file.IsWhole)
            return new Rejection(MissingReason.NotWhole, file.Problem, file.DatasetLength);
        if (file is { IsProven: false, StudyInstanceUid: null })
            return new Rejection(MissingReason.Unreadable, file.TransferSyntaxUid ?? "", file.DatasetLength);
        if (file.StudyInstanceUid != studyInstanceUid)
            return new Rejection(MissingReason.OtherStudy, "", file.DatasetLength);
        if (!isWanted)
            return new Rejection(MissingReason.NotWanted, "", file.DatasetLength);

        // A file that is cut after an element looks whole, so its length is compared with what the PACS sent. The PACS may have sent it
        // under the UID of its command.
        return wasSent(file.MediaStorageSopInstanceUid ?? file.SopInstanceUid!, file.DatasetLength) == false
            ? new Rejection(MissingReason.Shortened, "", file.DatasetLength)
            : null;
    }
}
