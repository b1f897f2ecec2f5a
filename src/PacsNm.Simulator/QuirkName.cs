namespace PacsNm.Simulator;

/// <summary>Ways in which PACS are difficult. A number behind = says how much: CapResults=50.</summary>
public enum QuirkName
{
    /// <summary>Refuses a query at STUDY level that has no StudyDate, with status 0xC000.</summary>
    RequireStudyDate,

    /// <summary>Ignores the key ModalitiesInStudy.</summary>
    IgnoreModality,

    /// <summary>Does not return ModalitiesInStudy, and ignores it as a key.</summary>
    OmitModalitiesInStudy,

    /// <summary>Sends so many matches at most (100), and success; CapResults=100:A700 ends with status 0xA700.</summary>
    CapResults,

    /// <summary>Refuses queries at IMAGE level with status 0xA900.</summary>
    RefuseImageLevel,

    /// <summary>Refuses each C-GET with status 0xA702.</summary>
    RefuseGet,

    /// <summary>Refuses each C-MOVE with status 0xA702.</summary>
    RefuseMove,

    /// <summary>Does not send every so manieth instance (3), and ends with status 0xB000.</summary>
    FailEveryNth,

    /// <summary>Answers each C-GET and C-MOVE with success, and sends nothing.</summary>
    EmptySuccess,

    /// <summary>Says nothing for so many seconds (10) before it sends of a study that is NEARLINE.</summary>
    NearlineDelay,

    /// <summary>Waits so many milliseconds (200) before each response.</summary>
    SlowResponses,

    /// <summary>Closes the connection in place of a response after so many of them (3); DropAfter=9000B after so many bytes.</summary>
    DropAfter,

    /// <summary>Falls silent in place of a response after so many of them (3).</summary>
    HangAfter,

    /// <summary>Rejects an association as transient (PS3.8 9.3.4) while it has another one.</summary>
    OneAssociationOnly,

    /// <summary>Rejects a calling AE title that is not one of -MoveDestination.</summary>
    RejectUnknownCallingAE,

    /// <summary>Does not let the peer be SCP (PS3.7 D.3.3.4): no instance of a C-GET can be sent.</summary>
    NoRoleSelection,

    /// <summary>Accepts uncompressed transfer syntaxes alone, and does not send what it has compressed.</summary>
    UncompressedOnly,

    /// <summary>Says in answers to queries that texts are in ISO_IR 100, and sends them in ISO_IR 192 (UTF-8).</summary>
    WrongCharset,

    /// <summary>Sends bytes that are no PDU in place of a response after so many of them (3).</summary>
    GarbagePdu,

    /// <summary>Counts one instance too many in a study, and all as completed in each response to C-GET and C-MOVE.</summary>
    LyingCounters,

    /// <summary>Takes no notice of C-CANCEL.</summary>
    IgnoreCancel,

    /// <summary>The PACS that this module was made for: RequireStudyDate, IgnoreModality, and 972 studies on 2021-09-01.</summary>
    SeedPacs,
}
