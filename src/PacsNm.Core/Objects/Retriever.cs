namespace PacsNm;

/// <summary>The program or service that retrieves instances from a PACS.</summary>
public enum Retriever
{
    /// <summary>getscu if it is on the PATH, otherwise the built-in retriever. The other one is asked for what is still missing.</summary>
    Auto,

    /// <summary>DCMTK's getscu (C-GET).</summary>
    GetScu,

    /// <summary>DCMTK's movescu (C-MOVE), which receives on a TCP port of this computer.</summary>
    MoveScu,

    /// <summary>PacsNm's own C-GET, which needs no external program.</summary>
    BuiltIn,
}
