using PacsNm.Jobs;

namespace PacsNm.Core.Tests.Jobs;

/// <summary>Which share of the work a run takes.</summary>
public sealed class ShardTests
{
    [Theory]
    [InlineData("1/1", 1, 1)]
    [InlineData(" 3 / 16 ", 3, 16)]
    [InlineData("16/16", 16, 16)]
    public void A_share_is_a_number_of_how_many(string text, int index, int count) =>
        Assert.Equal(new Shard(index, count), Shard.Parse(text, _ => null));

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("0/16")]
    [InlineData("17/16")]
    [InlineData("-1/16")]
    [InlineData("1/0")]
    [InlineData("1/2/3")]
    [InlineData("a/b")]
    [InlineData("Auto")]
    [InlineData("Auto/16")]
    [InlineData("1/99999")]
    public void Another_text_is_refused_with_an_example(string text)
    {
        var exception = Assert.Throws<FormatException>(() => Shard.Parse(text, _ => null));
        Assert.Contains("3/16", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Auto", "4", "4", "8", null, 1, 8)]
    [InlineData("auto", "15", "0", "16", null, 16, 16)]
    [InlineData("Auto", "7", "1", "4", "2", 4, 4)]
    [InlineData("Auto/20", "3", "0", "5", null, 4, 20)]
    [InlineData("Auto/16", "9", "9", "1", null, 10, 16)]
    [InlineData("Auto/16", "3", "1", "2", "2", 4, 16)]
    public void A_task_of_a_Slurm_array_has_its_share(
        string text, string task, string first, string count, string? step, int index, int shares)
    {
        var variables = new Dictionary<string, string?>
        {
            ["SLURM_ARRAY_TASK_ID"] = task,
            ["SLURM_ARRAY_TASK_MIN"] = first,
            ["SLURM_ARRAY_TASK_COUNT"] = count,
            ["SLURM_ARRAY_TASK_STEP"] = step,
        };
        Assert.Equal(new Shard(index, shares), Shard.Parse(text, variables.GetValueOrDefault));
    }

    [Fact]
    public void A_pod_of_an_Indexed_Job_must_be_told_how_many_there_are()
    {
        string? Index(string name) => name == "JOB_COMPLETION_INDEX" ? "0" : null;
        Assert.Equal(new Shard(1, 16), Shard.Parse("Auto/16", Index));
        Assert.Throws<FormatException>(() => Shard.Parse("Auto", Index));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Each_row_and_each_study_is_in_one_share(int count)
    {
        Shard[] shards = [.. Enumerable.Range(1, count).Select(index => new Shard(index, count))];
        var sizes = new int[count];
        for (var row = 1; row <= 1000; row++)
        {
            Assert.Single(shards, shard => shard.Has(row));
            var owner = Assert.Single(shards, shard => shard.Has($"1.2.840.{row}.7"));
            sizes[owner.Index - 1]++;
        }

        // No share has half or double of what it should have.
        Assert.All(sizes, size => Assert.InRange(size, 500 / count, 2000 / count));
    }

    /// <summary>Computers with different versions of the module must agree. The number is that of printf 1.2.3 | sha256sum.</summary>
    [Theory]
    [InlineData("1.2.3", 16)]
    [InlineData("2.25.329800735698586629295641978511506172918", 10_000)]
    public void The_share_of_a_study_never_changes(string uid, int count) =>
        Assert.True(new Shard((int)(Number(uid) % (uint)count) + 1, count).Has(uid));

    /// <summary>The first 32 bits of the SHA-256, as sha256sum prints them.</summary>
    private static uint Number(string uid) => Convert.ToUInt32(
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(uid)))[..8], 16);
}
