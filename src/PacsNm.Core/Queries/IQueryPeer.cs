using PacsNm.Dicom.Data;

namespace PacsNm.Queries;

/// <summary>Sees each match of an answer, also one that came before.</summary>
/// <param name="match">The match.</param>
/// <param name="isNew">Whether it comes for the first time.</param>
internal delegate void MatchObserver(Dataset match, bool isNew);

/// <summary>A PACS as a search sees it. Unit tests have one without a network.</summary>
internal interface IQueryPeer : IDisposable
{
    /// <summary>The PACS.</summary>
    PacsServer Server { get; }

    /// <summary>Asks a query whose matches come one by one.</summary>
    /// <param name="keys">The identifier.</param>
    /// <param name="seen">What has been found already, and is left out.</param>
    /// <param name="observe">Sees what is left out, too; null for nobody.</param>
    /// <param name="cancellationToken">Ends the waits of this query.</param>
    Task<IQueryRun> AskAsync(Dataset keys, SeenUids seen, MatchObserver? observe, CancellationToken cancellationToken);

    /// <summary>Asks a query and takes all its matches.</summary>
    /// <param name="identifier">The keys.</param>
    /// <param name="uid">What a match is told by.</param>
    /// <param name="bound">Matches at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<List<Dataset>> ListAsync(Dataset identifier, Tag uid, int bound, CancellationToken cancellationToken);

    /// <summary>The same PACS on another association, which does not wait where the PACS has none free.</summary>
    IQueryPeer Another();

    /// <summary>Releases the association.</summary>
    Task CloseAsync(CancellationToken cancellationToken);
}

/// <summary>A query under way.</summary>
internal interface IQueryRun
{
    /// <summary>How it ended; valid once there are no more matches, or it was stopped.</summary>
    QueryEnd End { get; }

    /// <summary>Whether the PACS said that it does not support all optional keys (status 0xFF01).</summary>
    bool OptionalKeysUnsupported { get; }

    /// <summary>The next match.</summary>
    /// <returns>Null after the last one. A failure of the PACS is in <see cref="End"/>.</returns>
    ValueTask<Dataset?> NextAsync();

    /// <summary>Ends it; where the PACS may still send matches, it is told to stop. Must be called once.</summary>
    Task StopAsync();
}
