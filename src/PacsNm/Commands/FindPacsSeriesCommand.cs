using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Dicom.Data;

namespace PacsNm.Commands;

/// <summary>Finds the series of studies (C-FIND at SERIES level, PS3.4 C.4.1).</summary>
[Cmdlet(VerbsCommon.Find, "PacsSeries", DefaultParameterSetName = nameof(InputObject))]
[OutputType(typeof(PacsSeries))]
public sealed class FindPacsSeriesCommand : FindPacsCommand
{
    /// <summary>Studies from Find-PacsStudy.</summary>
    [Parameter(Position = 0, ParameterSetName = nameof(InputObject), ValueFromPipeline = true)]
    public PacsStudy[]? InputObject { get; set; }

    /// <summary>Study Instance UIDs (0020,000D), as text or from a column of this name.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ParameterSetName = nameof(StudyInstanceUid),
        ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TextArgument]
    [AllowEmptyString]
    public string[] StudyInstanceUid { get; set; } = [];

    /// <summary>The modality of the series, such as NM.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string? Modality { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(InputObject))
        {
            foreach (var study in Inputs(InputObject))
                Find(study.StudyInstanceUid, study);
            return;
        }

        foreach (var uid in ReadUids(StudyInstanceUid, nameof(StudyInstanceUid)) ?? [])
            Find(uid, study: null);
    }

    private void Find(string uid, PacsStudy? study)
    {
        if (ResolveServer(study?.Server) is not { } server)
            return;
        var identifier = Further.Start("SERIES", PacsSeries.ReturnKeys)
            .Match(Tags.PatientID, study?.UniqueKeyOfPatient)
            .Match(Tags.StudyInstanceUID, uid)
            .Match(Tags.Modality, Modality);
        var above = new Dictionary<Tag, string> { [Tags.StudyInstanceUID] = uid };
        var count = 0;
        var isDone = Guard(server, (object?)study ?? uid, () => Query(server, identifier, Tags.SeriesInstanceUID, above, match =>
        {
            count++;
            var series = new PacsSeries(match, server) { IsLimited = study?.IsLimited ?? true };
            if (Modality is null || series.Modality.Length == 0 || series.Modality.Equals(Modality, StringComparison.OrdinalIgnoreCase))
                WriteMatch(series);
        }));
        if (isDone && count == 0 && study is null && Modality is null && Filter.Count == 0)
            WriteError(ErrorRecords.StudyNotFound(server, $"with the StudyInstanceUid {uid}", uid, isRecentOnly: false));
    }
}
