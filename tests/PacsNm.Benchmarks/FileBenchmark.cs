using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>What 10,000 files are, told by Get-PacsFile and by dcmdump.</summary>
internal static class FileBenchmark
{
    private static readonly Workload Files = new("10,000 files of 10 KB", 9, 1, 10_000, 10_000);

    public static void Run(int runs)
    {
        using var folder = new TemporaryFolder();
        Files.Write(folder.Path);
        using var engine = new Engine();
        var median = Interleave(
            runs,
            () => Time(() => engine.Invoke($"Get-PacsFile '{folder.Path}'", Files.Files)),
            () => ProgramRun.Of(
                "dcmdump", ["-q", "+r", "+sd", "+P", "Modality", "+P", "StudyInstanceUID", "+P", "SOPInstanceUID", folder.Path]).Seconds);
        WriteHead(1, "", "Get-PacsFile, s", "dcmdump of three elements, s", "dcmdump / ours");
        WriteRow(Files.Name, Text(median[0]), Text(median[1]), Ratio(median[1] / median[0]));
    }
}
