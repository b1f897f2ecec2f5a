using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>Retrieves series, and says of each whether it is complete.</summary>
[Cmdlet(VerbsData.Save, "PacsSeries", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PacsSavedSeries))]
public sealed class SavePacsSeriesCommand : SavePacsCommand
{
    /// <summary>A series, as Find-PacsSeries emits it.</summary>
    [Parameter(ValueFromPipeline = true, Position = 0)]
    public PacsSeries? InputObject { get; set; }

    /// <summary>The Study Instance UID (0020,000D).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? StudyInstanceUid { get; set; }

    /// <summary>Series Instance UIDs (0020,000E) of the study.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? SeriesInstanceUid { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var study = InputObject?.StudyInstanceUid ?? StudyInstanceUid ?? "";
        foreach (var uid in InputObject is null ? SeriesInstanceUid ?? [] : [InputObject.SeriesInstanceUid])
        {
            if (!AreUids([study], nameof(StudyInstanceUid)) || !AreUids([uid], nameof(SeriesInstanceUid)))
                continue;
            Save(new StudyToSave
            {
                Server = ResolveServer(InputObject?.Server),
                StudyInstanceUid = study,
                SeriesInstanceUid = uid,
                UniqueKeyOfPatient = InputObject?.UniqueKeyOfPatient,
                Count = InputObject?.NumberOfSeriesRelatedInstances,
                IsCountUnknown = InputObject is null,
                Attributes = InputObject?.Dataset,
                Availability = InputObject?.InstanceAvailability ?? InstanceAvailability.Unknown,
            });
        }
    }
}
