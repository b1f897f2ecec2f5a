using System.Net;
using System.Net.Sockets;
using PacsNm.Dicom.Data;

namespace PacsNm.Retrievers;

/// <summary>
/// DCMTK's movescu with its own receiving port, for a PACS that refuses C-GET (PS3.4 C.4.2). The PACS sends to the computer that it knows
/// by our AE title, which must be this one.
/// </summary>
/// <param name="path">The path of the program.</param>
/// <param name="localPort">The TCP port to receive on.</param>
internal sealed class MoveScuRetriever(string path, int localPort) : IRetriever
{
    /// <summary>Only one run at a time can use the port.</summary>
    private readonly SemaphoreSlim _port = new(1, 1);

    /// <inheritdoc/>
    public Retriever Kind => Retriever.MoveScu;

    /// <inheritdoc/>
    public bool CanShare => false;

    /// <summary>All transfer syntaxes that movescu supports.</summary>
    public IReadOnlyList<string> CompressedOptions { get; } = ["+xa"];

    /// <inheritdoc/>
    public bool Receives(string? sopClassUid) => true;

    /// <inheritdoc/>
    public bool MayHelp(string option, string? sopClassUid) => SopClasses.MayBeImage(sopClassUid);

    /// <summary>Checks that a port can be used to receive.</summary>
    /// <exception cref="SocketException">The port is in use or not available.</exception>
    public static void CheckPort(int port)
    {
        var listener = new TcpListener(IPAddress.Any, port) { ExclusiveAddressUse = true };
        listener.Start();
        listener.Stop();
    }

    /// <inheritdoc/>
    public async Task<RetrieverOutcome> RunAsync(RetrieverRun run, CancellationToken cancellationToken)
    {
        List<string> arguments =
        [
            .. DcmtkRun.CommonOptions(run, run.Limit, isVerbose: true),
            "-aem", run.Server.CallingAETitle,
            "+P", DcmtkRun.Text(localPort),
            run.Server.ComputerName, DcmtkRun.Text(run.Server.Port),
        ];
        await run.Place.CloseAsync().ConfigureAwait(false);
        await _port.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var complaints = await DcmtkRun.RunAsync(path, arguments, run, cancellationToken).ConfigureAwait(false);
            return DcmtkRun.OutcomeOf("movescu", "C-MOVE", complaints);
        }
        finally
        {
            _port.Release();
        }
    }
}
