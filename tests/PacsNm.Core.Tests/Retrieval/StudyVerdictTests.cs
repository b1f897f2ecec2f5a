using CsCheck;
using PacsNm.Archive;
using PacsNm.Retrieval;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>The product's promise as a pure function: what is complete, and what never is.</summary>
public sealed class StudyVerdictTests
{
    private static readonly InstanceKey[] Keys = [.. Enumerable.Range(1, 6).Select(number => new InstanceKey("1.2", $"1.2.{number}"))];

    /// <summary>Facts of all sorts: what is counted, listed, there, and said by the PACS need not agree.</summary>
    private static readonly Gen<StudyFacts> AnyFacts =
        from listed in Subset
        from present in Subset
        from received in Subset
        from counted in Gen.Int[0, 7]
        from sent in Gen.Int[-1, 7]
        from attempts in Gen.Int[0, 3]
        from flags in Gen.Bool.Array[7]
        let plan = StudyPlan.Of([], listed, counted == 0 ? null : counted, flags[0])
        select new StudyFacts
        {
            IsPlanned = flags[1],
            Plan = plan,
            Present = [.. present.Select(one => one.Key)],
            Received = [.. received.Select(one => one.Key).Intersect(present.Select(one => one.Key))],
            Attempts = attempts,
            IsLastSuccess = flags[2],
            IsWholeSuccess = flags[3],
            Sent = sent < 0 ? null : sent,
            HasSendFailures = flags[4],
            WasComplete = flags[5],
            HasRejections = flags[6],
        };

    private static Gen<PlannedInstance[]> Subset =>
        Gen.Bool.Array[Keys.Length].Select(flags => Keys.Where((_, index) => flags[index]).Select(Planned).ToArray());

    [Fact]
    public void A_study_with_a_listed_instance_absent_is_never_complete() => AnyFacts.Sample(facts =>
        !IsDone(facts) || facts.Plan.Wanted.All(instance => facts.Present.Contains(instance.Key)));

    [Fact]
    public void A_study_with_fewer_instances_than_the_PACS_counts_is_never_complete_unless_it_lists_what_is_there() =>
        AnyFacts.Sample(facts => !IsDone(facts) || !(facts.Plan.Counted > facts.Present.Count));

    [Fact]
    public void A_study_of_which_nothing_is_there_is_never_complete() =>
        AnyFacts.Sample(facts => !IsDone(facts) || facts.Present.Count > 0);

    [Fact]
    public void A_study_that_the_PACS_was_not_asked_about_is_never_complete() =>
        AnyFacts.Sample(facts => !IsDone(facts) || facts.IsPlanned);

    [Fact]
    public void A_study_that_nothing_is_known_of_is_never_complete() => AnyFacts.Sample(facts =>
        !IsDone(facts) || facts.Plan.Listed.Count > 0 || facts.Plan.Counted is not null || facts.Sent > 0);

    [Fact]
    public void A_study_of_which_the_PACS_sent_more_than_is_there_is_never_complete() =>
        AnyFacts.Sample(facts => !IsDone(facts) || !(facts.Sent > facts.Present.Count));

    [Fact]
    public void To_list_one_instance_more_that_is_not_there_never_makes_a_study_complete() =>
        Gen.Select(AnyFacts, Gen.Int[0, Keys.Length - 1]).Sample((facts, index) =>
        {
            if (IsDone(facts) || facts.Present.Contains(Keys[index]))
                return true;
            PlannedInstance[] listed = [.. facts.Plan.Listed, Planned(Keys[index])];
            return !IsDone(facts with { Plan = facts.Plan with { Listed = listed, Wanted = listed } });
        });

    [Fact]
    public void A_file_less_never_makes_a_study_complete() => Gen.Select(AnyFacts, Gen.Int[0, Keys.Length - 1]).Sample((facts, index) =>
    {
        var fewer = facts.Present.Where(key => key != Keys[index]).ToArray();
        var without = facts with
        {
            Present = fewer,
            Received = [.. facts.Received.Where(fewer.Contains)],
            WasComplete = false,
            Sent = null,
        };

        // Only a count that was too high for what was there may be met by fewer files.
        return IsDone(facts)
            || !IsDone(without)
            || without.Plan.Counted is not null
            || facts.Received.Contains(Keys[index])
            || facts.WasComplete
            || facts.Sent is not null;
    });

    [Fact]
    public void Whatever_is_not_complete_says_what_is_not_proven() => AnyFacts.Sample(facts =>
        StudyVerdict.Of(facts) is var verdict
        && (verdict.Gap == ProofGap.None) == verdict.Status is SaveStatus.Complete or SaveStatus.Skipped);

    [Fact]
    public void The_missing_are_the_listed_that_are_not_there() => AnyFacts.Sample(facts =>
        StudyVerdict.Of(facts).Missing.Select(instance => instance.Key).Order(KeyOrder)
            .SequenceEqual(facts.Plan.Wanted.Select(instance => instance.Key).Except(facts.Present).Order(KeyOrder)));

