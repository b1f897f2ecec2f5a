using System.Collections.Concurrent;
using PacsNm.Dicom.Network;

namespace PacsNm.Queries;

/// <summary>What a call has learned about a PACS, so that it does not learn it again for each study.</summary>
internal sealed class PacsTraits
{
    private readonly ConcurrentDictionary<string, bool> _refusedLevels = new();

    /// <summary>
    /// The last request for an association for C-GET. The next association is requested in the same way, so that it serves queries and
    /// retrievals. Null if there was none.
    /// </summary>
    public AssociateRequest? Usual { get; set; }

    /// <summary>Whether the PACS does not accept C-FIND on an association for C-GET.</summary>
    public bool IsFindSeparate { get; set; }

    /// <summary>
    /// Whether the PACS answers a query at IMAGE level for a whole study, without a Series Instance UID, as relational queries allow (PS3.4
    /// C.4.1.2.2.1). It is assumed until an answer shows that it does not.
    /// </summary>
    public bool IsRelational { get; set; } = true;

    /// <summary>Whether the PACS refuses parts of studies that are requested at a level.</summary>
    public bool IsRefused(string level) => _refusedLevels.ContainsKey(level);

    /// <summary>Records that the PACS refused a part of a study that was requested at a level.</summary>
    public void AddRefused(string level) => _refusedLevels[level] = true;
}
