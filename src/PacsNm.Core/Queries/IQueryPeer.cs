using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>Called for each match of an answer, including matches that an earlier answer brought.</summary>
/// <param name="match">The match.</param>
/// <param name="isNew">Whether no earlier answer brought the match.</param>
internal delegate void MatchObserver(Dataset match, bool isNew);

/// <summary>A PACS that a search can query. Unit tests use one without a network.</summary>
internal interface IQueryPeer : IDisposable
{
    /// <summary>The PACS.</summary>
    PacsServer Server { get; }

    /// <summary>Sends a query.</summary>
    /// <param name="keys">The identifier.</param>
    /// <param name="seen">The UIDs that were found already. Matches with these UIDs are skipped.</param>
    /// <param name="observe">Called for every match, even if it is skipped; null for none.</param>
    /// <param name="cancellationToken">Cancels the waits of this query.</param>
    Task<IQueryRun> AskAsync(Dataset keys, SeenUids seen, MatchObserver? observe, CancellationToken cancellationToken);

    /// <summary>Sends a query and returns all its matches.</summary>
    /// <param name="identifier">The keys.</param>
    /// <param name="uid">The attribute that identifies a match.</param>
    /// <param name="bound">The most matches to accept.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<List<Dataset>> ListAsync(Dataset identifier, Tag uid, int bound, CancellationToken cancellationToken);

    /// <summary>Makes a peer for the same PACS on another association, which does not wait if the PACS rejects it.</summary>
    IQueryPeer Another();

    /// <summary>Releases the association.</summary>
    void Close();
}

/// <summary>A running query.</summary>
internal interface IQueryRun
{
    /// <summary>How the query ended. Valid after the last match, or after the query was stopped.</summary>
    QueryEnd End { get; }

    /// <summary>Whether the PACS reported that it does not support all optional keys (status 0xFF01).</summary>
    bool OptionalKeysUnsupported { get; }

    /// <summary>Reads the next match.</summary>
    /// <returns>The match; null after the last one. A failure of the PACS is in <see cref="End"/>.</returns>
    ValueTask<Dataset?> NextAsync();

    /// <summary>Ends the query, and cancels it if the PACS may still send matches. Call it once.</summary>
    Task StopAsync();
}
