using PacsNm.Dicom.Network;

namespace PacsNm.Retrievers;

/// <summary>Chooses the retrievers from the request, the server's setting and the programs on this computer.</summary>
/// <param name="useRelay">Whether getscu uses the relay.</param>
/// <param name="rate">The limit to the rate of the PACS; null for none.</param>
/// <param name="transferSyntaxes">Further transfer syntaxes to propose.</param>
/// <param name="sopClasses">Further SOP classes to propose.</param>
internal sealed class RetrieverChoice(
    bool useRelay,
    RateLimit? rate,
    IReadOnlyList<string> transferSyntaxes,
    IReadOnlyList<string> sopClasses)
{
    /// <summary>Whether a retriever runs without the relay. TLS and a rate limit need the relay.</summary>
    public bool RunsWithoutRelay(Retriever retriever) => retriever == Retriever.MoveScu || (!useRelay && retriever == Retriever.GetScu);

    /// <summary>Returns the retrievers, the preferred one first.</summary>
    /// <param name="preferred">The preference of the user or the server.</param>
    /// <param name="port">The TCP port for movescu to receive on.</param>
    /// <param name="isPortKnown">
    /// Whether the user or the server gave the port. The PACS sends the objects of movescu to the computer that it knows by our AE title,
    /// and only the user knows whether that is this one.
    /// </param>
    /// <param name="isTls">Whether the server uses TLS.</param>
    /// <exception cref="RetrieverNotFoundException">The preferred program is not on the PATH.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port cannot be used to receive.</exception>
    public IReadOnlyList<IRetriever> Choose(Retriever preferred, int port, bool isPortKnown, bool isTls)
    {
        if (preferred == Retriever.BuiltIn)
            return [new BuiltInRetriever(rate, transferSyntaxes, sopClasses)];
        var isRelayNeeded = isTls || rate is not null;
        var getScu = useRelay || !isRelayNeeded ? FindGetScu() : null;
        if (preferred == Retriever.MoveScu)
        {
            var preferredMoveScu = FindMoveScu(port) ?? throw new RetrieverNotFoundException("movescu");
            return getScu is null ? [preferredMoveScu] : [preferredMoveScu, getScu];
        }

        if (preferred == Retriever.GetScu && getScu is null)
            throw new RetrieverNotFoundException("getscu");
        var retrievers = new List<IRetriever>();
        if (getScu is not null)
            retrievers.Add(getScu);
        if (preferred == Retriever.Auto)
            retrievers.Insert(transferSyntaxes.Count > 0 ? 0 : retrievers.Count, new BuiltInRetriever(rate, transferSyntaxes, sopClasses));
        if (isPortKnown && !isRelayNeeded && FindMoveScu(port) is { } moveScu)
            retrievers.Add(moveScu);
        return retrievers;
    }

    private GetScuRetriever? FindGetScu() =>
        DcmtkTool.Find("getscu") is { } path ? new GetScuRetriever(path, useRelay, rate) : null;

    private static MoveScuRetriever? FindMoveScu(int port)
    {
        if (DcmtkTool.Find("movescu") is not { } path)
            return null;
        MoveScuRetriever.CheckPort(port);
        return new MoveScuRetriever(path, port);
    }
}

/// <summary>The program of a retriever is not on the PATH.</summary>
/// <param name="tool">The name of the program.</param>
internal sealed class RetrieverNotFoundException(string tool) : Exception($"DCMTK's {tool} was not found on the PATH.")
{
    /// <summary>The name of the program.</summary>
    public string Tool { get; } = tool;
}
