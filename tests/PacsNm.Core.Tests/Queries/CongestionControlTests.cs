using PacsNm.Dicom.Network;
using PacsNm.Queries;

namespace PacsNm.Core.Tests.Queries;

/// <summary>How many associations a retrieval uses, beside a clinical client and alone, in virtual time.</summary>
public sealed class CongestionControlTests
{
    private const int Maximum = 16;

    private static readonly int[] Fixed = [1, 2, 3, 4, 5, 6, 7, 8, 16];

    public static TheoryData<int, double> Loads => new MatrixTheoryData<int, double>([4, 8, int.MaxValue], [0, 0.05, 0.3]);

    [Theory]
    [MemberData(nameof(Loads))]
    public void The_clinical_client_hardly_waits_and_the_retrieval_is_nearly_as_fast_as_the_best_fixed_number(int capacity, double jitter)
    {
        SimulatedLoad New(int seed = 1) => new(seed) { Capacity = _ => capacity, Jitter = jitter };
        var alone = New().Run(0).ClinicalPercentile;
        var best = Fixed.Max(associations => New().Run(associations).Objects);
        for (var seed = 1; seed <= 5; seed++)
        {
            var load = New(seed).Run(new CongestionControl(Maximum));
            Assert.InRange(load.ClinicalPercentile, 0, 1.1 * alone);
            Assert.InRange(load.Objects, 0.8 * best, int.MaxValue);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(4, 3)]
    [InlineData(8, 7)]
    public void A_place_at_the_PACS_is_left_to_the_clinical_client(int capacity, int expected)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var load = new SimulatedLoad(seed) { Capacity = _ => capacity, Jitter = 0.3 }.Run(new CongestionControl(Maximum));
            Assert.InRange(load.ShareOfTime(expected, expected, 10_000, 60_000), 0.9, 1);
            Assert.InRange(load.ShareOfTime(expected + 1, Maximum, 10_000, 60_000), 0, 0.05);
        }
    }

    [Fact]
    public void All_places_are_used_if_nobody_else_asks()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var load = new SimulatedLoad(seed) { Capacity = _ => 4, Jitter = 0.3, HasClinicalClient = false }
                .Run(new CongestionControl(Maximum));
            Assert.InRange(load.ShareOfTime(4, 4, 10_000, 60_000), 0.9, 1);
        }
    }

    [Fact]
    public void A_PACS_that_scales_gets_the_maximum_within_seconds_and_keeps_it()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var load = new SimulatedLoad(seed) { Jitter = 0.3 }.Run(new CongestionControl(Maximum));
            Assert.Equal(1, load.ShareOfTime(Maximum, Maximum, 6_000, 60_000));
        }
    }

    [Fact]
    public void A_PACS_that_loses_capacity_is_left_alone_and_used_again_when_it_has_recovered()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var load = new SimulatedLoad(seed)
            {
                Capacity = time => time is > 60_000 and < 120_000 ? 1 : 4,
                Jitter = 0.3,
                Duration = 180_000,
            }.Run(new CongestionControl(Maximum));
            Assert.InRange(load.ShareOfTime(3, 3, 10_000, 60_000), 0.85, 1);
            Assert.InRange(load.ShareOfTime(1, 1, 62_000, 120_000), 0.85, 1);
            Assert.InRange(load.ShareOfTime(3, 3, 130_000, 180_000), 0.85, 1);
        }
    }

    [Fact]
    public void A_link_that_is_full_gets_no_further_association()
    {
        // 500 KB take 50 ms, so that one association uses 70 % of the link.
        for (var seed = 1; seed <= 5; seed++)
        {
            var load = new SimulatedLoad(seed) { Jitter = 0.3, Bandwidth = 10_000 }.Run(new CongestionControl(Maximum));
            Assert.InRange(load.ShareOfTime(1, 2, 5_000, 60_000), 0.99, 1);
        }
    }

    [Fact]
    public void Objects_of_20_KB_to_2_MB_count_alike()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var load = new SimulatedLoad(seed)
            {
                Capacity = _ => 8,
                Jitter = 0.3,
                Size = random => (long)(20_000 * Math.Pow(100, random.NextDouble())),
            }.Run(new CongestionControl(Maximum));
            Assert.InRange(load.ShareOfTime(7, 7, 10_000, 60_000), 0.9, 1);
        }
    }

    [Fact]
    public void It_begins_with_one_association_and_stays_there_without_objects() =>
        Assert.Equal(1, new CongestionControl(Maximum).Limit);

    [Fact]
    public void A_rejected_association_lowers_the_maximum_for_the_rest_of_the_call()
    {
        var control = new CongestionControl(Maximum);
        var load = new SimulatedLoad(1) { Duration = 10_000 }.Run(control);
        Assert.Equal(1, load.ShareOfTime(Maximum, Maximum, 9_000, 10_000));
        control.LowerMaximum(3);
        Assert.Equal(3, control.Limit);
        new SimulatedLoad(2) { Duration = 10_000 }.Run(control);
        Assert.Equal(3, control.Limit);
        control.LowerMaximum(0);
        Assert.Equal(1, control.Limit);
    }

    [Fact]
    public void Work_for_few_associations_leaves_the_limit_alone()
    {
        // Two associations are open, whatever the limit says.
        var control = new CongestionControl(Maximum);
        var times = new ObjectTimes(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(2), 500_000);
        for (var number = 1; number <= 10_000; number++)
            control.Add(times, Math.Min(2, control.Limit), TimeSpan.FromMilliseconds(11 * number));
        Assert.Equal(4, control.Limit);
    }
}
