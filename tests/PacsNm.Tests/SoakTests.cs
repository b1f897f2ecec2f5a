using System.Globalization;
using System.Text.RegularExpressions;

namespace PacsNm.Tests;

/// <summary>
/// Many calls against practice PACS with random quirks: soak.ps1 holds each verdict against the files, and the studies
/// against a PACS that behaves. Some here; PACSNM_SOAK_CALLS and PACSNM_SOAK_SECONDS make it a long run. What the quirks
/// are to single calls is in QuirkTests, and what servers of others do in RepairTests, FaultTests and SaveTests.
/// </summary>
public sealed partial class SoakTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pacsnm-soak-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_verdict_is_right_and_nothing_grows()
    {
        var seconds = Number("PACSNM_SOAK_SECONDS", 40);
        var run = HostProcess.StartUnder(
            TimeSpan.FromSeconds(seconds + 120),
            [],
            HostProcess.WithModule(
                $"& '{Soak}' -Calls {Number("PACSNM_SOAK_CALLS", 40)} -Seconds {seconds} -Destination '{_folder.FullName}'"));
        var end = Figures().Match(run.Output);
        Assert.True(end.Success, run.Output + run.Error);
        Assert.True(Figure("calls") >= 10 && Figure("wrong") == 0, run.Output);

        // Buffers and pools settle; what leaks in each call does not.
        Assert.InRange(Figure("bytes"), long.MinValue, 8_000_000);
        Assert.InRange(Figure("handles"), long.MinValue, 25);
        Assert.InRange(Figure("threads"), long.MinValue, 12);

        long Figure(string name) => long.Parse(end.Groups[name].Value, CultureInfo.InvariantCulture);
    }

    private static string Soak => Path.Combine(Repository.Root, "tests", "PacsNm.Tests", "soak.ps1");

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : usual;

    [GeneratedRegex(
        @"Calls: (?<calls>\d+); wrong: (?<wrong>\d+); bytes: (?<bytes>-?\d+); handles: (?<handles>-?\d+); threads: (?<threads>-?\d+);")]
    private static partial Regex Figures();
}
