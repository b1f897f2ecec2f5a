namespace PacsNm;

/// <summary>How to query a PACS that limits the number of its answers.</summary>
public enum DateSplitting
{
    /// <summary>Query the whole range. If the answer is truncated, or may be, query its halves.</summary>
    Auto,

    /// <summary>Query the whole range once and accept the answer.</summary>
    Never,

    /// <summary>Query each day. If the answer for a day is truncated, query parts of the day.</summary>
    Always,
}
