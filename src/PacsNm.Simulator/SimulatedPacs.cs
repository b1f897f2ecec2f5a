using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Simulator;

/// <summary>
/// A practice PACS on the loopback address. It supports C-ECHO, C-FIND, C-GET and C-MOVE, serves synthetic studies or the files of a
/// folder, and accepts any number of associations.
/// </summary>
public sealed class SimulatedPacs : IDisposable
{
    private readonly TcpListener _listener;
    private readonly SimulatedPacsOptions _options;
    private readonly IStudyArchive _archive;
    private readonly Quirks _quirks;
    private readonly Negotiation _negotiation;
    private readonly LoadCurve _load;
    private readonly NetworkTimeouts _timeouts = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    private readonly ConcurrentDictionary<string, bool> _recalled = [];
    private readonly X509Certificate2? _certificate;
    private int _associations;

    private SimulatedPacs(TcpListener listener, SimulatedPacsOptions options, IStudyArchive archive)
    {
        _listener = listener;
        _options = options;
        _quirks = new Quirks(options.Quirks);
        if (_quirks.ValueOf(QuirkName.Drift) is { } every)
            archive = new DriftingArchive(archive, every);
        _archive = new QuirkyArchive(archive, _quirks);
        _load = new LoadCurve(_quirks.ValueOf(QuirkName.Capacity));
        _negotiation = new Negotiation(options.AETitle, archive, _quirks, [.. options.Destinations.Keys]);
        _certificate = options.UseTls ? SelfSignedCertificate.Create() : null;
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The files of <see cref="SimulatedPacsOptions.Folder"/> that are not served.</summary>
    public IReadOnlyList<PassedOverFile> PassedOver { get; private init; } = [];

    /// <summary>Starts a practice PACS.</summary>
    /// <exception cref="SocketException">The port is in use.</exception>
    /// <exception cref="IOException">The folder cannot be read or contains no DICOM file.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public static SimulatedPacs Start(SimulatedPacsOptions options)
    {
        var passedOver = new List<PassedOverFile>();
        IStudyArchive archive = options.Folder is null
            ? new SyntheticArchive(options.StudyCount, options.FirstDay, options.LastDay, options.Seed)
            : FileArchive.Open(options.Folder, passedOver);
        var listener = new TcpListener(IPAddress.Loopback, options.Port);
        listener.Start();
        var pacs = new SimulatedPacs(listener, options, archive) { PassedOver = passedOver };
        _ = pacs.AcceptAllAsync();
        return pacs;
    }

    /// <summary>Ends all associations and closes the port.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Stop();
        foreach (var socket in _sockets.Keys)
            socket.Dispose();
        _certificate?.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync().ConfigureAwait(false);
                _ = ServeAsync(socket);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The listener was stopped, or the peer closed the connection before it was accepted.
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        _sockets[socket] = true;
        var isCounted = false;
        try
        {
            QuirkyConnection? connection = null;
            var stream = await socket
                .ToPduStreamAsync(_certificate, _timeouts.TlsHandshake, below => connection = NewConnection(below), _stopping.Token)
                .ConfigureAwait(false);
            using var association = await Association
                .AcceptAsync(stream, Accept, _timeouts, _stopping.Token)
                .ConfigureAwait(false);
            await ServeAsync(association, connection!).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DicomNetworkException or DicomDataException
            or OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The peer closed or broke the association, or the PACS was stopped.
        }
        finally
        {
            if (isCounted)
                Interlocked.Decrement(ref _associations);
            _sockets.TryRemove(socket, out _);
            socket.Dispose();
        }

        QuirkyConnection NewConnection(Stream below) => new(below, _quirks);

        AssociateAccept Accept(AssociateRequest request)
        {
            isCounted = true;
            return _negotiation.Decide(request, isBusy: Interlocked.Increment(ref _associations) > 1);
        }
    }

    private async Task ServeAsync(Association association, QuirkyConnection connection)
    {
        try
        {
            while (await association.ReceiveAsync(Timeout.InfiniteTimeSpan, _stopping.Token).ConfigureAwait(false) is { } message)
                await AnswerAsync(new Operation(association, message, connection, _quirks, _stopping.Token)).ConfigureAwait(false);
        }
        catch (SilencedException)
        {
            // Nothing more is sent, but the connection stays open until the peer closes it.
            while (await association.ReceiveAsync(Timeout.InfiniteTimeSpan, _stopping.Token).ConfigureAwait(false) is not null)
            {
            }
        }
    }

    private Task AnswerAsync(Operation operation)
    {
        var field = operation.Command.Field;
        if (field == CommandField.EchoRequest)
            return operation.RespondAsync(DimseStatus.Success, null, null, _stopping.Token);

        // The operation has already ended.
        if (field == CommandField.CancelRequest)
            return Task.CompletedTask;
        if (Negotiation.HighestLevel(operation.SopClassUid, field) is not { } highest)
            return operation.RespondAsync(DimseStatus.SopClassNotSupported, null, null, _stopping.Token);
        return field == CommandField.FindRequest
            ? new QueryScp(_archive, _quirks, _load, _options.AETitle).AnswerAsync(operation, highest, _stopping.Token)
            : new RetrieveScp(_archive, _quirks, _load, _recalled, operation)
                .AnswerAsync(highest, instances => OpenAsync(operation, instances), _stopping.Token);
    }

    private async Task<IStoreDestination?> OpenAsync(Operation operation, IReadOnlyList<SimulatedInstance> instances)
    {
        if (operation.Command.Field == CommandField.GetRequest)
            return new GetDestination(operation);
        return _options.Destinations.TryGetValue(operation.Command.MoveDestination ?? "", out var port)
            ? await MoveDestination
                .OpenAsync(operation, _options.AETitle, port, instances, _quirks.Has(QuirkName.UncompressedOnly), _stopping.Token)
                .ConfigureAwait(false)
            : null;
    }
}
