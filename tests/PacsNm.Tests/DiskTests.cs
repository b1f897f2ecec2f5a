using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>
/// Disks that are small, slow or cannot be written to: file systems of their own, in a mount namespace that ends with the
/// process, or calls of the system that strace delays. Whoever runs the tests need not be root.
/// </summary>
public sealed class DiskTests(RealServers servers) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pacsnm-disk-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Too_little_space_is_told_before_anything_is_retrieved()
    {
        // 4 MB where a gigabyte is to stay free.
        var run = Run("size=4m", SaveTo("d"));
        Assert.Contains("DiskSpaceLow", run.Output, StringComparison.Ordinal);
        Assert.Contains("Failed 0 of 3", run.Output, StringComparison.Ordinal);
        Assert.Contains("Files: 0", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Space_that_runs_low_ends_the_retrieval_and_keeps_what_came()
    {
        // The first object takes the disk below the line.
        var run = Run("size=400k", SaveTo("d", "-MinimumFreeSpace 330kb -MaxBytesPerSecond 100kb"));
        Assert.Contains("DiskSpaceLow", run.Output, StringComparison.Ordinal);
        Assert.Contains("Partial", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Files: 0", run.Output, StringComparison.Ordinal);
        Assert.Contains("Archive: Intact", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80, "GetScu")]
    [InlineData(100, "GetScu")]
    [InlineData(132, "GetScu")]
    [InlineData(136, "GetScu")]
    [InlineData(80, "BuiltIn")]
    [InlineData(100, "BuiltIn")]
    [InlineData(132, "BuiltIn")]
    [InlineData(136, "BuiltIn")]
    public void A_disk_that_is_full_never_makes_a_short_file_of_an_object(int kilobytes, string retriever)
    {
        // Any size below that of the study: DCMTK can report success for an object that a full disk has cut short.
        var run = Run($"size={kilobytes}k", SaveTo("d", $"-MinimumFreeSpace 0 -RetryCount 1 -Retriever {retriever}"));
        Assert.Contains("Archive: Intact", run.Output, StringComparison.Ordinal);
        Assert.Contains("Partial", run.Output, StringComparison.Ordinal);
        Assert.Contains("All whole: True", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Files: 3", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_destination_that_is_read_only_has_its_error()
    {
        var run = Run("ro", SaveTo("d"));
        Assert.Contains("DestinationUnusable", run.Output, StringComparison.Ordinal);
        Assert.Contains("read-only", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BuiltIn")]
    [InlineData("GetScu")]
    public void A_disk_that_is_slow_does_not_hold_up_the_end(string retriever)
    {
        const int instances = 60;
        var data = _folder.CreateSubdirectory("data").FullName;
        for (var number = 1; number <= instances; number++)
        {
            var file = Path.Combine(data, $"{number}.dcm");
            File.Copy(servers.Data.FileOf(TestData.RecentStudy + ".1.1"), file);
            Dcmtk.Run("dcmodify", "-nb", "-m", $"SOPInstanceUID={TestData.RecentStudy}.1.{number}", file);
        }

        // Each file takes a quarter of a second: were all of them waited for at the end, the study would be complete.
        using var server = new DcmqrscpServer(data);
        var run = HostProcess.StartUnder(
            [
                Require.Tool("strace"), "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null",
                "-e", "trace=rename,renameat2", "-e", "inject=rename,renameat2:delay_enter=250000",
            ],
            HostProcess.WithModule(
                $"$saved = Save-PacsStudy -Server {server.Address} -StudyInstanceUid {TestData.RecentStudy} "
                    + $"-Destination '{_folder.FullName}/d' -Retriever {retriever} -TimeoutSeconds 5 "
                    + "-ErrorVariable failed -ErrorAction SilentlyContinue; \"$($saved.Status) $($failed.FullyQualifiedErrorId)\""));
        Assert.StartsWith("Partial RetrieveTimeout", run.Output.Trim(), StringComparison.Ordinal);
    }

    /// <summary>A script that saves, and tells what came of it.</summary>
    private string SaveTo(string destination, string more = "") => $$"""
        $destination = '{{_folder.FullName}}/{{destination}}'
        try {
            $study = @{ Server = '{{servers.Of("dcmqrscp").Address}}'; StudyInstanceUid = '{{TestData.NuclearMedicineStudy}}' }
            Save-PacsStudy @study -Destination $destination -MaxStudies 1 {{more}} 2>&1 | ForEach-Object {
                if ($_ -is [System.Management.Automation.ErrorRecord]) { "$($_.FullyQualifiedErrorId) $_" }
                else { "$($_.Status) $($_.Received) of $($_.Expected): $($_.Reason)" }
            }
        }
        catch { "$($_.FullyQualifiedErrorId) $_" }
        $files = @(if ([IO.Directory]::Exists($destination)) { [IO.Directory]::GetFiles($destination, '*.dcm', 'AllDirectories') })
        "Files: $($files.Count)"
        $codes = $files | ForEach-Object { & dcmdump -q $_ | ForEach-Object { }; $LASTEXITCODE }
        "All whole: $(-not ($codes -ne 0))"
        if ($files) { "Archive: $((Test-PacsArchive $destination).Status)" }
        """;

    /// <summary>Runs a script where the folder is a file system of its own.</summary>
    private HostProcess Run(string mountOptions, string script)
    {
        var run = HostProcess.StartUnder(
            [
                Require.Tool("unshare"), "--user", "--map-root-user", "--mount", "sh",
                "-c", "mount -t tmpfs -o \"$0\" tmpfs \"$1\" && shift && exec \"$@\"", mountOptions, _folder.FullName],
            HostProcess.WithModule(script));
        Assert.True(run.Output.Contains("Files: ", StringComparison.Ordinal), run.Output + run.Error);
        return run;
    }
}
