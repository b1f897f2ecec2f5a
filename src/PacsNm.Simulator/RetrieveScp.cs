using System.Collections.Concurrent;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Simulator;

/// <summary>C-GET and C-MOVE as SCP (PS3.4 C.4.2.3, C.4.3.3), with one C-STORE sub-operation per instance.</summary>
/// <param name="archive">The archive.</param>
/// <param name="quirks">The quirks.</param>
/// <param name="load">The load of the PACS.</param>
/// <param name="recalled">The studies that were requested before, for SuccessWhenBusy.</param>
/// <param name="operation">The operation.</param>
internal sealed class RetrieveScp(
    IStudyArchive archive,
    Quirks quirks,
    LoadCurve load,
    ConcurrentDictionary<string, bool> recalled,
    Operation operation)
{
    private readonly List<string> _failed = [];
    private ushort _completed;
    private ushort _remaining;

    /// <summary>Answers one C-GET or C-MOVE.</summary>
    /// <param name="highest">The highest level of its information model.</param>
    /// <param name="open">Opens the destination for the instances to send; null if the destination is not known.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    public async Task AnswerAsync(
        QueryLevel highest,
        Func<IReadOnlyList<SimulatedInstance>, Task<IStoreDestination?>> open,
        CancellationToken cancellationToken)
    {
        var final = await PerformAsync(highest, open, cancellationToken).ConfigureAwait(false);
        await RespondAsync(final, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DimseStatus> PerformAsync(
        QueryLevel highest,
        Func<IReadOnlyList<SimulatedInstance>, Task<IStoreDestination?>> open,
        CancellationToken cancellationToken)
    {
        var identifier = operation.ReadIdentifier();
        if (RetrieveSelection.Of(archive, identifier, highest) is not { } wanted)
            return DimseStatus.IdentifierDoesNotMatchSopClass;
        if (quirks.Has(QuirkName.NoImageRetrieval) && identifier.GetString(Tags.SOPInstanceUID) is not null)
            return DimseStatus.IdentifierDoesNotMatchSopClass;
        if (AnswerAtOnce(wanted.Select(one => one.Study)) is { } answer)
            return answer;
        IReadOnlyList<SimulatedInstance> instances = [.. wanted.Select(one => one.Instance)];
        using var destination = await open(instances).ConfigureAwait(false);
        if (destination is null)
            return DimseStatus.MoveDestinationUnknown;
        await WaitForArchiveAsync(wanted.Select(one => one.Study), cancellationToken).ConfigureAwait(false);
        if (await StoreAllAsync(destination, instances, cancellationToken).ConfigureAwait(false) is { } early)
            return early;
        await destination.CloseAsync(cancellationToken).ConfigureAwait(false);
        return _failed.Count == 0 ? DimseStatus.Success
            : _completed > 0 ? DimseStatus.SubOperationsCompleteWithFailures
            : DimseStatus.UnableToPerformSubOperations;
    }

    /// <summary>The status of a request that is answered without sub-operations; null for other requests.</summary>
    private DimseStatus? AnswerAtOnce(IEnumerable<SimulatedStudy> studies)
    {
        var isRefused = operation.Command.Field == CommandField.GetRequest ? QuirkName.RefuseGet : QuirkName.RefuseMove;
        if (quirks.Has(isRefused) || quirks.Has(QuirkName.RefuseAll))
            return DimseStatus.UnableToPerformSubOperations;
        var isBusy = quirks.Has(QuirkName.SuccessWhenBusy)
            && studies
                .Select(study => study.Attributes.GetString(Tags.StudyInstanceUID) ?? "")
                .Distinct()
                .Count(uid => recalled.TryAdd(uid, true)) > 0;
        return isBusy || quirks.Has(QuirkName.EmptySuccess) ? DimseStatus.Success : null;
    }

    private async Task WaitForArchiveAsync(IEnumerable<SimulatedStudy> studies, CancellationToken cancellationToken)
    {
        if (quirks.ValueOf(QuirkName.NearlineDelay) is not { } seconds
            || !studies.Any(study => study.Attributes.GetString(Tags.InstanceAvailability) == "NEARLINE"))
        {
            return;
        }

        // The wait is divided, so that it ends when the peer cancels or closes the connection.
        for (var step = 0; step < 10 * seconds; step++)
        {
            if (await operation.IsCancelledAsync(cancellationToken).ConfigureAwait(false))
                return;
            await Task.Delay(100, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Performs the sub-operations.</summary>
    /// <returns>The final status if the sub-operations ended early; null if all were performed.</returns>
    private async Task<DimseStatus?> StoreAllAsync(
        IStoreDestination destination,
        IReadOnlyList<SimulatedInstance> instances,
        CancellationToken cancellationToken)
    {
        _remaining = (ushort)instances.Count;
        var every = quirks.ValueOf(QuirkName.FailEveryNth);
        foreach (var (instance, number) in instances.Select((instance, index) => (instance, index + 1)))
        {
            if (await operation.IsCancelledAsync(cancellationToken).ConfigureAwait(false))
                return DimseStatus.Cancel;
            _remaining--;
            if (quirks.Has(QuirkName.StopAtUnsupported) && !destination.CanTake(instance))
            {
                _failed.Add(instance.Uid);
                return DimseStatus.UnableToProcess;
            }

            await load.ServeObjectAsync(cancellationToken).ConfigureAwait(false);
            var isSpoilt = every is > 0 && number % every == 0;
            if (!isSpoilt && await destination.StoreAsync(instance, cancellationToken).ConfigureAwait(false))
                _completed++;
            else
                _failed.Add(instance.Uid);
            if (_remaining > 0)
                await RespondAsync(DimseStatus.Pending, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private Task RespondAsync(DimseStatus status, CancellationToken cancellationToken)
    {
        var isFinal = status.Class != DimseStatusClass.Pending;
        ushort? remaining = isFinal && status != DimseStatus.Cancel ? null : _remaining;
        var all = (ushort)(_completed + _failed.Count + _remaining);
        var counts = quirks.Has(QuirkName.LyingCounters)
            ? new SubOperationCounts(remaining, all, 0, 0)
            : new SubOperationCounts(remaining, _completed, (ushort)_failed.Count, 0);
        Dataset? list = null;
        if (isFinal && _failed.Count > 0)
            (list = new Dataset()).Set(Tags.FailedSOPInstanceUIDList, string.Join("\\", _failed));
        return operation.RespondAsync(status, list, counts, cancellationToken);
    }
}
