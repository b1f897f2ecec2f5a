using System.Diagnostics;

namespace PacsNm.Tests.Peers;

/// <summary>DCMTK's storescp: a peer that has no query service.</summary>
internal sealed class StoreScp : IDisposable
{
    private readonly Process _process;
    private readonly int _port = LoopbackPort.Free();

    public StoreScp(TestCertificates? tls = null)
    {
        string[] options = tls is null ? [] : ["+tls", tls.ServerKey, tls.ServerCertificate, "-ic"];
        _process = Process.Start(new ProcessStartInfo(Require.Tool("storescp"), ["--ignore", .. options, $"{_port}"]))!;
        var clock = Stopwatch.StartNew();
        string[] client = tls is null ? [] : ["+tla", "-ic"];
        while (Dcmtk.TryRun("echoscu", [.. client, "127.0.0.1", $"{_port}"]).ExitCode != 0)
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(10))
                throw new TimeoutException("storescp did not answer.");
        }
    }

    public string Address => $"STORESCP@127.0.0.1:{_port}";

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
