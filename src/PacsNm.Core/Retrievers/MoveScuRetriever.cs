using System.Net;
using System.Net.Sockets;

namespace PacsNm.Retrievers;

/// <summary>
/// DCMTK's movescu with a receiving port of its own, for a PACS that refuses C-GET (PS3.4 C.4.2). The PACS sends to
/// whatever machine it knows by our AE title: that must be this one.
/// </summary>
/// <param name="path">The program.</param>
/// <param name="localPort">The port that it receives on.</param>
internal sealed class MoveScuRetriever(string path, int localPort) : IRetriever
{
    /// <summary>One port serves one run at a time.</summary>
    private readonly SemaphoreSlim _port = new(1, 1);

    /// <inheritdoc/>
    public string Name => nameof(Retriever.MoveScu);

    /// <summary>All that it supports.</summary>
    public IReadOnlyList<string> CompressedOptions { get; } = ["+xa"];

    /// <inheritdoc/>
    public bool Receives(string? sopClassUid) => true;

    /// <summary>Finds out whether a port can be received on.</summary>
    /// <exception cref="SocketException">It is taken, or not to be had.</exception>
    public static void CheckPort(int port)
    {
        var listener = new TcpListener(IPAddress.Any, port) { ExclusiveAddressUse = true };
        listener.Start();
        listener.Stop();
    }

    /// <inheritdoc/>
    public async Task<string?> RunAsync(RetrieverRun run, CancellationToken cancellationToken)
    {
        List<string> arguments =
        [
            .. DcmtkRun.CommonOptions(run, run.Limit, isVerbose: true),
            "-aem", run.Server.CallingAETitle,
            "+P", DcmtkRun.Text(localPort),
            run.Server.ComputerName, DcmtkRun.Text(run.Server.Port),
        ];
        await _port.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var complaints = await DcmtkRun.RunAsync(path, arguments, run.Log, cancellationToken).ConfigureAwait(false);
            return complaints.Count == 0 ? null : $"movescu: {string.Join(" ", complaints)}";
        }
        finally
        {
            _port.Release();
        }
    }
}
