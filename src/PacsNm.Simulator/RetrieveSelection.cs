using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>Selects the instances that the identifier of a C-GET or C-MOVE requests.</summary>
internal static class RetrieveSelection
{
    /// <summary>The most instances of one request, because the counts of sub-operations have 16 bits (PS3.7 9.3.3.2).</summary>
    private const int MaximumInstances = ushort.MaxValue;

    /// <summary>The instances of an identifier; null if the identifier lacks the unique key of its level (PS3.4 C.4.3.1.3).</summary>
    public static IReadOnlyList<(SimulatedStudy Study, SimulatedInstance Instance)>? Of(
        IStudyArchive archive,
        Dataset identifier,
        QueryLevel highest)
    {
        if (QueryKeys.Parse(identifier.GetString(Tags.QueryRetrieveLevel)) is not { } level
            || level < highest
            || identifier.GetString(QueryKeys.UniqueKeyOf(level)) is null)
        {
            return null;
        }

        Matching Keys(QueryLevel from, QueryLevel to) =>
            new(identifier, tag => Enumerable.Range((int)from, to - from + 1).Any(one => QueryKeys.UniqueKeyOf((QueryLevel)one) == tag));
        var ofStudy = Keys(QueryLevel.Patient, QueryLevel.Study);
        var ofSeries = Keys(QueryLevel.Series, QueryLevel.Series);
        var ofInstance = Keys(QueryLevel.Image, QueryLevel.Image);
        var wanted =
            from study in archive.Find(identifier)
            where ofStudy.Matches(study.Attributes)
            from series in study.Series
            where ofSeries.Matches(series.Attributes)
            from instance in series.Instances
            where ofInstance.Matches(instance.Attributes)
            select (study, instance);
        return [.. wanted.Take(MaximumInstances)];
    }
}
