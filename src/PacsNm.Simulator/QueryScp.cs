using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Simulator;

/// <summary>C-FIND as SCP (PS3.4 C.4.1.3).</summary>
internal static class QueryScp
{
    /// <summary>Answers one C-FIND.</summary>
    public static async Task AnswerAsync(
        Association association,
        DimseMessage request,
        SyntheticArchive archive,
        CancellationToken cancellationToken)
    {
        var context = association.Contexts.First(accepted => accepted.Id == request.ContextId);
        var identifier = DatasetReader.Read(request.Data, context.TransferSyntax);
        var matches = Candidates(archive, identifier);
        if (matches is null)
        {
            await RespondAsync(DimseStatus.IdentifierDoesNotMatchSopClass, null).ConfigureAwait(false);
            return;
        }

        foreach (var candidate in matches)
        {
            if (await IsCancelledAsync(association, request, cancellationToken).ConfigureAwait(false))
            {
                await RespondAsync(DimseStatus.Cancel, null).ConfigureAwait(false);
                return;
            }

            if (Matching.Matches(identifier, candidate))
                await RespondAsync(DimseStatus.Pending, Answer(identifier, candidate)).ConfigureAwait(false);
        }

        await RespondAsync(DimseStatus.Success, null).ConfigureAwait(false);

        Task RespondAsync(DimseStatus status, Dataset? match) => association.SendAsync(
            request.ContextId,
            new CommandSet
            {
                Field = CommandField.FindResponse,
                MessageId = request.Command.MessageId,
                SopClassUid = request.Command.SopClassUid,
                Status = status,
                HasDataSet = match is not null,
            },
            match is null ? default : DatasetWriter.Write(match, context.TransferSyntax),
            cancellationToken);
    }

    /// <summary>Whether a C-CANCEL for a request has come (PS3.7 9.3.2.3).</summary>
    public static async Task<bool> IsCancelledAsync(
        Association association,
        DimseMessage request,
        CancellationToken cancellationToken)
    {
        if (!association.HasInput)
            return false;
        var message = await association.ReceiveAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new AssociationAbortedException("The peer released the association in the middle of an operation.");
        return message.Command.Field == CommandField.CancelRequest
            && message.Command.MessageId == request.Command.MessageId;
    }

    private static IEnumerable<Dataset>? Candidates(SyntheticArchive archive, Dataset identifier)
    {
        var studies = archive.Studies(identifier);
        return identifier.GetString(Tags.QueryRetrieveLevel) switch
        {
            "PATIENT" => studies
                .GroupBy(study => study.Attributes.GetString(Tags.PatientID))
                .Select(patient => patient.First().Attributes),
            "STUDY" => studies.Select(StudyCandidate),
            "SERIES" => studies.SelectMany(study => study.Series.Select(series => SeriesCandidate(study, series))),
            "IMAGE" => studies.SelectMany(study => study.Series.SelectMany(series => series.Instances.Select(
                instance => Merge(study.Attributes, series.Attributes, instance.Attributes)))),
            _ => null,
        };
    }

    private static Dataset StudyCandidate(SimulatedStudy study)
    {
        var candidate = Merge(study.Attributes);
        var modalities = study.Series.Select(series => series.Attributes.GetString(Tags.Modality)).Distinct();
        candidate.Set(Tags.ModalitiesInStudy, string.Join("\\", modalities));
        candidate.Set(Tags.NumberOfStudyRelatedSeries, $"{study.Series.Count}");
        candidate.Set(Tags.NumberOfStudyRelatedInstances, $"{study.Series.Sum(series => series.Instances.Count)}");
        return candidate;
    }

    private static Dataset SeriesCandidate(SimulatedStudy study, SimulatedSeries series)
    {
        var candidate = Merge(study.Attributes, series.Attributes);
        candidate.Set(Tags.NumberOfSeriesRelatedInstances, $"{series.Instances.Count}");
        return candidate;
    }

    private static Dataset Merge(params Dataset[] parts)
    {
        var merged = new Dataset();
        foreach (var part in parts)
        {
            foreach (var element in part)
                merged.Set(element);
        }

        return merged;
    }

    /// <summary>The keys that were asked for, with the candidate's values (PS3.4 C.4.1.1.3.2).</summary>
    private static Dataset Answer(Dataset identifier, Dataset candidate)
    {
        var answer = new Dataset();
        foreach (var key in identifier)
        {
            if (candidate.TryGetElement(key.Tag, out var element))
                answer.Set(element);
            else
                answer.Set(key.Tag, key.VR, default);
        }

        answer.Set(Tags.QueryRetrieveLevel, identifier.GetString(Tags.QueryRetrieveLevel) ?? "");
        return answer;
    }
}
