using System.Runtime.ExceptionServices;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

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

    /// <inheritdoc/>
    public bool CanShare => useRelay;

    /// <summary>JPEG lossless, JPEG 2000 lossless and lossy, JPEG-LS lossless and lossy, RLE, JPEG lossy of 8 and 12 bits.</summary>
    public IReadOnlyList<string> CompressedOptions { get; } = ["+xs", "+xv", "+xw", "+xt", "+xu", "+xr", "+xy", "+xx"];

    /// <inheritdoc/>
    public bool Receives(string? sopClassUid) => sopClassUid is null || _proposed.Count == 0 || _proposed.Contains(sopClassUid);

    /// <inheritdoc/>
    public bool MayHelp(string option, string? sopClassUid) => SopClasses.MayBeImage(sopClassUid);

    /// <inheritdoc/>
    public async Task<RetrieverOutcome> RunAsync(RetrieverRun run, CancellationToken cancellationToken)
    {
        if (useRelay)
            return await RelayAsync(run, run.IsFirst, cancellationToken).ConfigureAwait(false);

        // The program opens its own association. Without bit-preserving mode, it makes safe file names from any UIDs.
        await run.Place.CloseAsync().ConfigureAwait(false);
        List<string> arguments =
            [.. DcmtkRun.CommonOptions(run, run.Limit, isVerbose: true), run.Server.ComputerName, DcmtkRun.Text(run.Server.Port)];
        var complaints = await DcmtkRun.RunAsync(path, arguments, run, cancellationToken).ConfigureAwait(false);
        return DcmtkRun.OutcomeOf("getscu", "C-GET", complaints);
    }

    /// <summary>Runs getscu behind the relay.</summary>
    /// <param name="run">What to retrieve.</param>
    /// <param name="mayReuse">Whether an open association may be used.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    private async Task<RetrieverOutcome> RelayAsync(RetrieverRun run, bool mayReuse, CancellationToken cancellationToken)
    {
        DicomNetworkException? refusal = null;
        var isReused = false;
        using var relay = new AssociationRelay(AssociateAsync, run.Observer, () => run.IdleLimit, rateLimit);
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

        if (refusal is not null)
            ExceptionDispatchInfo.Capture(refusal).Throw();
        try
        {
            await relaying.ConfigureAwait(false);
        }
        catch (DicomNetworkException exception)
        {
            return RetrieverOutcome.Of(exception);
        }

        // The PACS had closed it in the meantime.
        if (isReused && run.Observer is { Objects: 0, FinalStatus: null } && !cancellationToken.IsCancellationRequested)
            return await RelayAsync(run, mayReuse: false, cancellationToken).ConfigureAwait(false);
        return OutcomeOf(run, errors);

        async Task<Association> AssociateAsync(AssociateRequest request, CancellationToken ending)
        {
            try
            {
                if (!mayReuse)
                    return await run.Place.OpenAsync(run.Server, request, ending).ConfigureAwait(false);
                (var association, isReused) = await run.Place.ForRetrievalAsync(run.Server, request, isProgram: true, ending)
                    .ConfigureAwait(false);
                return association;
            }
            catch (DicomNetworkException exception)
            {
                refusal = exception;
                throw;
            }
        }
    }

    /// <summary>How a run ended. The association is more reliable than the program's output.</summary>
    private static RetrieverOutcome OutcomeOf(RetrieverRun run, IReadOnlyCollection<string> errors) =>
        run.Observer is { Ending: null, FinalStatus: null or { Class: DimseStatusClass.Success } } && errors.Count > 0
            ? DcmtkRun.FailureOf("getscu", errors)
            : RetrieverOutcome.Of(run.Observer);
}
