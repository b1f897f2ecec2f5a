using System.Net.Sockets;
using System.Runtime.InteropServices;
using PacsNm.Dicom.Network;

namespace PacsNm.Retrievers;

/// <summary>Chooses the retrievers from the request, the server's setting and the programs on this computer.</summary>
/// <param name="destination">The full path of the folder to save to.</param>
/// <param name="useRelay">Whether getscu uses the relay.</param>
/// <param name="rate">The limit to the rate of the PACS; null for none.</param>
/// <param name="transferSyntaxes">Further transfer syntaxes to propose.</param>
/// <param name="sopClasses">Further SOP classes to propose.</param>
internal sealed class RetrieverChoice(
    string destination,
    bool useRelay,
    RateLimit? rate,
    IReadOnlyList<string> transferSyntaxes,
    IReadOnlyList<string> sopClasses)
{
    /// <summary>
    /// The most characters in the path of a destination for the programs of DCMTK on Windows. They cannot open a path of more than 259, and
    /// the folders and files that they write need 112 of these.
    /// </summary>
    public const int LongestDestination = 147;

    private readonly bool _isTooLong = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) && destination.Length > LongestDestination;

    /// <summary>Checks that a retriever can do what the call asks for.</summary>
    /// <param name="preferred">The preference of the user or the server.</param>
    /// <param name="isTls">Whether the server uses TLS.</param>
    /// <exception cref="RelayNeededException">TLS or the rate limit needs the relay, which the retriever does not use.</exception>
    /// <exception cref="TransferSyntaxNotOfferedException">The retriever cannot propose the transfer syntaxes.</exception>
    /// <exception cref="DestinationTooLongException">The retriever cannot write to the destination.</exception>
    public void Check(Retriever preferred, bool isTls) => Check(preferred, isTls, rate);

    private void Check(Retriever preferred, bool isTls, RateLimit? lowest)
    {
        var runsWithoutRelay = preferred == Retriever.MoveScu || (!useRelay && preferred == Retriever.GetScu);
        if (runsWithoutRelay && (isTls || lowest is not null))
            throw new RelayNeededException(isTls ? "TLS" : "a rate limit", preferred);
        if (transferSyntaxes.Count > 0 && preferred is (Retriever.GetScu or Retriever.MoveScu))
            throw new TransferSyntaxNotOfferedException(preferred);
        if (_isTooLong && preferred is (Retriever.GetScu or Retriever.MoveScu))
            throw new DestinationTooLongException(preferred);
    }

    /// <summary>Checks that this computer can receive on a TCP port.</summary>
    /// <exception cref="LocalPortException">It cannot.</exception>
    public static void CheckLocalPort(int port)
    {
        try
        {
            MoveScuRetriever.CheckPort(port);
        }
        catch (SocketException exception)
        {
            throw new LocalPortException(port, exception);
        }
    }

    /// <summary>Returns the retrievers, the preferred one first.</summary>
    /// <param name="preferred">The preference of the user or the server.</param>
    /// <param name="port">The TCP port for movescu to receive on.</param>
    /// <param name="isPortKnown">
    /// Whether the user or the server gave the port. The PACS sends the objects of movescu to the computer that it knows by our AE title,
    /// and only the user knows whether that is this one.
    /// </param>
    /// <param name="isTls">Whether the server uses TLS.</param>
    /// <param name="serverRate">The limit to the rate that the server has; 0 for none.</param>
    /// <exception cref="RetrieverChoiceException">The preferred retriever cannot be used.</exception>
    public IReadOnlyList<IRetriever> Choose(Retriever preferred, int port, bool isPortKnown, bool isTls, long serverRate)
    {
        var lowest = serverRate > 0 && !(rate?.BytesPerSecond <= serverRate) ? new RateLimit(serverRate) : rate;
        Check(preferred, isTls, lowest);
        var builtIn = new BuiltInRetriever(lowest, transferSyntaxes, sopClasses);
        if (preferred == Retriever.BuiltIn)
            return [builtIn];
        var isRelayNeeded = isTls || lowest is not null;
        var getScu = useRelay || !isRelayNeeded ? FindGetScu(lowest) : null;
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
            retrievers.Insert(transferSyntaxes.Count > 0 ? 0 : retrievers.Count, builtIn);
        if (isPortKnown && !isRelayNeeded && FindMoveScu(port) is { } moveScu)
            retrievers.Add(moveScu);
        return retrievers;
    }

    private GetScuRetriever? FindGetScu(RateLimit? lowest) =>
        !_isTooLong && DcmtkTool.Find("getscu") is { } path ? new GetScuRetriever(path, useRelay, lowest) : null;

    private MoveScuRetriever? FindMoveScu(int port)
    {
        if (_isTooLong || DcmtkTool.Find("movescu") is not { } path)
            return null;
        CheckLocalPort(port);
        return new MoveScuRetriever(path, port);
    }
}
