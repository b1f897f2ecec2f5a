using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>Retrieves studies, and says of each whether it is complete.</summary>
[Cmdlet(VerbsData.Save, "PacsStudy", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PacsSavedStudy))]
public sealed class SavePacsStudyCommand : SavePacsCommand
{
    private int _studies;

    /// <summary>A study, as Find-PacsStudy emits it.</summary>
    [Parameter(ValueFromPipeline = true, Position = 0)]
    public PacsStudy? InputObject { get; set; }

    /// <summary>Study Instance UIDs (0020,000D); a column of that name in a CSV file is taken too.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? StudyInstanceUid { get; set; }

    /// <summary>The most studies to take from the pipeline, with those that are there already; 0 is no limit.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxStudies { get; set; }

    /// <inheritdoc/>
    private protected override bool IsLimited => MaxStudies > 0;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var uid in InputObject is null ? StudyInstanceUid ?? [] : [InputObject.StudyInstanceUid])
        {
            if (MaxStudies > 0 && _studies >= MaxStudies)
                return;
            if (!AreUids([uid], nameof(StudyInstanceUid)))
                continue;
            _studies++;
            Save(new StudyToSave
            {
                Server = ResolveServer(InputObject?.Server),
                StudyInstanceUid = uid,
                UniqueKeyOfPatient = InputObject?.UniqueKeyOfPatient,
                Count = InputObject?.NumberOfStudyRelatedInstances,
                IsCountUnknown = InputObject is null,
                Attributes = InputObject?.Dataset,
                Availability = InputObject?.InstanceAvailability ?? InstanceAvailability.Unknown,
            });
        }
    }
}
