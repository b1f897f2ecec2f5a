namespace PacsNm;

/// <summary>What brings instances from a PACS.</summary>
public enum Retriever
{
    /// <summary>getscu where it is found.</summary>
    Auto,

    /// <summary>DCMTK's getscu (C-GET).</summary>
    GetScu,

    /// <summary>DCMTK's movescu (C-MOVE), which receives on a port of this machine.</summary>
    MoveScu,
}
