using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Retrieval;

/// <summary>An instance that a PACS says it has.</summary>
/// <param name="SeriesInstanceUid">Its series.</param>
/// <param name="SopInstanceUid">Its UID.</param>
internal sealed record PlannedInstance(string SeriesInstanceUid, string SopInstanceUid);

/// <summary>What a study should have, as far as its PACS says.</summary>
/// <param name="Expectation">How it is known.</param>
/// <param name="Count">The number of instances; null where it is not known.</param>
/// <param name="Instances">The instances; empty where only their number is known.</param>
internal sealed record StudyPlan(SaveExpectation Expectation, int? Count, IReadOnlyList<PlannedInstance> Instances)
{
    /// <summary>Series or instances of one study that are read from a PACS at most.</summary>
    private const int MaximumMatches = 100_000;

    /// <summary>Nothing is known.</summary>
    public static StudyPlan Unknown { get; } = new(SaveExpectation.None, null, []);

    /// <summary>
    /// Asks for the series of a study, then for the instances of each (PS3.4 C.4.1.2.1). A PACS that refuses either
    /// leaves the count that its study response had.
    /// </summary>
    public static async Task<StudyPlan> AskAsync(
        StudyToSave study,
        CancellationToken cancellationToken)
    {
        var fallback = study.CountOfStudy is { } count ? new StudyPlan(SaveExpectation.Count, count, []) : Unknown;
        using var session = new QuerySession(study.Server);
        try
        {
            var instances = new List<PlannedInstance>();
            foreach (var series in await UidsAsync(SeriesOf(study), Tags.SeriesInstanceUID).ConfigureAwait(false))
            {
                foreach (var uid in await UidsAsync(InstancesOf(study, series), Tags.SOPInstanceUID).ConfigureAwait(false))
                    instances.Add(new PlannedInstance(series, uid));
            }

            await session.CloseAsync(cancellationToken).ConfigureAwait(false);
            return instances.Count > 0 ? new StudyPlan(SaveExpectation.Instances, instances.Count, instances) : fallback;
        }
        catch (DimseFailureException)
        {
            await session.CloseAsync(cancellationToken).ConfigureAwait(false);
            return fallback;
        }

        async Task<IEnumerable<string>> UidsAsync(Identifier identifier, Tag tag)
        {
            var matches = await session
                .ListAsync(identifier.ToDataset(), tag, MaximumMatches, cancellationToken)
                .ConfigureAwait(false);
            return matches.Select(match => match.GetString(tag)).Where(Uid.IsValid).Select(uid => uid!).Distinct();
        }
    }

    private static Identifier SeriesOf(StudyToSave study) =>
        new Identifier("SERIES", [Tags.SeriesInstanceUID])
            .Match(Tags.PatientID, study.UniqueKeyOfPatient)
            .Match(Tags.StudyInstanceUID, study.StudyInstanceUid);

    private static Identifier InstancesOf(StudyToSave study, string series) =>
        new Identifier("IMAGE", [Tags.SOPInstanceUID])
            .Match(Tags.PatientID, study.UniqueKeyOfPatient)
            .Match(Tags.StudyInstanceUID, study.StudyInstanceUid)
            .Match(Tags.SeriesInstanceUID, series);
}
