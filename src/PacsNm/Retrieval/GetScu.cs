using System.Globalization;
using CliWrap;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>
/// DCMTK's getscu, run through a relay of ours. Its exit code says nothing: what it brought is in the folder, and why
/// it brought no more is what the relay saw.
/// </summary>
internal sealed class GetScu(string path, PacsServer server, TimeSpan idleLimit)
{
    /// <summary>How long a getscu that was asked to end may take before it is ended.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>Lines of its output that are kept.</summary>
    private const int KeptLines = 20;

    /// <summary>Runs one C-GET.</summary>
    /// <param name="request">What to ask for.</param>
    /// <param name="folder">An empty folder for the files.</param>
    /// <param name="observer">Sees what the PACS sends.</param>
    /// <param name="log">Takes the lines that getscu writes, as they come.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why it may have brought less than all; null if the PACS reported success.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="AssociationRejectedException">The PACS refused the association.</exception>
    public async Task<string?> RunAsync(
        RetrieveRequest request,
        string folder,
        RetrieveObserver observer,
        Action<string> log,
        CancellationToken cancellationToken)
    {
        var peer = await Connection.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        using var relay = new AssociationRelay(peer, observer, idleLimit);
        var relaying = relay.RunAsync(cancellationToken);
        var errors = new Queue<string>();
        using var kill = new CancellationTokenSource();
        using var registration = cancellationToken.Register(() => kill.CancelAfter(Grace));
        try
        {
            await Cli.Wrap(path)
                .WithArguments(Arguments(request, folder, relay.Port))
                .WithEnvironmentVariables(variables => variables.Set("TCP_NODELAY", "1"))
                .WithValidation(CommandResultValidation.None)
                .WithStandardErrorPipe(PipeTarget.ToDelegate(line =>
                {
                    log(line);
                    Keep(errors, line);
                }))
                .ExecuteAsync(kill.Token, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            // getscu is gone: nothing passes any more, and the observer has seen all.
            relay.Dispose();
            await Task.WhenAny(relaying).ConfigureAwait(false);
        }

        try
        {
            await relaying.ConfigureAwait(false);
        }
        catch (DicomNetworkException exception)
        {
            return exception.Message;
        }

        return ReasonOf(observer, errors);
    }

    private static string? ReasonOf(RetrieveObserver observer, Queue<string> errors)
    {
        if (observer.Ending is AssociationRejectedException rejection)
            throw rejection;
        if (observer.Ending is { } ending)
            return ending.Message;
        if (observer.FinalStatus is { } status && status != DimseStatus.Success)
            return $"The PACS ended the C-GET with status {status}.";
        if (errors.Count > 0)
            return $"getscu: {string.Join(" ", errors)}";
        return observer.FinalStatus is null ? "The association ended before the C-GET did." : null;
    }

    private static void Keep(Queue<string> errors, string line)
    {
        if (!line.StartsWith("E: ", StringComparison.Ordinal) && !line.StartsWith("F: ", StringComparison.Ordinal))
            return;
        if (errors.Count == KeptLines)
            errors.Dequeue();
        errors.Enqueue(line.Substring(3).Trim());
    }

    private List<string> Arguments(RetrieveRequest request, string folder, int relayPort)
    {
        var seconds = ((int)Math.Ceiling(idleLimit.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        List<string> arguments =
        [
            "-v",
            server.InformationModel == InformationModel.PatientRoot ? "-P" : "-S",
            "-aet", server.CallingAETitle,
            "-aec", server.CalledAETitle,
            "-to", server.ConnectTimeoutSeconds.ToString(CultureInfo.InvariantCulture),
            "-ta", server.AcseTimeoutSeconds.ToString(CultureInfo.InvariantCulture),
            "-td", seconds,
            "-pdu", Pdu.DefaultMaximumLength.ToString(CultureInfo.InvariantCulture),

            // Streamed to disk as it came. Safe behind the relay, which lets no UID pass that is none.
            "+B",
            "-od", folder,
            "-k", $"QueryRetrieveLevel={request.Level}",
            "-k", $"StudyInstanceUID={request.StudyInstanceUid}",
        ];
        if (request.PatientId is { } patient)
            arguments.AddRange(["-k", $"PatientID={patient}"]);
        if (request.SeriesInstanceUid is { } series)
            arguments.AddRange(["-k", $"SeriesInstanceUID={series}"]);
        if (request.SopInstanceUids is { } instances)
            arguments.AddRange(["-k", $"SOPInstanceUID={string.Join("\\", instances)}"]);
        arguments.AddRange(["127.0.0.1", relayPort.ToString(CultureInfo.InvariantCulture)]);
        return arguments;
    }
}
