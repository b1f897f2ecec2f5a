using System.Diagnostics;

namespace PacsNm.Tests.Peers;

/// <summary>DCMTK's storescp: a peer that has no query service.</summary>
internal sealed class StoreScp : IDisposable
{
    private readonly Process _process;

    /// <param name="tls">Certificates, to speak TLS.</param>
    /// <param name="keepIn">The folder for what it receives, of any SOP class and transfer syntax; null to throw it away.</param>
    public StoreScp(TestCertificates? tls = null, string? keepIn = null)
    {
        string[] receiving = keepIn is null ? ["--ignore"] : ["--promiscuous", "+xa", "-od", keepIn];
        string[] options = tls is null ? [] : ["+tls", tls.ServerKey, tls.ServerCertificate, "-ic"];
        _process = Process.Start(new ProcessStartInfo(Require.Tool("storescp"), [.. receiving, .. options, $"{Port}"]))!;
        string[] client = tls is null ? [] : ["+tla", "-ic"];
        Wait.Until("storescp answers", () => Dcmtk.TryRun("echoscu", [.. client, "127.0.0.1", $"{Port}"]).ExitCode == 0);
    }

    /// <summary>Its port.</summary>
    public int Port { get; } = LoopbackPort.Free();

    public string Address => $"STORESCP@127.0.0.1:{Port}";

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
