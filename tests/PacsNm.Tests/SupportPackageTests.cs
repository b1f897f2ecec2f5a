using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>New-PacsSupportPackage, in processes of their own: the file of saved servers is the process's.</summary>
public sealed class SupportPackageTests(RealServers servers) : IDisposable
{
    private const string Patients = "(?i)ZZTest|ZZPractice|TEST-00|PRACT-|Anna|Quimby|77665544";

    private readonly TemporaryFolder _folder = new();

    private string Zip => Path.Combine(_folder.Path, "support.zip");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Orthanc")]
    [InlineData("simulator")]
    public void It_has_what_helps_and_no_patient(string name)
    {
        // Patients in the names of servers and files, in the log, and in all that the PACS answers.
        var pacs = name == "simulator" ? "Start-PacsSimulator" : $"'{servers.Of(name).Address}'";
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "of ZZTest^Anna TEST-001")).FullName;
        var run = Run($$"""
            $pacs = {{pacs}}
            $log = '{{folder}}/log of Anna.txt'
            Set-PacsServer 'ZZTest Anna' -Server $pacs -CertificatePath '{{folder}}/ZZTest.pfx'
            Set-PacsServer hospital -Server $pacs -Default
            $studies = Find-PacsStudy -AllDates -MaxStudies 2
            $studies | Save-PacsStudy -Destination '{{folder}}/d' -LogPath $log | Out-Null
            "UID $($studies[0].StudyInstanceUid)"
            @(
                "2026-10-01T02:15:00+00:00 Complete Study 1.2.840.1 of ZZTest^Anna, TEST-001, at {{folder}}/d: 3 received by BuiltIn"
                "2026-10-01T02:15:00+00:00 RetrieveIncomplete Study 1.2.840.2: " +
                    "the PACS sent 0xA702 for Quimby, Anna (77665544), anna quimby."
                "2026-10-01T02:15:00 Failed 1.2.840.3: 0 received, 0 already present, 2 missing. /data/nm/TEST-001/1.2.840.3/x.dcm"
                "PatientName: ZZTest^Anna"
            ) | Add-Content $log
            New-PacsSupportPackage '{{Zip}}' -LogPath $log | ForEach-Object { "$($_.Connection) $($_.Entries -join ' ') $($_.Path)" }
            """);
        Assert.True(run.ExitCode == 0, run.Error);
        var lines = run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($"Succeeded versions.txt connection.txt servers.txt log.txt contents.txt {Zip}", lines[1]);
        var entries = Read();
        foreach (var (entry, text) in entries)
            Assert.False(Regex.IsMatch(text, Patients), $"{entry}: {text}");

        Assert.Contains("PowerShell                7.", entries["versions.txt"], StringComparison.Ordinal);
        Assert.Matches(@"PacsNm +\d+\.\d+\.\d+ in /", entries["versions.txt"]);
        Assert.Matches(@"Outcome +Succeeded", entries["connection.txt"]);
        Assert.Matches(@"ReturnsModalitiesInStudy +True", entries["connection.txt"]);
        Assert.Contains("Asking for studies of the last 30 days", entries["connection.txt"], StringComparison.Ordinal);
        Assert.Matches(@"Name +hospital", entries["servers.txt"]);
        Assert.Matches(@"CalledAETitle +(ORTHANC|PRACTICE)", entries["servers.txt"]);
        Assert.Contains("Server 2", entries["servers.txt"], StringComparison.Ordinal);
        Assert.Contains(lines[0][4..], entries["log.txt"], StringComparison.Ordinal);
        Assert.Matches(
            @"Complete Study [0-9.]+ at (ORTHANC|PRACTICE)@127\.0\.0\.1:\d+: \d+ received by \w+, 0 already present", entries["log.txt"]);
        Assert.Matches(@", 0 missing, \d+ bytes, [0-9.]+ s\n", entries["log.txt"]);
        Assert.Contains("RetrieveIncomplete Study 1.2.840.2: the PACS sent 0xA702 for [...]", entries["log.txt"], StringComparison.Ordinal);
        Assert.Contains("Failed 1.2.840.3: 0 received, 0 already present, 2 missing. [...]", entries["log.txt"], StringComparison.Ordinal);
        Assert.Contains("Left out: 1 lines that PacsNm did not write.", entries["log.txt"], StringComparison.Ordinal);
        Assert.Contains("servers.txt", entries["contents.txt"], StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Zip));
        Assert.Single(Directory.GetFiles(_folder.Path, "support*"));
    }

    [Fact]
    public void A_PACS_that_is_down_is_what_it_is_for()
    {
        var run = Run($"(New-PacsSupportPackage '{Zip}' -Server PACS@127.0.0.1:{LoopbackPort.Free()}).Connection");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("PacsUnreachable", run.Output.Trim());
        Assert.Contains(
            "INFORMATION: The support package will contain contents.txt, versions.txt, connection.txt, servers.txt,", run.Error,
            StringComparison.Ordinal);
        var text = Read()["connection.txt"];
        Assert.Matches("Outcome +PacsUnreachable", text);
        Assert.Matches("Reason +[A-Z]", text);
        Assert.Matches("What to do +Check the host name", text);
        Assert.Equal("No server is saved.", Read()["servers.txt"].Trim());
    }

    [Fact]
    public void A_PACS_that_says_nothing_is_waited_for_within_the_limit()
    {
        using var silent = new SilentServer();
        var run = Run($"(New-PacsSupportPackage '{Zip}' -Server PACS@127.0.0.1:{silent.Port} -TimeoutSeconds 1).Connection");
        Assert.Equal("NotFinished", run.Output.Trim());
        Assert.Matches(@"TCP, ms +\d", Read()["connection.txt"]);
        Assert.Contains("did not come to its end within 1 s", Read()["connection.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_connection_nothing_is_sent()
    {
        using var proxy = new RecordingProxy(servers.Of("Orthanc").Port);
        var run = Run($"(New-PacsSupportPackage '{Zip}' -Server ORTHANC@127.0.0.1:{proxy.Port} -NoConnection).Connection");
        Assert.Equal("NotTested", run.Output.Trim());
        Assert.Equal(0, proxy.Connections);
        Assert.Contains("-NoConnection was given", Read()["connection.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_servers_that_is_broken_is_told_and_not_shown()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "pacsnm"));
        File.WriteAllText(
            Path.Combine(_folder.Path, "pacsnm", "servers.json"),
            "{\n  \"Servers\": [\n    { \"Name\": \"ZZTest Anna\", \"Port\": x }\n  ]\n}\n");
        var run = Run($"(New-PacsSupportPackage '{Zip}').Connection");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("ServerFileUnusable", run.Output.Trim());
        Assert.Contains("broken at line 3", Read()["servers.txt"], StringComparison.Ordinal);
        Assert.All(Read().Values, text => Assert.DoesNotMatch(Patients, text));
    }

    [Fact]
    public void A_certificate_that_is_not_there_is_told()
    {
        var run = Run(
            $"Set-PacsServer tls -Server PACS@127.0.0.1:{LoopbackPort.Free()} -UseTls -CertificatePath /no/such/Anna.pem -Default; "
                + $"(New-PacsSupportPackage '{Zip}').Connection");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("CertificateUnusable", run.Output.Trim());
        Assert.Contains("CertificateUnusable", Read()["connection.txt"], StringComparison.Ordinal);
        Assert.Matches("CertificatePath +a file that is not there", Read()["servers.txt"]);
        Assert.All(Read().Values, text => Assert.DoesNotMatch(Patients, text));
    }

    [Fact]
    public void A_log_that_cannot_be_read_is_told_and_the_rest_is_written()
    {
        var run = Run($"(New-PacsSupportPackage '{Zip}' -NoConnection -LogPath '{_folder.Path}/none.log').Connection");
        Assert.Contains("[FileUnreadable,", run.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Read()["log.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_end_of_a_long_log_is_taken()
    {
        var log = Path.Combine(_folder.Path, "log");
        File.WriteAllLines(
            log, Enumerable.Range(0, 20_000).Select(number => $"2026-10-01T02:15:00+00:00 End, {number % 10_000} instances received"));
        Run($"New-PacsSupportPackage '{Zip}' -NoConnection -LogPath '{log}'");
        var text = Read()["log.txt"];
        Assert.InRange(text.Length, 200_000, 300_000);
        Assert.EndsWith("End, 9999 instances received", text.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_a_PACS_has_no_control_characters()
    {
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port)
        {
            Exchange = (Encoding.ASCII.GetBytes("OFFIS_DCMTK"), Encoding.ASCII.GetBytes("OFF\e[31m\r\n\a")),
        };
        Run($"New-PacsSupportPackage '{Zip}' -Server {server.AETitle}@127.0.0.1:{proxy.Port}");
        Assert.Matches("Implementation version +OFF", Read()["connection.txt"]);
        Assert.All(Read().Values, text => Assert.DoesNotMatch(@"[\x00-\x09\x0B-\x1F\x7F]", text));
    }

    [Fact]
    public void A_dry_run_names_the_entries_and_does_nothing()
    {
        using var proxy = new RecordingProxy(servers.Of("Orthanc").Port);
        var run = Run($"New-PacsSupportPackage '{Zip}' -Server ORTHANC@127.0.0.1:{proxy.Port} -LogPath x -WhatIf");
        Assert.Contains("contents.txt, versions.txt, connection.txt, servers.txt, log.txt", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, proxy.Connections);
        Assert.False(File.Exists(Zip));
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_as_Export_Csv_does()
    {
        File.WriteAllText(Zip, "old");
        var run = Run($"New-PacsSupportPackage '{Zip}' -NoConnection -NoClobber");
        Assert.Contains("[PackageNotWritten,", run.Error, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(Zip));

        File.SetAttributes(Zip, FileAttributes.ReadOnly);
        Assert.Contains("-Force replaces it", Run($"New-PacsSupportPackage '{Zip}' -NoConnection").Error, StringComparison.Ordinal);
        Assert.Equal(0, Run($"New-PacsSupportPackage '{Zip}' -NoConnection -Force").ExitCode);
        Assert.NotEmpty(Read());
        Assert.Equal(0, Run($"New-PacsSupportPackage '{Zip}' -NoConnection").ExitCode);
    }

    [Fact]
    public void Without_a_path_it_is_in_the_current_folder_with_the_date()
    {
        var run = Run(
            $"Set-Location '{_folder.Path}'; (New-PacsSupportPackage -NoConnection).Path; "
                + "New-PacsSupportPackage -NoConnection -Verbose -WhatIf:$false");
        Assert.Matches(@"/PacsNm-support-\d{8}-\d{6}\.zip", run.Output);
        Assert.Contains("VERBOSE: versions.txt: ", run.Error, StringComparison.Ordinal);
    }

    private HostProcess Run(string script) => HostProcess.Run(script, ("XDG_CONFIG_HOME", _folder.Path), ("PACSNM_SERVER", null));

    private Dictionary<string, string> Read()
    {
        using var archive = ZipFile.OpenRead(Zip);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        });
    }
}
