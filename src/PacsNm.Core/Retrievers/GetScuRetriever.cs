using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrievers;

/// <summary>DCMTK's getscu, run through a relay of ours, or if that is not wanted without.</summary>
/// <param name="path">The program.</param>
/// <param name="useRelay">Whether to go through the relay.</param>
/// <param name="rateLimit">How fast the PACS may send, through the relay; null for as fast as it can.</param>
internal sealed class GetScuRetriever(string path, bool useRelay, RateLimit? rateLimit) : IRetriever
{
    /// <summary>The SOP classes that it proposed when it last ran.</summary>
    private IReadOnlyCollection<string> _proposed = [];

    /// <inheritdoc/>
    public string Name => nameof(Retriever.GetScu);

    /// <summary>JPEG lossless, JPEG 2000 lossless and lossy, JPEG-LS lossless and lossy, RLE, JPEG lossy of 8 and 12 bits.</summary>
    public IReadOnlyList<string> CompressedOptions { get; } = ["+xs", "+xv", "+xw", "+xt", "+xu", "+xr", "+xy", "+xx"];

    /// <inheritdoc/>
    public bool Receives(string? sopClassUid) => sopClassUid is null || _proposed.Count == 0 || _proposed.Contains(sopClassUid);

    /// <inheritdoc/>
    public async Task<string?> RunAsync(RetrieverRun run, CancellationToken cancellationToken)
    {
        if (!useRelay)
        {
            // In its default mode, which makes safe names of whatever UIDs come.
            List<string> direct =
                [.. DcmtkRun.CommonOptions(run, run.Limit, isVerbose: true), run.Server.ComputerName, DcmtkRun.Text(run.Server.Port)];
            var complaints = await DcmtkRun.RunAsync(path, direct, run.Log, cancellationToken).ConfigureAwait(false);
            return complaints.Count == 0 ? null : $"getscu: {string.Join(" ", complaints)}";
        }

        var peer = await Connection.ConnectAsync(run.Server, cancellationToken).ConfigureAwait(false);

        using var relay = new AssociationRelay(peer, run.Observer, () => run.IdleLimit, rateLimit);
        var relaying = relay.RunAsync(cancellationToken);

        // Streamed to disk as it came. Safe behind the relay, which lets no UID pass that is none. What passes, the relay sees too:
        // three lines for each object would take a third of the time of a small one.
        List<string> arguments =
            [.. DcmtkRun.CommonOptions(run, run.Limit, run.IsVerbose), "+B", "127.0.0.1", DcmtkRun.Text(relay.Port)];
        IReadOnlyCollection<string> errors;
        try
        {
            errors = await DcmtkRun.RunAsync(path, arguments, run.Log, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // getscu is gone: nothing passes any more, and the observer has seen all.
            relay.Dispose();
            await Task.WhenAny(relaying).ConfigureAwait(false);
            if (run.Observer.ProposedSopClasses.Count > 0)
                _proposed = run.Observer.ProposedSopClasses;
        }

        try
        {
            await relaying.ConfigureAwait(false);
        }
        catch (DicomNetworkException exception)
        {
            return exception.Message;
        }

        return ReasonOf(run, errors);
    }

    private static string? ReasonOf(RetrieverRun run, IReadOnlyCollection<string> errors)
    {
        if (run.Observer.Ending is AssociationRejectedException rejection)
            throw rejection;
        if (run.Observer.Ending is { } ending)
            return ending.Message;
        return run.Observer.FinalStatus is null or { Class: DimseStatusClass.Success } && errors.Count > 0
            ? $"getscu: {string.Join(" ", errors)}"
            : run.ReasonOfEnd;
    }
}
