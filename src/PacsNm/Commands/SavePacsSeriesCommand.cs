using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>Retrieves series and reports whether each is complete.</summary>
[Cmdlet(
    VerbsData.Save, "PacsSeries", DefaultParameterSetName = nameof(InputObject),
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PacsSavedSeries))]
public sealed class SavePacsSeriesCommand() : SavePacsCommand("series")
{
    /// <summary>Series from Find-PacsSeries.</summary>
    [Parameter(Position = 0, ParameterSetName = nameof(InputObject), ValueFromPipeline = true)]
    public PacsSeries[]? InputObject { get; set; }

    /// <summary>The Study Instance UID (0020,000D).</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(SeriesInstanceUid), ValueFromPipelineByPropertyName = true)]
    [TextArgument]
    [AllowEmptyString]
    public string StudyInstanceUid { get; set; } = "";

    /// <summary>Series Instance UIDs (0020,000E) of the study.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = nameof(SeriesInstanceUid), ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string[] SeriesInstanceUid { get; set; } = [];

    /// <inheritdoc/>
    private protected override IEnumerable<StudyToSave?> Wanted() =>
        ParameterSetName == nameof(InputObject)
            ? Inputs(InputObject).Select(series => Want(series.StudyInstanceUid, series.SeriesInstanceUid, series))
        : ReadUid(StudyInstanceUid, nameof(StudyInstanceUid)) is not { } study
            ? []
        : SeriesInstanceUid.Select(text => ReadUid(text, nameof(SeriesInstanceUid)) is { } uid ? Want(study, uid, series: null) : null);

    private StudyToSave? Want(string study, string uid, PacsSeries? series)
    {
        if (ResolveServer(series?.Server) is not { } server)
            return null;
        return new StudyToSave
        {
            Server = server,
            StudyInstanceUid = study,
            SeriesInstanceUid = uid,
            UniqueKeyOfPatient = series?.UniqueKeyOfPatient,
            Count = series?.NumberOfSeriesRelatedInstances,
            IsCountUnknown = series is null,
            Attributes = series?.Dataset,
            IsLimited = series?.IsLimited ?? true,
            Availability = series?.InstanceAvailability ?? InstanceAvailability.Unknown,
        };
    }
}
