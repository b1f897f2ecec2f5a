using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using static PacsNm.Benchmarks.Measurement;

namespace PacsNm.Benchmarks;

/// <summary>Import-Module in a process that has just begun, beside the engine's own start.</summary>
internal static class StartBenchmark
{
    public static void Run(int runs)
    {
        WriteHead(0, "the engine's start, s", "Import-Module PacsNm, s");
        var starts = new List<double>();
        var imports = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            var seconds = ProgramRun.Of("dotnet", [typeof(StartBenchmark).Assembly.Location, "import"]).Output
                .Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            starts.Add(seconds[0]);
            imports.Add(seconds[1]);
        }

        WriteRow(Text(Median(starts)), Text(Median(imports)));
    }

    /// <summary>What such a process does: it writes the seconds of both.</summary>
    public static void Import()
    {
        Runspace runspace = null!;
        var start = Time(() =>
        {
            runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
            runspace.Open();

            // The engine's own, which the first Import-Module of any module would pay for.
            using var shell = PowerShell.Create(runspace);
            shell.AddScript("Get-Command Import-Module").Invoke();
        });
        var import = Time(() => Engine.Import(runspace));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{start} {import}"));
    }
}
