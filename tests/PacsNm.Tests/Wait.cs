namespace PacsNm.Tests;

/// <summary>Waits for events. The limit is a guard against a hang alone: no test passes or fails by how fast it is.</summary>
internal static class Wait
{
    /// <summary>Far longer than anything here takes on a busy machine.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(3);

    /// <summary>A limit for the module's own parameters, in seconds, that cannot end a call before <see cref="Limit"/> does.</summary>
    public const int LongerThanLimit = 3600;

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="what">What is waited for, as the message of a failure says it.</param>
    /// <param name="condition">The condition.</param>
    public static void Until(string what, Func<bool> condition)
    {
        // Not SpinWait.SpinUntil: the peers that are waited for need the cores.
        var end = DateTime.UtcNow + Limit;
        while (!condition())
        {
            if (DateTime.UtcNow > end)
                throw new TimeoutException($"Not within {Limit.TotalMinutes} minutes: {what}.");
            Thread.Sleep(10);
        }
    }
}
