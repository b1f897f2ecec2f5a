using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrievers;

/// <summary>DCMTK's getscu, with or without the relay.</summary>
/// <param name="path">The path of the program.</param>
/// <param name="useRelay">Whether to use the relay.</param>
/// <param name="rateLimit">The limit to the rate of the PACS, which needs the relay; null for none.</param>
internal sealed class GetScuRetriever(string path, bool useRelay, RateLimit? rateLimit) : IRetriever
{
    /// <summary>The SOP classes that getscu proposed in its last run.</summary>
    private IReadOnlyCollection<string> _proposed = [];

    /// <inheritdoc/>
    public Retriever Kind => Retriever.GetScu;

    /// <summary>JPEG lossless, JPEG 2000 lossless and lossy, JPEG-LS lossless and lossy, RLE, JPEG lossy of 8 and 12 bits.</summary>
    public IReadOnlyList<string> CompressedOptions { get; } = ["+xs", "+xv", "+xw", "+xt", "+xu", "+xr", "+xy", "+xx"];

    /// <inheritdoc/>
    public bool Receives(string? sopClassUid) => sopClassUid is null || _proposed.Count == 0 || _proposed.Contains(sopClassUid);

    /// <inheritdoc/>
    public bool MayHelp(string option, string? sopClassUid) => SopClasses.MayBeImage(sopClassUid);

    /// <inheritdoc/>
    public async Task<RetrieverOutcome> RunAsync(RetrieverRun run, CancellationToken cancellationToken)
    {
        if (!useRelay)
        {
            // Without bit-preserving mode, getscu makes safe file names from any UIDs.
            List<string> direct =
                [.. DcmtkRun.CommonOptions(run, run.Limit, isVerbose: true), run.Server.ComputerName, DcmtkRun.Text(run.Server.Port)];
            var complaints = await DcmtkRun.RunAsync(path, direct, run, cancellationToken).ConfigureAwait(false);
            return DcmtkRun.OutcomeOf("getscu", "C-GET", complaints);
        }

        var peer = await Connection.ConnectAsync(run.Server, cancellationToken).ConfigureAwait(false);

        using var relay = new AssociationRelay(peer, run.Observer, () => run.IdleLimit, rateLimit);
        var relaying = relay.RunAsync(cancellationToken);

        // In bit-preserving mode getscu writes each object to disk as it arrives. That is safe behind the relay, which rejects invalid
        // UIDs. The relay also observes the objects: getscu's three lines per object would take a third of the time of a small one.
        List<string> arguments =
            [.. DcmtkRun.CommonOptions(run, run.Limit, run.IsVerbose), "+B", "127.0.0.1", DcmtkRun.Text(relay.Port)];
        IReadOnlyCollection<string> errors;
        try
        {
            errors = await DcmtkRun.RunAsync(path, arguments, run, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // getscu has ended, so the observer has seen everything.
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
            return RetrieverOutcome.Of(exception);
        }

        return OutcomeOf(run, errors);
    }

    private static RetrieverOutcome OutcomeOf(RetrieverRun run, IReadOnlyCollection<string> errors)
    {
        if (run.Observer.Ending is AssociationRejectedException rejection)
            throw rejection;

        // The association is more reliable than the program's output.
        return run.Observer is { Ending: null, FinalStatus: null or { Class: DimseStatusClass.Success } } && errors.Count > 0
            ? DcmtkRun.FailureOf("getscu", errors)
            : RetrieverOutcome.Of(run.Observer);
    }
}
