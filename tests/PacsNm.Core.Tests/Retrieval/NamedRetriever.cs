using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>A retriever that a script speaks for.</summary>
/// <param name="kind">What it is.</param>
/// <param name="refused">SOP classes that it does not receive.</param>
internal sealed class NamedRetriever(Retriever kind, params string[] refused) : IRetriever
{
    public Retriever Kind => kind;

    public bool CanShare => true;

    public IReadOnlyList<string> CompressedOptions { get; } = ["+xs", "+xv", "+xw", "+xt", "+xu", "+xr", "+xy", "+xx"];

    public bool Receives(string? sopClassUid) => sopClassUid is null || !refused.Contains(sopClassUid);

    public bool MayHelp(string option, string? sopClassUid) => true;

    public Task<RetrieverOutcome> RunAsync(RetrieverRun run, CancellationToken cancellationToken) => throw new NotSupportedException();
}
