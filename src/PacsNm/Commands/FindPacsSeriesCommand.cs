using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Dicom.Data;

namespace PacsNm.Commands;

/// <summary>Finds the series of studies (C-FIND at SERIES level, PS3.4 C.4.1).</summary>
[Cmdlet(VerbsCommon.Find, "PacsSeries")]
[OutputType(typeof(PacsSeries))]
public sealed class FindPacsSeriesCommand : FindPacsCommand
{
    private static readonly Tag[] ReturnKeys =
    [
        Tags.InstanceAvailability, Tags.Modality, Tags.SeriesDate, Tags.SeriesTime, Tags.SeriesDescription,
        Tags.BodyPartExamined, Tags.SeriesInstanceUID, Tags.SeriesNumber, Tags.NumberOfSeriesRelatedInstances,
    ];

    /// <summary>A study, as Find-PacsStudy emits it.</summary>
    [Parameter(ValueFromPipeline = true, Position = 0)]
    public PacsStudy? InputObject { get; set; }

    /// <summary>Study Instance UIDs (0020,000D).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? StudyInstanceUid { get; set; }

    /// <summary>The modality of the series, such as NM.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ModalityCompleter))]
    public string? Modality { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!AreUids(StudyInstanceUid, nameof(StudyInstanceUid)))
            return;
        var server = ResolveServer(InputObject?.Server);
        foreach (var study in InputObject is null ? StudyInstanceUid ?? [] : [InputObject.StudyInstanceUid])
        {
            var identifier = StartIdentifier("SERIES", ReturnKeys)
                .Match(Tags.PatientID, InputObject?.UniqueKeyOfPatient)
                .Match(Tags.StudyInstanceUID, study)
                .Match(Tags.Modality, Modality);
            var above = new Dictionary<Tag, string> { [Tags.StudyInstanceUID] = study };
            Query(server, identifier, Tags.SeriesInstanceUID, above, match =>
            {
                var series = new PacsSeries(match, server);
                if (Modality is null || series.Modality.Length == 0 || series.Modality.Equals(Modality, StringComparison.OrdinalIgnoreCase))
                    WriteMatch(series);
            });
        }
    }
}