    [Theory]
    [InlineData(3, 3, 3, SaveStatus.Complete)]
    [InlineData(4, 3, 3, SaveStatus.Partial)]
    [InlineData(2, 3, 3, SaveStatus.Partial)]
    [InlineData(0, 3, 3, SaveStatus.Complete)]
    [InlineData(3, 3, 2, SaveStatus.Partial)]
    [InlineData(3, 2, 2, SaveStatus.Partial)]
    [InlineData(3, 2, 3, SaveStatus.Complete)]
    [InlineData(0, 2, 3, SaveStatus.Partial)]
    [InlineData(3, 0, 3, SaveStatus.Complete)]
    [InlineData(3, 0, 4, SaveStatus.Partial)]
    [InlineData(3, 0, 2, SaveStatus.Partial)]
    [InlineData(0, 0, 2, SaveStatus.Partial)]
    public void What_is_counted_listed_and_sent_must_agree(int counted, int listed, int sent, SaveStatus status) =>
        Assert.Equal(status, StudyVerdict.Of(Facts(counted, listed, sent)).Status);

    [Fact]
    public void One_SOP_Instance_UID_in_two_series_is_two_instances()
    {
        InstanceKey[] keys = [new("1.2", "1.2.9"), new("1.3", "1.2.9")];
        var plan = StudyPlan.Of(["1.2", "1.3"], [.. keys.Select(Planned)], 2);
        var facts = new StudyFacts { IsPlanned = true, Attempts = 1, Plan = plan, Present = [keys[0]], Received = [keys[0]] };
        var verdict = StudyVerdict.Of(facts);
        Assert.Equal(SaveStatus.Partial, verdict.Status);
        Assert.Equal([keys[1]], verdict.Missing.Select(instance => instance.Key));
    }

    [Fact]
    public void A_list_of_a_length_that_a_limit_has_needs_a_whole_success()
    {
        var facts = Facts(0, 3, 3);
        var doubtful = facts with { Plan = facts.Plan with { MayBeTruncated = true } };
        Assert.Equal(SaveStatus.Partial, StudyVerdict.Of(doubtful).Status);
        Assert.Equal(SaveStatus.Complete, StudyVerdict.Of(doubtful with { IsWholeSuccess = true }).Status);
        Assert.Equal(SaveStatus.Complete, StudyVerdict.Of(doubtful with { WasComplete = true }).Status);
    }

    [Fact]
    public void Files_that_the_PACS_no_longer_has_do_not_count()
    {
        var facts = Facts(2, 2, 3) with { Received = [], Attempts = 0 };
        Assert.Equal(SaveStatus.Skipped, StudyVerdict.Of(facts).Status);
    }

    [Fact]
    public void What_came_with_a_success_that_counts_it_is_complete_where_nothing_else_is_known()
    {
        var facts = Facts(0, 0, 2) with { Sent = 2 };
        Assert.Equal(
            (SaveStatus.Complete, SaveExpectation.SubOperations), (StudyVerdict.Of(facts).Status, StudyVerdict.Of(facts).Expectation));
        Assert.Equal(SaveStatus.Partial, StudyVerdict.Of(facts with { HasSendFailures = true }).Status);
        Assert.Equal(SaveStatus.Partial, StudyVerdict.Of(facts with { Sent = 3 }).Status);
    }

    [Fact]
    public void As_many_as_were_wanted_are_enough()
    {
        var whole = Facts(0, 4, 2);
        var facts = whole with { Plan = whole.Plan with { Maximum = 2, Wanted = [.. whole.Plan.Listed.Take(2)] } };
        Assert.Equal(SaveStatus.Complete, StudyVerdict.Of(facts).Status);
        Assert.Equal(2, StudyVerdict.Of(facts).Expected);
    }

    [Theory]
    [InlineData(true, false, InstanceAvailability.ONLINE, SaveStatus.Empty)]
    [InlineData(false, false, InstanceAvailability.ONLINE, SaveStatus.Failed)]
    [InlineData(true, true, InstanceAvailability.ONLINE, SaveStatus.Failed)]
    [InlineData(true, false, InstanceAvailability.OFFLINE, SaveStatus.Unavailable)]
    [InlineData(false, true, InstanceAvailability.UNAVAILABLE, SaveStatus.Unavailable)]
    public void Nothing_is_empty_failed_or_unavailable(
        bool isSuccess, bool endedEarly, InstanceAvailability availability, SaveStatus status)
    {
        var facts = Facts(0, 3, 0) with { IsLastSuccess = isSuccess, EndedEarly = endedEarly, Availability = availability };
        Assert.Equal(status, StudyVerdict.Of(facts).Status);
    }

    private static readonly Comparer<InstanceKey> KeyOrder =
        Comparer<InstanceKey>.Create((one, other) => string.CompareOrdinal(one.SopInstanceUid, other.SopInstanceUid));

    private static bool IsDone(StudyFacts facts) => StudyVerdict.Of(facts).Status is SaveStatus.Complete or SaveStatus.Skipped;

    private static PlannedInstance Planned(InstanceKey key) => new(key, null);

    private static StudyFacts Facts(int counted, int listed, int there) => new()
    {
        IsPlanned = true,
        Attempts = 1,
        Plan = StudyPlan.Of(["1.2"], [.. Keys.Take(listed).Select(Planned)], counted == 0 ? null : counted),
        Present = [.. Keys.Take(there)],
        Received = [.. Keys.Take(there)],
    };
}
