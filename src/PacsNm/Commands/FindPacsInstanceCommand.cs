using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>
/// Finds the instances of studies or of single series (C-FIND at IMAGE level, PS3.4 C.4.1). For a study it finds the series first, because
/// a query at IMAGE level must name the series (PS3.4 C.4.1.2.1).
/// </summary>
[Cmdlet(VerbsCommon.Find, "PacsInstance", DefaultParameterSetName = nameof(InputObject))]
[OutputType(typeof(PacsInstance))]
public sealed class FindPacsInstanceCommand : FindPacsCommand
{
    private static readonly Tag[] ReturnKeys =
    [
        Tags.InstanceAvailability, Tags.SOPClassUID, Tags.SOPInstanceUID, Tags.InstanceNumber, Tags.NumberOfFrames,
        Tags.Rows, Tags.Columns,
    ];

    /// <summary>Studies from Find-PacsStudy or series from Find-PacsSeries.</summary>
    [Parameter(Position = 0, ParameterSetName = nameof(InputObject), ValueFromPipeline = true)]
    public PacsMatch[]? InputObject { get; set; }

    /// <summary>The Study Instance UID (0020,000D), as text or from a column of this name.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ParameterSetName = nameof(StudyInstanceUid),
        ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [TextArgument]
    [AllowEmptyString]
    public string StudyInstanceUid { get; set; } = "";

    /// <summary>Series Instance UIDs (0020,000E) of the study. By default all series are searched.</summary>
    [Parameter(Position = 1, ParameterSetName = nameof(StudyInstanceUid), ValueFromPipelineByPropertyName = true)]
    public string[]? SeriesInstanceUid { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(InputObject))
        {
            foreach (var match in Inputs(InputObject))
                Find(match.StudyInstanceUid, match is PacsSeries series ? [series.SeriesInstanceUid] : [], match);
            return;
        }

        // An empty cell means that no series was given.
        var given = (SeriesInstanceUid ?? []).Where(uid => !string.IsNullOrWhiteSpace(uid));
        if (ReadUid(StudyInstanceUid, nameof(StudyInstanceUid)) is { } study && ReadUids(given, nameof(SeriesInstanceUid)) is { } uids)
            Find(study, uids, match: null);
    }

    private void Find(string study, string[] series, PacsMatch? match)
    {
        if (ResolveServer(match?.Server) is not { } server)
            return;
        var found = 0;
        var isDone = Guard(server, (object?)match ?? study, () =>
        {
            var all = series.Length > 0 ? series : FindSeries(server, study, match);
            found = all.Length;
            foreach (var uid in all)
            {
                var identifier = Further.Start("IMAGE", ReturnKeys)
                    .Match(Tags.PatientID, match?.UniqueKeyOfPatient)
                    .Match(Tags.StudyInstanceUID, study)
                    .Match(Tags.SeriesInstanceUID, uid);
                var above = new Dictionary<Tag, string> { [Tags.StudyInstanceUID] = study, [Tags.SeriesInstanceUID] = uid };
                Query(server, identifier, Tags.SOPInstanceUID, above, instance =>
                    WriteMatch(new PacsInstance(instance, server) { IsLimited = match?.IsLimited ?? true }));
            }
        });
        if (isDone && found == 0 && match is null)
            WriteError(ErrorRecords.StudyNotFound(server, $"with the StudyInstanceUid {study}", study, isRecentOnly: false));
    }

    private string[] FindSeries(PacsServer server, string study, PacsMatch? match)
    {
        var series = new List<string>();
        var identifier = new Identifier("SERIES", [Tags.SeriesInstanceUID])
            .Match(Tags.PatientID, match?.UniqueKeyOfPatient)
            .Match(Tags.StudyInstanceUID, study);
        Query(server, identifier, Tags.SeriesInstanceUID, new Dictionary<Tag, string>(), found =>
        {
            if (found.GetString(Tags.SeriesInstanceUID) is { } uid)
                series.Add(uid);
        });
        return [.. series];
    }
}
