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
            Find-PacsStudy -Server $server -StudyDate 20210901 -UseTls -SkipCertificateCheck -CertificatePath $pfx -CertificatePassword $password |
                Save-PacsStudy -Destination d
            """,
            ("server", server.Address), ("pfx", _certificates.ClientPfx), ("password", new NetworkCredential("", TestCertificates.Password).SecurePassword));
        Assert.Equal(["Complete"], saved.ThrowIfFailed().Texts("Status"));
        Assert.Contains(saved.Warnings, warning => warning.Message.Contains("not checked", StringComparison.Ordinal));

        var pem = _engine.Run(
            "Test-PacsConnection -Quiet -Server $server -UseTls -SkipCertificateCheck -CertificatePath $pem",
            ("server", server.Address), ("pem", _certificates.ClientPem));
        Assert.Equal([true], pem.ThrowIfFailed().Output.Select(value => value.BaseObject));
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
    public void A_server_without_TLS_is_named_as_such_within_its_time()
    {
        using var silent = new SilentServer();
        Assert.Equal(["PacsTimeout"], _engine.Run(
            "Find-PacsStudy -Server $server -UseTls -ConnectTimeoutSeconds 1", ("server", $"A@127.0.0.1:{silent.Port}")).ErrorIds);
        Assert.Equal(["PacsUnreachable"], _engine.Run(
            "Find-PacsStudy -Server $server -UseTls", ("server", servers.Of("dcmqrscp").Address)).ErrorIds);
    }

    [Fact]
    public void A_certificate_that_is_not_there_is_refused_before_anything_is_sent()
    {
        Assert.Equal(["CertificateUnusable"], _engine.Run("Find-PacsStudy -UseTls -ComputerName 127.0.0.1 -CertificateThumbprint 00").ErrorIds);
        Assert.Equal(["CertificateUnusable"], _engine.Run("Find-PacsStudy -UseTls -ComputerName 127.0.0.1 -CertificatePath nothing.pfx").ErrorIds);
    }
}
