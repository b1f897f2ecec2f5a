using System.Net.Sockets;
using PacsNm.Dicom.Network;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Commands;

/// <content>What retrieves: by the parameters, by what the server says, by what is on this machine.</content>
public abstract partial class SavePacsCommand
{
    private readonly Dictionary<(Retriever, int?, bool), RepairPlan> _ladders = [];
    private IReadOnlyList<string> _transferSyntaxes = [];
    private RateLimit? _rate;

    /// <summary>Whether a retriever is to run as it is, without our relay, which it needs for TLS and a limit to its rate.</summary>
    private bool RunsAsItIs(Retriever retriever) => retriever == Retriever.MoveScu || (NoRelay && retriever == Retriever.GetScu);

    private Retriever RetrieverOf(PacsServer server) => Given(nameof(Retriever), Retriever, server.Retriever);

    /// <summary>The port that the PACS knows by our AE title; null where neither the user nor the server says.</summary>
    private int? LocalPortOf(PacsServer server) => Given(nameof(LocalPort), LocalPort, server.LocalPort);

    /// <summary>Servers of one pipeline may differ in what retrieves from them.</summary>
    private RepairPlan LadderOf(PacsServer server)
    {
        var key = (RetrieverOf(server), LocalPortOf(server), server.UseTls);
        if (!_ladders.TryGetValue(key, out var ladder))
            _ladders[key] = ladder = new RepairPlan(Retrievers(key.Item1, key.Item2, key.UseTls), RetryCount);
        return ladder;
    }

    /// <summary>What retrieves, the preferred one first.</summary>
    private List<IRetriever> Retrievers(Retriever preferred, int? knownPort, bool isTls)
    {
        var port = knownPort ?? LocalPort;
        var rate = _rate ??= MaxBytesPerSecond > 0 ? new RateLimit(MaxBytesPerSecond) : null;
        if (preferred == Retriever.BuiltIn)
            return [new BuiltInRetriever(rate, _transferSyntaxes)];
        var isRelayNeeded = isTls || rate is not null;
        var getScu = !(NoRelay && isRelayNeeded) && DcmtkTool.Find("getscu") is { } getScuPath ? new GetScuRetriever(getScuPath, useRelay: !NoRelay, rate) : null;
        var moveScu = DcmtkTool.Find("movescu") is { } moveScuPath ? new MoveScuRetriever(moveScuPath, port) : null;
        if (preferred == Retriever.MoveScu)
        {
            if (moveScu is null)
                ThrowTerminatingError(ErrorRecords.DcmtkToolNotFound("movescu"));
            CheckLocalPort(port);
            return getScu is null ? [moveScu!] : [moveScu!, getScu];
        }

        if (preferred == Retriever.GetScu && getScu is null)
            ThrowTerminatingError(ErrorRecords.DcmtkToolNotFound("getscu"));
        var retrievers = new List<IRetriever>();
        if (getScu is not null)
            retrievers.Add(getScu);
        if (preferred == Retriever.Auto)
            retrievers.Insert(_transferSyntaxes.Count > 0 ? 0 : retrievers.Count, new BuiltInRetriever(rate, _transferSyntaxes));

        // A PACS sends what movescu asks for to whatever machine it knows by our AE title: only a user knows if that is this one.
        if (moveScu is not null && !isRelayNeeded && knownPort is not null)
        {
            CheckLocalPort(port);
            retrievers.Add(moveScu);
        }

        return retrievers;
    }

    /// <summary>The UIDs of -TransferSyntax.</summary>
    private List<string> ReadTransferSyntaxes()
    {
        var uids = new List<string>();
        foreach (var text in TransferSyntax)
        {
            if (!Dicom.Data.TransferSyntax.TryParse(text, out var syntax))
                ThrowTerminatingError(ErrorRecords.UnknownTransferSyntax(nameof(TransferSyntax), text));
            uids.Add(syntax.Uid);
        }

        return uids;
    }

    private void CheckLocalPort(int port)
    {
        try
        {
            MoveScuRetriever.CheckPort(port);
        }
        catch (SocketException exception)
        {
            ThrowTerminatingError(ErrorRecords.PortUnusable(
                port, exception, "Name a free port with -LocalPort: the one that the PACS knows for our AE title."));
        }
    }
}
