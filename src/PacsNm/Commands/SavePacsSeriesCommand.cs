using System.Management.Automation;
using PacsNm.Retrieval;

namespace PacsNm.Commands;

/// <summary>Retrieves series, and says of each whether it is complete.</summary>
[Cmdlet(
    VerbsData.Save, "PacsSeries", DefaultParameterSetName = nameof(InputObject),
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PacsSavedSeries))]
public sealed class SavePacsSeriesCommand : SavePacsCommand
{
    /// <summary>Series, as Find-PacsSeries emits them.</summary>
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
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(InputObject))
        {
            foreach (var series in Inputs(InputObject))
                SaveOne(series.StudyInstanceUid, series.SeriesInstanceUid, series);
            return;
        }

        if (ReadUid(StudyInstanceUid, nameof(StudyInstanceUid)) is not { } study)
            return;
        foreach (var text in SeriesInstanceUid)
        {
            if (ReadUid(text, nameof(SeriesInstanceUid)) is { } uid)
                SaveOne(study, uid, series: null);
        }
    }

    private void SaveOne(string study, string uid, PacsSeries? series)
    {
        if (ResolveServer(series?.Server) is not { } server)
            return;
        Save(new StudyToSave
        {
            Server = server,
            StudyInstanceUid = study,
            SeriesInstanceUid = uid,
            UniqueKeyOfPatient = series?.UniqueKeyOfPatient,
            Count = series?.NumberOfSeriesRelatedInstances,
            IsCountUnknown = series is null,
            Attributes = series?.Dataset,
            Availability = series?.InstanceAvailability ?? InstanceAvailability.Unknown,
        });
    }
}
