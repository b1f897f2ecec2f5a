using System.Net;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>TLS with Orthanc, with DCMTK's storescp, and with the practice PACS.</summary>
public sealed class TlsTests(RealServers servers) : IDisposable
{
    private readonly Engine _engine = new();
    private readonly TestCertificates _certificates = new();

    public void Dispose()
    {
        _engine.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public void Studies_are_found_and_saved_over_TLS_with_a_certificate_of_our_own()
    {
        using var server = new OrthancServer(servers.Data.Folder, tls: _certificates);
        var saved = _engine.Run(
            """
            $how = @{ UseTls = $true; SkipCertificateCheck = $true; CertificatePath = $pfx; CertificatePassword = $password }
            Find-PacsStudy -Server $server -StudyDate 20210901 @how |
                Save-PacsStudy -Destination d
            """,
            ("server", server.Address), ("pfx", _certificates.ClientPfx),
            ("password", new NetworkCredential("", TestCertificates.Password).SecurePassword));
        Assert.Equal(["Complete"], saved.ThrowIfFailed().Texts("Status"));
        Assert.Contains(saved.Warnings, warning => warning.Message.Contains("not checked", StringComparison.Ordinal));

        var pem = _engine.Run(
            "Test-PacsConnection -Quiet -Server $server -UseTls -SkipCertificateCheck -CertificatePath $pem",
            ("server", server.Address), ("pem", _certificates.ClientPem));
        Assert.Equal([true], pem.ThrowIfFailed().Output.Select(value => value.BaseObject));
    }

    [Theory]
    [InlineData("-CertificatePath $pem", "Test-PacsConnection -Server tls -Quiet")]
    [InlineData("-CertificatePath $pfx", "Test-PacsConnection -Server tls -Quiet -CertificatePassword (Get-Secret pacs)")]
    [InlineData("-CertificatePath $pfx", "Test-PacsConnection -Server tls -Quiet -CertificatePassword (Get-Secret pacs -Credential)")]
    [InlineData(
        "-CertificatePath $pem", "(Find-PacsStudy -Server tls -StudyDate 20210901 | Save-PacsStudy -Destination d).Status -eq 'Complete'")]
    [InlineData(
        "-CertificatePath $pfx",
        "(Find-PacsStudy -Server tls -StudyDate 20210901 -CertificatePassword (Get-Secret pacs) | "
            + "Save-PacsStudy -Destination d).Status -eq 'Complete'")]
    [InlineData("-CertificatePath client-both.pem", "cd ..; Test-PacsConnection -Server tls -Quiet")]
    [InlineData(
        "-CertificatePath $pem",
        "(Find-PacsStudy -Server tls -StudyDate 20210901 | Select-Object StudyInstanceUid, Server | ConvertTo-Csv | ConvertFrom-Csv | "
            + "Save-PacsStudy -Destination d).Status -eq 'Complete'")]
    [InlineData(
        "-CertificatePath $pem",
        "$kept = [System.Management.Automation.PSSerializer]::Serialize((Get-PacsServer tls), 2); "
            + "Test-PacsConnection -Server ([System.Management.Automation.PSSerializer]::Deserialize($kept)) -Quiet")]
    public void A_saved_server_names_our_certificate_and_no_secret(string saved, string use)
    {
        using var server = new OrthancServer(servers.Data.Folder, tls: _certificates);
        using var config = new TemporaryFolder();
        File.Copy(_certificates.ClientPem, Path.Combine(_engine.Folder, "client-both.pem"));
        var script = $$"""
            function Get-Secret {
                param($Name, [switch] $Credential)
                $secret = ConvertTo-SecureString '{{TestCertificates.Password}}' -AsPlainText -Force
                if ($Credential) { [pscredential]::new('pacs', $secret) } else { $secret }
            }
            $pem = '{{_certificates.ClientPem}}'
            $pfx = '{{_certificates.ClientPfx}}'
            Set-Location '{{_engine.Folder}}'
            Set-PacsServer tls -Server {{server.Address}} -UseTls -SkipCertificateCheck {{saved}}
            {{use}}
            """;
        var run = HostProcess.Run(script, ("XDG_CONFIG_HOME", config.Path), ("PACSNM_SERVER", null));
        Assert.True(run.Output.Trim() == "True", run.Output + run.Error);
        Assert.DoesNotContain(
            TestCertificates.Password, File.ReadAllText(Path.Combine(config.Path, "pacsnm", "servers.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-CertificatePath '/no/such/client.pem'", "'/no/such/client.pem'")]
    [InlineData("-CertificateThumbprint 0123456789012345678901234567890123456789", "'0123456789012345678901234567890123456789'")]
    public void A_certificate_of_a_saved_server_that_is_not_there_is_named_at_its_use(string saved, string told)
    {
        using var config = new TemporaryFolder();
        var run = HostProcess.Run(
            $"Set-PacsServer tls -Server PACS@127.0.0.1:{LoopbackPort.Free()} -UseTls {saved}; (Get-PacsServer tls).CertificateThumbprint; "
                + "(Get-PacsServer tls).CertificatePath; Test-PacsConnection -Server tls",
            ("XDG_CONFIG_HOME", config.Path), ("PACSNM_SERVER", null));
        Assert.Contains(told.Trim('\''), run.Output, StringComparison.Ordinal);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.Contains("[CertificateUnusable,", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-CertificatePath ''")]
    [InlineData("-CertificatePath $null")]
    [InlineData("-CertificateThumbprint ''")]
    public void A_saved_certificate_is_cleared_and_replaced(string clear)
    {
        using var config = new TemporaryFolder();
        var run = HostProcess.Run(
            $$"""
            function Show { "[$($_.CertificateThumbprint)][$($_.CertificatePath)][$($_.UseTls)]" }
            Set-PacsServer tls -ComputerName 127.0.0.1 -CalledAETitle PACS -UseTls -CertificatePath /a.pem
            Set-PacsServer tls -Port 104 -PassThru | ForEach-Object { Show }
            Set-PacsServer tls -CertificateThumbprint 0A -PassThru | ForEach-Object { Show }
            Set-PacsServer tls {{clear}} -PassThru | ForEach-Object { Show }
            """,
            ("XDG_CONFIG_HOME", config.Path), ("PACSNM_SERVER", null));
        Assert.Equal(
            ["[][/a.pem][True]", "[0A][][True]", "[][][True]"],
            run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_certificate_that_nobody_trusts_is_refused_unless_the_check_is_skipped()
    {
        using var server = new StoreScp(_certificates);
        var refused = _engine.Run("Test-PacsConnection -Server $server -UseTls", ("server", server.Address));
        Assert.Equal(["PacsUnreachable"], refused.ErrorIds);
        Assert.Contains("SkipCertificateCheck", refused.AllText, StringComparison.Ordinal);
        var skipped = _engine.Run("Test-PacsConnection -Quiet -Server $server -UseTls -SkipCertificateCheck", ("server", server.Address));
        Assert.Equal([true], skipped.ThrowIfFailed().Output.Select(value => value.BaseObject));
    }

    [Fact]
    public void The_practice_PACS_speaks_TLS_with_us_and_with_echoscu()
    {
        var result = _engine.Run("""
            $pacs = Start-PacsSimulator -UseTls -StudyCount 1 -StudyDate 20210901
            $pacs.Port
            Find-PacsStudy -Server $pacs -StudyDate 20210901 | Save-PacsStudy -Destination d
            """).ThrowIfFailed();
        Assert.Equal("Complete", $"{result.Output[1].Properties["Status"].Value}");
        Dcmtk.Run("echoscu", "+tla", "-ic", "-aec", "PRACTICE", "127.0.0.1", $"{result.Output[0]}");
        Assert.NotEqual(0, Dcmtk.TryRun("echoscu", "-ta", "2", "-aec", "PRACTICE", "127.0.0.1", $"{result.Output[0]}").ExitCode);
        _engine.Run("Stop-PacsSimulator");
    }

    [Fact]
    public void Each_phase_of_a_connection_has_its_time()
    {
        var result = _engine.Run("""
            foreach ($useTls in $true, $false) {
                $pacs = Start-PacsSimulator -UseTls:$useTls -StudyCount 1
                Test-PacsConnection -Server $pacs
                Stop-PacsSimulator -Server $pacs
            }
            """).ThrowIfFailed();
        foreach (var phase in new[] { "NameResolutionMilliseconds", "TcpMilliseconds", "AssociationMilliseconds", "EchoMilliseconds" })
            Assert.All(result.Values(phase), time => Assert.IsType<double>(time));
        Assert.IsType<double>(result.Values("TlsMilliseconds")[0]);
        Assert.Null(result.Values("TlsMilliseconds")[1]);
    }

    [Fact]
    public void A_server_without_TLS_is_named_as_such_within_its_time()
    {
        using var silent = new SilentServer();
        (string, string)[] peers =
            [("PacsTimeout", $"A@127.0.0.1:{silent.Port}"), ("PacsUnreachable", servers.Of("dcmqrscp").Address)];
        foreach (var (errorId, server) in peers)
        {
            var result = _engine.Run(
                "try { Find-PacsStudy -Server $server -UseTls -ConnectTimeoutSeconds 1 -ErrorAction Stop } "
                    + "catch { \"$($_.Exception.Phase)\"; throw }",
                ("server", server));
            Assert.Equal([errorId], result.ErrorIds);
            Assert.Equal(["TlsHandshake"], result.Output.Select(phase => $"{phase}"));
            Assert.Contains("TLS handshake", result.AllText, StringComparison.Ordinal);
            Assert.Contains("Leave out -UseTls", result.AllText, StringComparison.Ordinal);
            Assert.DoesNotContain("No TCP connection", result.AllText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_certificate_that_is_not_there_is_refused_before_anything_is_sent()
    {
        Assert.Equal(
            ["CertificateUnusable"], _engine.Run("Find-PacsStudy -UseTls -ComputerName 127.0.0.1 -CertificateThumbprint 00").ErrorIds);
        Assert.Equal(
            ["CertificateUnusable"], _engine.Run("Find-PacsStudy -UseTls -ComputerName 127.0.0.1 -CertificatePath nothing.pfx").ErrorIds);
    }
}
