using CsCheck;
using PacsNm.Archive;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>How a study is divided among associations.</summary>
public sealed class StudyBlocksTests
{
    private static readonly RetrieveRequest Whole = new(null, "1");

    [Fact]
    public void Blocks_hold_each_missing_instance_once_whatever_the_study() =>
        Gen.Select(Gen.Int[1, 60].Array[1, 12], Gen.Int[2, 16], Gen.Int[0, 3]).Sample((lengths, associations, present) =>
        {
            var plan = PlanOf(lengths);
            PlannedInstance[] missing = [.. plan.Listed.Skip(present)];
            var blocks = new StudyBlocks(plan, missing, Whole, () => associations, isBySeries: false);
            var taken = All(blocks);
            return taken.SelectMany(block => block.Instances).OrderBy(Text).SequenceEqual(missing.OrderBy(Text))
                && taken.All(block => block.Instances.Select(instance => instance.Key.SeriesInstanceUid).Distinct().Count() == 1);
        });

    [Fact]
    public void A_whole_series_is_requested_as_a_series_and_a_part_by_its_instances()
    {
        var blocks = new StudyBlocks(PlanOf(5, 40), PlanOf(5, 40).Listed, Whole, () => 4, isBySeries: false);
        var first = blocks.Take()!;
        Assert.Equal("SERIES", first.Request.Level);
        Assert.Equal("1.1", first.Request.SeriesInstanceUid);
        var second = blocks.Take()!;
        Assert.Equal("IMAGE", second.Request.Level);
        Assert.Equal(second.Instances.Select(instance => instance.Key.SopInstanceUid), second.Request.SopInstanceUids);
    }

    [Fact]
    public void A_series_of_which_a_part_is_there_is_not_requested_as_a_series()
    {
        var plan = PlanOf(10);
        Assert.All(All(new StudyBlocks(plan, plan.Listed.Skip(1), Whole, () => 2, isBySeries: false)), block =>
            Assert.Equal("IMAGE", block.Request.Level));
    }

    [Fact]
    public void Blocks_become_smaller_so_that_all_associations_end_together()
    {
        var plan = PlanOf(300);
        var blocks = All(new StudyBlocks(plan, plan.Listed, Whole, () => 8, isBySeries: false));
        var sizes = blocks.Select(block => block.Instances.Count).ToArray();
        Assert.Equal(30, sizes[0]);
        var allButLast = sizes.SkipLast(1).ToArray();
        Assert.Equal(allButLast.OrderByDescending(size => size), allButLast);
        Assert.InRange(sizes.Last(), 4, 7);
    }

    [Fact]
    public void A_PACS_that_takes_no_lists_gets_only_whole_series()
    {
        var plan = PlanOf(40, 40, 40);
        var blocks = new StudyBlocks(plan, plan.Listed.Skip(1), Whole, () => 4, isBySeries: true);
        var taken = All(blocks);
        Assert.Equal(["1.2", "1.3"], taken.Select(block => block.Request.SeriesInstanceUid));
        Assert.All(taken, block => Assert.Equal("SERIES", block.Request.Level));
    }

    [Fact]
    public void An_instance_that_did_not_come_goes_back_once()
    {
        var plan = PlanOf(20);
        var blocks = new StudyBlocks(plan, plan.Listed, Whole, () => 2, isBySeries: false);
        var first = blocks.Take()!;
        blocks.Return(first.Instances);
        Assert.Equal(20, All(blocks).Sum(block => block.Instances.Count));
        blocks.Return(first.Instances);
        Assert.Null(blocks.Take());
    }

    [Theory]
    [InlineData(300, 300, 8, true)]
    [InlineData(300, 300, 1, false)]
    [InlineData(2, 2, 8, false)]
    [InlineData(300, 301, 8, false)]
    [InlineData(300, null, 8, false)]
    [InlineData(301, null, 8, true)]
    public void A_study_is_shared_where_that_is_faster_and_the_list_is_exact(int listed, int? counted, int associations, bool isShared)
    {
        var plan = PlanOf(listed) with { Counted = counted, MayBeTruncated = listed % 10 == 0 };
        Assert.Equal(isShared, StudyBlocks.IsWorthwhile(plan, plan.Listed, associations, isBySeries: false));
    }

    private static string Text(PlannedInstance instance) => instance.Key.SopInstanceUid;

    private static List<StudyBlock> All(StudyBlocks blocks)
    {
        var all = new List<StudyBlock>();
        while (blocks.Take() is { } block)
            all.Add(block);
        return all;
    }

    /// <summary>A study with series of these lengths.</summary>
    private static StudyPlan PlanOf(params int[] lengths)
    {
        PlannedInstance[] listed =
        [
            .. from series in Enumerable.Range(1, lengths.Length)
               from number in Enumerable.Range(1, lengths[series - 1])
               select new PlannedInstance(new InstanceKey($"1.{series}", $"1.{series}.{number}"), null),
        ];
        return StudyPlan.Of([.. Enumerable.Range(1, lengths.Length).Select(series => $"1.{series}")], listed, listed.Length);
    }
}
