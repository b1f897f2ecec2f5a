using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>Finds studies on a PACS (C-FIND at STUDY level, PS3.4 C.4.1).</summary>
[Cmdlet(VerbsCommon.Find, "PacsStudy")]
[OutputType(typeof(PacsStudy))]
public sealed class FindPacsStudyCommand : FindPacsCommand
{
    private static readonly Tag[] ReturnKeys =
    [
        Tags.StudyDate, Tags.StudyTime, Tags.AccessionNumber, Tags.InstanceAvailability, Tags.ModalitiesInStudy,
        Tags.ReferringPhysicianName, Tags.StudyDescription, Tags.PatientName, Tags.PatientID, Tags.PatientBirthDate,
        Tags.PatientSex, Tags.StudyInstanceUID, Tags.StudyID, Tags.NumberOfStudyRelatedSeries,
        Tags.NumberOfStudyRelatedInstances,
    ];

    private DateRange? _dates;

    /// <summary>The PACS, as an object or as AETITLE@host:port. The parameters below change single parts of it.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public override PacsServer? Server { get; set; }

    /// <summary>
    /// The day or the range of days of the study: 20210901, 20210901-20210930, -20210930, 20210901-, a DateTime, or two
    /// dates with a comma.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public object[]? StudyDate { get; set; }

    /// <summary>The first day, which belongs to the range: a date in any form of -StudyDate.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? After { get; set; }

    /// <summary>The last day, which belongs to the range: a date in any form of -StudyDate.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Before { get; set; }

    /// <summary>
    /// So many days back from today. Without any date the last 30 days are asked for, unless a UID or an accession
    /// number names the study.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 36500)]
    public int LastDays { get; set; } = 30;

    /// <summary>Patient ID (0010,0020); * and ? stand for any characters.</summary>
    [Parameter]
    public string? PatientId { get; set; }

    /// <summary>Patient's Name (0010,0010), Family^Given; * and ? stand for any characters.</summary>
    [Parameter]
    public string? PatientName { get; set; }

    /// <summary>Accession Number (0008,0050).</summary>
    [Parameter]
    public string? AccessionNumber { get; set; }

    /// <summary>Study Description (0008,1030); * and ? stand for any characters.</summary>
    [Parameter]
    public string? StudyDescription { get; set; }

    /// <summary>Study Instance UIDs (0020,000D).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? StudyInstanceUid { get; set; }

    /// <summary>Modalities, such as NM: studies with at least one of them.</summary>
    [Parameter]
    public string[]? Modality { get; set; }

    /// <summary>The most studies to emit; 0 is no limit.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxStudies { get; set; }

    /// <summary>
    /// Leaves ModalitiesInStudy empty where the PACS does not return it; otherwise the series of such a study are asked
    /// for theirs, on a second association.
    /// </summary>
    [Parameter]
    public SwitchParameter NoModalityLookup { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _dates = ParseDates();
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidDateRange(exception.Message, StudyDate ?? After ?? Before));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!AreUids(StudyInstanceUid, nameof(StudyInstanceUid)))
            return;
        var server = ResolveServer();
        var identifier = StartIdentifier("STUDY", ReturnKeys)
            .Match(Tags.PatientID, PatientId)
            .Match(Tags.PatientName, PatientName)
            .Match(Tags.AccessionNumber, AccessionNumber)
            .Match(Tags.StudyDescription, StudyDescription)
            .MatchUids(Tags.StudyInstanceUID, StudyInstanceUid)
            .Match(Tags.ModalitiesInStudy, Modality is [var only] ? only : null);
        if (_dates is not null || !identifier.Matches(Tags.StudyDate))
            identifier.Match(Tags.StudyDate, (_dates ?? DefaultDates(identifier)).ToString());

        var count = 0;
        using var lookup = new ModalityLookup(server);
        Query(server, identifier, Emit);
        Guard(server, () =>
        {
            foreach (var match in lookup.TakeDeferred(Session))
            {
                if (!Emit(match))
                    break;
            }

            Await(lookup.CloseAsync(StopToken));
        });

        bool Emit(Dataset match)
        {
            if (NoModalityLookup || Await(lookup.TryCompleteAsync(match, StopToken)))
            {
                var study = new PacsStudy(match, server);
                if (HasModality(study))
                {
                    WriteMatch(study);
                    count++;
                }
            }

            return MaxStudies == 0 || count < MaxStudies;
        }
    }

    private static DateRange DefaultDates(Identifier identifier) =>
        identifier.Matches(Tags.StudyInstanceUID) || identifier.Matches(Tags.AccessionNumber)
            ? DateRange.All
            : DateRange.LastDays(30, DateTime.Today);

    /// <summary>Many a PACS ignores the modality: its answers are checked. What it does not say is not held against it.</summary>
    private bool HasModality(PacsStudy study) =>
        Modality is not { Length: > 0 } || study.ModalitiesInStudy is not { Length: > 0 } present
        || present.Intersect(Modality, StringComparer.OrdinalIgnoreCase).Any();

    private DateRange? ParseDates()
    {
        var isAnyDaysGiven = MyInvocation.BoundParameters.ContainsKey(nameof(LastDays));
        var isRangeGiven = After is not null || Before is not null;
        if ((StudyDate is not null ? 1 : 0) + (isRangeGiven ? 1 : 0) + (isAnyDaysGiven ? 1 : 0) > 1)
            throw new FormatException("Give -StudyDate, or -After and -Before, or -LastDays, such as -StudyDate 20210901-20210930.");
        if (StudyDate is not null)
            return DateRange.Parse(StudyDate);
        if (isRangeGiven)
        {
            return (After, Before) switch
            {
                (not null, not null) => DateRange.Parse([After, Before]),
                (not null, null) => new DateRange(DateRange.ParseDay(After), null),
                _ => new DateRange(null, DateRange.ParseDay(Before)),
            };
        }

        return isAnyDaysGiven ? DateRange.LastDays(LastDays, DateTime.Today) : null;
    }
}
