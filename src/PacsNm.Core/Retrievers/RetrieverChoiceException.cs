using System.Net.Sockets;

namespace PacsNm.Retrievers;

/// <summary>The retriever that the user or the server prefers cannot be used as it was asked for.</summary>
internal abstract class RetrieverChoiceException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The program of the retriever is not on the PATH.</summary>
/// <param name="tool">The name of the program.</param>
internal sealed class RetrieverNotFoundException(string tool) : RetrieverChoiceException($"DCMTK's {tool} was not found on the PATH.")
{
    /// <summary>The name of the program.</summary>
    public string Tool { get; } = tool;
}

/// <summary>TLS or a rate limit needs the relay, which the retriever does not use.</summary>
/// <param name="what">What needs the relay.</param>
/// <param name="retriever">The retriever.</param>
internal sealed class RelayNeededException(string what, Retriever retriever) : RetrieverChoiceException(
    retriever == Retriever.MoveScu ? $"movescu does not support {what}." : $"getscu supports {what} only with the relay.")
{
    /// <summary>What needs the relay.</summary>
    public string What { get; } = what;

    /// <summary>The retriever.</summary>
    public Retriever Retriever { get; } = retriever;
}

/// <summary>The retriever cannot propose the transfer syntaxes of the call.</summary>
/// <param name="retriever">The retriever.</param>
internal sealed class TransferSyntaxNotOfferedException(Retriever retriever)
    : RetrieverChoiceException($"{retriever} cannot offer the transfer syntaxes of -TransferSyntax.")
{
    /// <summary>The retriever.</summary>
    public Retriever Retriever { get; } = retriever;
}

/// <summary>The path of the destination is too long for a program of DCMTK on Windows.</summary>
/// <param name="retriever">The retriever.</param>
internal sealed class DestinationTooLongException(Retriever retriever) : RetrieverChoiceException(
    $"{retriever} cannot write to the destination: on Windows its path may have at most {RetrieverChoice.LongestDestination} characters.")
{
    /// <summary>The retriever.</summary>
    public Retriever Retriever { get; } = retriever;
}

/// <summary>The port on which movescu would receive cannot be used.</summary>
/// <param name="port">The TCP port.</param>
/// <param name="innerException">Why it cannot be used.</param>
internal sealed class LocalPortException(int port, SocketException innerException)
    : RetrieverChoiceException($"Port {port} cannot be used: {innerException.Message}", innerException)
{
    /// <summary>The TCP port.</summary>
    public int Port { get; } = port;
}
