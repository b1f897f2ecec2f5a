using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>Retrieves studies and reports whether each is complete.</summary>
[Cmdlet(
    VerbsData.Save, "PacsStudy", DefaultParameterSetName = nameof(InputObject),
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PacsSavedStudy))]
public sealed class SavePacsStudyCommand() : SavePacsCommand("studies")
{
    private int _studies;

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

    /// <summary>
    /// The most studies to take from the pipeline, including studies that are in the destination already; 0 for no limit.
    /// </summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxStudies { get; set; }

    /// <inheritdoc/>
    private protected override bool IsLimited => MaxStudies > 0;

    /// <inheritdoc/>
    private protected override IEnumerable<StudyToSave?> Wanted() =>
        ParameterSetName == nameof(InputObject)
            ? Inputs(InputObject).Select(study => Want(study.StudyInstanceUid, study))
            : StudyInstanceUid.Select(text => ReadUid(text, nameof(StudyInstanceUid)) is { } uid ? Want(uid, study: null) : null);

    private StudyToSave? Want(string uid, PacsStudy? study)
    {
        if ((MaxStudies > 0 && _studies >= MaxStudies) || ResolveServer(study?.Server) is not { } server)
            return null;
        _studies++;
        return new StudyToSave
        {
            Server = server,
            StudyInstanceUid = uid,
            UniqueKeyOfPatient = study?.UniqueKeyOfPatient,
            Count = study?.NumberOfStudyRelatedInstances,
            IsCountUnknown = study is null,
            Attributes = study?.Dataset,
            IsLimited = study?.IsLimited ?? true,
            Availability = study?.InstanceAvailability ?? InstanceAvailability.Unknown,
        };
    }
}
