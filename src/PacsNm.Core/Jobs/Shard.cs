using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PacsNm.Jobs;

/// <summary>
/// One of several equal shares of the work. Machines that each take another share need not know of each other. The share of a row or a
/// study is always the same.
/// </summary>
/// <param name="Index">The number of the share, from 1.</param>
/// <param name="Count">The number of shares.</param>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>The text for a share that the engine of the cluster names in environment variables.</summary>
    public const string Auto = "Auto";

    /// <summary>The most shares.</summary>
    public const int MaximumCount = 10_000;

    private const string Examples = "Write 3/16 for the third of 16 shares, Auto in a task of a Slurm array, or Auto/16 in a"
        + " task or in a pod of a Kubernetes Indexed Job.";

    /// <summary>All of the work.</summary>
    public static Shard All { get; } = new(1, 1);

    /// <summary>Parses 3/16, Auto or Auto/16.</summary>
    /// <param name="text">The text.</param>
    /// <param name="environment">Returns the value of an environment variable; null if it is not set.</param>
    /// <exception cref="FormatException">The text names no share, or the variables do not.</exception>
    public static Shard Parse(string text, Func<string, string?> environment)
    {
        var parts = text.Trim().Split('/');
        var isAuto = parts[0].Trim().Equals(Auto, StringComparison.OrdinalIgnoreCase);
        if (parts.Length > 2 || (parts.Length == 1 && !isAuto))
            throw new FormatException($"This is not a share. {Examples}");
        var count = parts.Length == 2 ? Number(parts[1]) ?? throw new FormatException($"This is not a share. {Examples}") : (int?)null;
        var shard = isAuto
            ? FromEnvironment(count, environment)
            : new Shard(Number(parts[0]) ?? 0, count ?? 0);
        return shard is { Count: >= 1 and <= MaximumCount, Index: >= 1 } && shard.Index <= shard.Count
            ? shard
            : throw new FormatException($"There is no such share: the first is 1, and the last is the number of shares. {Examples}");
    }

    /// <summary>Whether a row belongs to the share.</summary>
    /// <param name="row">The number of the row, from 1.</param>
    public bool Has(int row) => (row - 1) % Count == Index - 1;

    /// <summary>Whether a study belongs to the share. The share depends on the SHA-256 of its UID alone.</summary>
    public bool Has(string studyInstanceUid)
    {
        if (Count == 1)
            return true;
        using var sha256 = SHA256.Create();
        var hash = sha256.ComputeHash(Encoding.ASCII.GetBytes(studyInstanceUid));
        var value = ((uint)hash[0] << 24) | ((uint)hash[1] << 16) | ((uint)hash[2] << 8) | hash[3];
        return value % (uint)Count == Index - 1;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Index}/{Count}";

    private static Shard FromEnvironment(int? count, Func<string, string?> environment)
    {
        if (Number(environment("SLURM_ARRAY_TASK_ID")) is { } task)
        {
            // With a count, a task has the same share when it is submitted again alone, where MIN and COUNT are other numbers.
            if (count is not null)
            {
                return task < count ? new Shard(task + 1, count.Value) : throw new FormatException(
                    $"SLURM_ARRAY_TASK_ID is {task}. With Auto/{count} the tasks of the array are 0 to {count - 1}.");
            }

            var first = Number(environment("SLURM_ARRAY_TASK_MIN")) ?? 0;
            var step = Math.Max(1, Number(environment("SLURM_ARRAY_TASK_STEP")) ?? 1);
            return new Shard(((task - first) / step) + 1, Number(environment("SLURM_ARRAY_TASK_COUNT")) ?? 0);
        }

        if (Number(environment("JOB_COMPLETION_INDEX")) is not { } pod)
        {
            throw new FormatException(
                "Auto needs SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX, and neither is set. Outside of an array write 3/16.");
        }

        return new Shard(pod + 1, count ?? throw new FormatException(
            "Kubernetes does not tell a pod how many there are. Write Auto/16 with the completions of the Indexed Job."));
    }

    private static int? Number(string? text) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
