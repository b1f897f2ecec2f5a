using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>Retrieves single instances. Each takes an association of its own: many of a series come sooner with Save-PacsSeries.</summary>
[Cmdlet(VerbsData.Save, "PacsInstance", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PacsSavedInstance))]
public sealed class SavePacsInstanceCommand : SavePacsCommand
{
    /// <summary>An instance, as Find-PacsInstance emits it.</summary>
    [Parameter(ValueFromPipeline = true, Position = 0)]
    public PacsInstance? InputObject { get; set; }

    /// <summary>The Study Instance UID (0020,000D).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? StudyInstanceUid { get; set; }

    /// <summary>The Series Instance UID (0020,000E).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? SeriesInstanceUid { get; set; }

    /// <summary>SOP Instance UIDs (0008,0018) of the series.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? SopInstanceUid { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var study = InputObject?.StudyInstanceUid ?? StudyInstanceUid ?? "";
        var series = InputObject?.SeriesInstanceUid ?? SeriesInstanceUid ?? "";
        foreach (var uid in InputObject is null ? SopInstanceUid ?? [] : [InputObject.SopInstanceUid])
        {
            if (!AreUids([study], nameof(StudyInstanceUid)) || !AreUids([series], nameof(SeriesInstanceUid))
                || !AreUids([uid], nameof(SopInstanceUid)))
            {
                continue;
            }

            Save(new StudyToSave
            {
                Server = ResolveServer(InputObject?.Server),
                StudyInstanceUid = study,
                SeriesInstanceUid = series,
                SopInstanceUid = uid,
                SopClassUid = InputObject?.SopClassUid is { Length: > 0 } sopClass ? sopClass : null,
                UniqueKeyOfPatient = InputObject?.UniqueKeyOfPatient,
                Availability = InputObject?.InstanceAvailability ?? InstanceAvailability.Unknown,
            });
        }
    }
}
