using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Simulator;

/// <summary>C-GET as SCP (PS3.4 C.4.3.3): each instance goes as a C-STORE on the same association.</summary>
internal sealed class RetrieveScp(Association association, SyntheticArchive archive)
{
    private readonly List<string> _failed = [];
    private ushort _completed;
    private ushort _remaining;

    /// <summary>Answers one C-GET.</summary>
    public async Task AnswerAsync(DimseMessage request, CancellationToken cancellationToken)
    {
        var context = association.Contexts.First(accepted => accepted.Id == request.ContextId);
        var identifier = DatasetReader.Read(request.Data, context.TransferSyntax);
        var wanted = Select(identifier);
        _remaining = (ushort)wanted.Count;
        foreach (var (study, series, instance) in wanted)
        {
            if (await QueryScp.IsCancelledAsync(association, request, cancellationToken).ConfigureAwait(false))
            {
                await RespondAsync(request, context, DimseStatus.Cancel, cancellationToken).ConfigureAwait(false);
                return;
            }

            _remaining--;
            if (await StoreAsync(study, series, instance, cancellationToken).ConfigureAwait(false))
                _completed++;
            else
                _failed.Add(instance.Uid);
            if (_remaining > 0)
                await RespondAsync(request, context, DimseStatus.Pending, cancellationToken).ConfigureAwait(false);
        }

        var status = _failed.Count == 0 ? DimseStatus.Success
            : _completed > 0 ? DimseStatus.SubOperationsCompleteWithFailures
            : DimseStatus.UnableToPerformSubOperations;
        await RespondAsync(request, context, status, cancellationToken).ConfigureAwait(false);
    }

    private List<(SimulatedStudy Study, SimulatedSeries Series, SimulatedInstance Instance)> Select(Dataset identifier)
    {
        var series = identifier.GetStrings(Tags.SeriesInstanceUID);
        var instances = identifier.GetStrings(Tags.SOPInstanceUID);
        var wanted =
            from study in archive.Studies(identifier)
            where identifier.GetStrings(Tags.StudyInstanceUID).Contains(study.Uid)
                || (series.Length + instances.Length > 0 && !identifier.Contains(Tags.StudyInstanceUID))
            from one in study.Series
            where series.Length == 0 || series.Contains(one.Uid)
            from instance in one.Instances
            where instances.Length == 0 || instances.Contains(instance.Uid)
            select (study, one, instance);
        return [.. wanted.Take(ushort.MaxValue)];
    }

    private async Task<bool> StoreAsync(
        SimulatedStudy study,
        SimulatedSeries series,
        SimulatedInstance instance,
        CancellationToken cancellationToken)
    {
        // The peer must have taken the SCP role for the class (PS3.7 D.3.3.4).
        var context = association.Contexts.FirstOrDefault(accepted => accepted.AbstractSyntax == instance.SopClassUid);
        var hasRole = association.Accept.UserInformation.RoleSelections
            .Any(role => role.SopClassUid == instance.SopClassUid && role.Scp);
        if (context is null || !hasRole)
            return false;
        var command = new CommandSet
        {
            Field = CommandField.StoreRequest,
            MessageId = association.NextMessageId(),
            SopClassUid = instance.SopClassUid,
            SopInstanceUid = instance.Uid,
            Priority = 0,
            HasDataSet = true,
        };
        var data = DatasetWriter.Write(Whole(study, series, instance), context.TransferSyntax);
        await association.SendAsync(context.Id, command, data, cancellationToken).ConfigureAwait(false);
        var response = await association
            .ReceiveResponseAsync(CommandField.StoreResponse, command.MessageId, cancellationToken)
            .ConfigureAwait(false);
        return response.Command.Status.Class is DimseStatusClass.Success or DimseStatusClass.Warning;
    }

    private static Dataset Whole(SimulatedStudy study, SimulatedSeries series, SimulatedInstance instance)
    {
        var whole = new Dataset();
        var attributes = study.Attributes.Concat(series.Attributes).Concat(instance.Attributes).Concat(instance.Content());

        // Where a PACS keeps an instance is said in answers to queries, and is no attribute of the instance.
        foreach (var element in attributes.Where(element => element.Tag != Tags.InstanceAvailability))
            whole.Set(element);
        return whole;
    }

    private Task RespondAsync(
        DimseMessage request,
        AcceptedContext context,
        DimseStatus status,
        CancellationToken cancellationToken)
    {
        var isFinal = status.Class != DimseStatusClass.Pending;
        var list = new Dataset();
        list.Set(Tags.FailedSOPInstanceUIDList, string.Join("\\", _failed));
        var hasList = isFinal && _failed.Count > 0;
        var response = new CommandSet
        {
            Field = CommandField.GetResponse,
            MessageId = request.Command.MessageId,
            SopClassUid = request.Command.SopClassUid,
            Status = status,
            SubOperations = new SubOperationCounts(
                isFinal && status != DimseStatus.Cancel ? null : _remaining, _completed, (ushort)_failed.Count, 0),
            HasDataSet = hasList,
        };
        return association.SendAsync(
            request.ContextId,
            response,
            hasList ? DatasetWriter.Write(list, context.TransferSyntax) : default,
            cancellationToken);
    }
}
