namespace PacsNm;

/// <summary>Why an instance is not in the archive.</summary>
public enum MissingReason
{
    /// <summary>The PACS reported success and did not send it.</summary>
    NotSent,

    /// <summary>The PACS ended the request with a status other than success (PS3.4 C.4.2.1.5, C.4.3.1.4).</summary>
    RequestFailed,

    /// <summary>The PACS named it in Failed SOP Instance UID List (0008,0058).</summary>
    FailedAtPacs,

    /// <summary>A part of it arrived before the association ended.</summary>
    Interrupted,

    /// <summary>The association ended before the PACS answered the request, or the PACS could not be reached.</summary>
    NetworkFailure,

    /// <summary>The external retriever, getscu or movescu, reported an error.</summary>
    ProgramFailure,

    /// <summary>No retriever of the call can receive its SOP class.</summary>
    SopClassNotReceived,

    /// <summary>It arrived, but the file is not a complete DICOM object.</summary>
    NotWhole,

    /// <summary>It arrived with fewer bytes than the PACS sent.</summary>
    Shortened,

    /// <summary>It arrived in a private transfer syntax, so that its Study Instance UID cannot be read.</summary>
    Unreadable,

    /// <summary>It arrived without a SOP Instance UID.</summary>
    NoSopInstanceUid,

    /// <summary>The object that arrived belongs to another study.</summary>
    OtherStudy,

    /// <summary>An object arrived under its SOP Instance UID whose dataset has another one.</summary>
    OtherInstance,

    /// <summary>It arrived but was not requested.</summary>
    NotWanted,

    /// <summary>It arrived, but the layout gives it the file name of another instance.</summary>
    NameTaken,

    /// <summary>It arrived, but its existing file is not whole or was changed since it was saved. -Force replaces the file.</summary>
    FileChanged,

    /// <summary>It arrived, but the file system refused the file.</summary>
    FileNotWritten,

    /// <summary>
    /// It arrived, but another program, such as a virus scanner, has its file open. A file that was verified stays in the staging folder,
    /// and the next call adds it to the archive.
    /// </summary>
    FileInUse,

    /// <summary>The call was stopped.</summary>
    Stopped,

    /// <summary>The study took longer than its time limit.</summary>
    TimedOut,

    /// <summary>The destination is full or cannot be written to.</summary>
    DestinationUnusable,

    /// <summary>The study has taken the number of requests that it may.</summary>
    RequestLimitReached,
}
