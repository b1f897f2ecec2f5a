using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>Retrieves single instances, with one request each. Save-PacsSeries is faster for many instances of a series.</summary>
[Cmdlet(
    VerbsData.Save, "PacsInstance", DefaultParameterSetName = nameof(InputObject),
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PacsSavedInstance))]
public sealed class SavePacsInstanceCommand() : SavePacsCommand("instances")
{
    /// <summary>Instances from Find-PacsInstance.</summary>
    [Parameter(Position = 0, ParameterSetName = nameof(InputObject), ValueFromPipeline = true)]
    public PacsInstance[]? InputObject { get; set; }

    /// <summary>The Study Instance UID (0020,000D).</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(SopInstanceUid), ValueFromPipelineByPropertyName = true)]
    [TextArgument]
    [AllowEmptyString]
    public string StudyInstanceUid { get; set; } = "";

    /// <summary>The Series Instance UID (0020,000E).</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = nameof(SopInstanceUid), ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string SeriesInstanceUid { get; set; } = "";

    /// <summary>SOP Instance UIDs (0008,0018) of the series.</summary>
    [Parameter(Mandatory = true, Position = 2, ParameterSetName = nameof(SopInstanceUid), ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string[] SopInstanceUid { get; set; } = [];

    /// <inheritdoc/>
    private protected override IEnumerable<StudyToSave?> Wanted() =>
        ParameterSetName == nameof(InputObject)
            ? Inputs(InputObject).Select(one => Want(one.StudyInstanceUid, one.SeriesInstanceUid, one.SopInstanceUid, one))
        : ReadUid(StudyInstanceUid, nameof(StudyInstanceUid)) is not { } study
            || ReadUid(SeriesInstanceUid, nameof(SeriesInstanceUid)) is not { } series
            ? []
        : SopInstanceUid.Select(text => ReadUid(text, nameof(SopInstanceUid)) is { } uid ? Want(study, series, uid, instance: null) : null);

    private StudyToSave? Want(string study, string series, string uid, PacsInstance? instance)
    {
        if (ResolveServer(instance?.Server) is not { } server)
            return null;
        return new StudyToSave
        {
            Server = server,
            StudyInstanceUid = study,
            SeriesInstanceUid = series,
            SopInstanceUid = uid,
            SopClassUid = instance?.SopClassUid is { Length: > 0 } sopClass ? sopClass : null,
            UniqueKeyOfPatient = instance?.UniqueKeyOfPatient,
            IsLimited = instance?.IsLimited ?? true,
            Availability = instance?.InstanceAvailability ?? InstanceAvailability.Unknown,
        };
    }
}
