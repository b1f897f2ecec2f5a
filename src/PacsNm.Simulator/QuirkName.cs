namespace PacsNm.Simulator;

/// <summary>Ways in which a PACS can be difficult. Some accept a number: CapResults=50.</summary>
public enum QuirkName
{
    /// <summary>Refuses a query at STUDY level without StudyDate, with status 0xC000.</summary>
    RequireStudyDate,

    /// <summary>Ignores the key ModalitiesInStudy.</summary>
    IgnoreModality,

    /// <summary>Does not return ModalitiesInStudy and ignores it as a key.</summary>
    OmitModalitiesInStudy,

    /// <summary>Sends at most this many matches (100), then success. CapResults=100:A700 ends with status 0xA700 instead.</summary>
    CapResults,

    /// <summary>Refuses queries at IMAGE level with status 0xA900.</summary>
    RefuseImageLevel,

    /// <summary>Refuses every C-GET with status 0xA702.</summary>
    RefuseGet,

    /// <summary>Refuses every C-MOVE with status 0xA702.</summary>
    RefuseMove,

    /// <summary>Does not send every n-th object (3), and ends with status 0xB000.</summary>
    FailEveryNth,

    /// <summary>Answers every C-GET and C-MOVE with success and sends nothing.</summary>
    EmptySuccess,

    /// <summary>Sends nothing for this many seconds (10) before it sends a NEARLINE study.</summary>
    NearlineDelay,

    /// <summary>Waits this many milliseconds (200) before each response.</summary>
    SlowResponses,

    /// <summary>Closes the connection after this many responses (3). DropAfter=9000B closes it after 9000 bytes.</summary>
    DropAfter,

    /// <summary>Stops answering after this many responses (3).</summary>
    HangAfter,

    /// <summary>Rejects a second simultaneous association as transient (PS3.8 9.3.4).</summary>
    OneAssociationOnly,

    /// <summary>Rejects calling AE titles that are not in -MoveDestination.</summary>
    RejectUnknownCallingAE,

    /// <summary>Does not accept the SCP role of the peer (PS3.7 D.3.3.4), so that a C-GET cannot send anything.</summary>
    NoRoleSelection,

    /// <summary>Accepts only uncompressed transfer syntaxes and does not send compressed objects.</summary>
    UncompressedOnly,

    /// <summary>Declares ISO_IR 100 in its matches but sends ISO_IR 192 (UTF-8).</summary>
    WrongCharset,

    /// <summary>Sends bytes that are not a PDU after this many responses (3).</summary>
    GarbagePdu,

    /// <summary>Reports one instance too many per study, and reports all objects as completed in each C-GET and C-MOVE response.</summary>
    LyingCounters,

    /// <summary>Ignores C-CANCEL.</summary>
    IgnoreCancel,

    /// <summary>The PACS that this module was written for: RequireStudyDate, IgnoreModality, and 972 studies on 2021-09-01.</summary>
    SeedPacs,

    /// <summary>Lists and sends the same SOP Instance UID for two different objects, in the first two series of a study.</summary>
    DuplicateUid,

    /// <summary>Sends this many zero bytes (16) after the last element of each object.</summary>
    SurplusBytes,

    /// <summary>
    /// Ends a C-GET or C-MOVE with status 0xC000 at the first object without a presentation context, and does not send the objects after
    /// it.
    /// </summary>
    StopAtUnsupported,

    /// <summary>Ignores the key StudyDate.</summary>
    IgnoreStudyDate,

    /// <summary>Refuses every C-FIND with status 0xA700, and every C-GET and C-MOVE with status 0xA702.</summary>
    RefuseAll,

    /// <summary>Answers the first C-GET or C-MOVE of a study with success and sends nothing. Later requests send the study.</summary>
    SuccessWhenBusy,

    /// <summary>Does not return SOPClassUID at IMAGE level.</summary>
    NoSopClassAtImageLevel,

    /// <summary>Does not return NumberOfSeriesRelatedInstances and NumberOfStudyRelatedInstances.</summary>
    NoSeriesCount,

    /// <summary>Continues after a C-CANCEL, sends no final response, and aborts the association after this many seconds (20).</summary>
    AbortAfterCancel,

    /// <summary>Does not answer the release of an association.</summary>
    SilentRelease,

    /// <summary>
    /// Uses Series and SOP Instance UIDs that PS3.5 9.1 forbids: letters, 70 characters, a dot at the end, leading zeros.
    /// </summary>
    BadUids,

    /// <summary>Sends objects whose SOP Class and SOP Instance UIDs differ from those of the C-STORE request and of the matches.</summary>
    CommandMismatch,

    /// <summary>Refuses a query at IMAGE level without a Series Instance UID, as without relational queries (PS3.4 C.4.1.2.2.1).</summary>
    NoRelationalQueries,

    /// <summary>Refuses C-GET and C-MOVE at IMAGE level.</summary>
    NoImageRetrieval,

    /// <summary>
    /// Serves this many operations at a time (2): 20 ms for an object, 40 ms for a query. The others wait, and take 10 ms longer for each
    /// one that was too many when they came.
    /// </summary>
    Capacity,

    /// <summary>
    /// Every n-th study (10) differs from that of a practice PACS without this quirk: it is missing, of another patient, a day later, or
    /// lacks an instance.
    /// </summary>
    Drift,
}
