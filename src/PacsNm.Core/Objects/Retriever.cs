namespace PacsNm;

/// <summary>What brings instances from a PACS.</summary>
public enum Retriever
{
    /// <summary>getscu where it is found, else the built-in one; what the one does not bring, the other is asked for.</summary>
    Auto,

    /// <summary>DCMTK's getscu (C-GET).</summary>
    GetScu,

    /// <summary>DCMTK's movescu (C-MOVE), which receives on a port of this machine.</summary>
    MoveScu,

    /// <summary>C-GET by the module itself; no program is needed.</summary>
    BuiltIn,
}
