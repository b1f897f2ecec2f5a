using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>
/// Finds the instances of studies or of single series (C-FIND at IMAGE level, PS3.4 C.4.1). A study's series are found
/// first: at IMAGE level the series must be named (PS3.4 C.4.1.2.1).
/// </summary>
[Cmdlet(VerbsCommon.Find, "PacsInstance")]
[OutputType(typeof(PacsInstance))]
public sealed class FindPacsInstanceCommand : FindPacsCommand
{
    private static readonly Tag[] ReturnKeys =
    [
        Tags.InstanceAvailability, Tags.SOPClassUID, Tags.SOPInstanceUID, Tags.InstanceNumber, Tags.NumberOfFrames,
        Tags.Rows, Tags.Columns,
    ];

    /// <summary>A study or a series, as Find-PacsStudy and Find-PacsSeries emit them.</summary>
    [Parameter(ValueFromPipeline = true, Position = 0)]
    public PacsMatch? InputObject { get; set; }

    /// <summary>The Study Instance UID (0020,000D).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? StudyInstanceUid { get; set; }

    /// <summary>Series Instance UIDs (0020,000E); without any, all series of the study.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? SeriesInstanceUid { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var study = InputObject?.StudyInstanceUid ?? StudyInstanceUid;
        if (study is null)
            return;
        if (!AreUids([study], nameof(StudyInstanceUid)) || !AreUids(SeriesInstanceUid, nameof(SeriesInstanceUid)))
            return;
        var server = ResolveServer(InputObject?.Server);
        var series = InputObject is PacsSeries one ? [one.SeriesInstanceUid] : SeriesInstanceUid;
        foreach (var uid in series ?? FindSeries(server, study))
        {
            var identifier = StartIdentifier("IMAGE", ReturnKeys)
                .Match(Tags.PatientID, InputObject?.UniqueKeyOfPatient)
                .Match(Tags.StudyInstanceUID, study)
                .Match(Tags.SeriesInstanceUID, uid);
            var above = new Dictionary<Tag, string> { [Tags.StudyInstanceUID] = study, [Tags.SeriesInstanceUID] = uid };
            Query(server, identifier, Tags.SOPInstanceUID, above, match => WriteMatch(new PacsInstance(match, server)));
        }
    }

    private string[] FindSeries(PacsServer server, string study)
    {
        var series = new List<string>();
        var identifier = new Identifier("SERIES", [Tags.SeriesInstanceUID])
            .Match(Tags.PatientID, InputObject?.UniqueKeyOfPatient)
            .Match(Tags.StudyInstanceUID, study);
        Query(server, identifier, Tags.SeriesInstanceUID, new Dictionary<Tag, string>(), match =>
        {
            if (match.GetString(Tags.SeriesInstanceUID) is { } uid)
                series.Add(uid);
        });
        return [.. series];
    }
}
