using System.Diagnostics;
using System.Text;

namespace PacsNm.Tests.Peers;

/// <summary>A DICOM server that others wrote, run on a free port of 127.0.0.1 with the test data in it.</summary>
public abstract class RealServer : IDisposable
{
    private readonly StringBuilder _log = new();
    private Process? _process;

    /// <summary>Its port.</summary>
    public int Port { get; } = LoopbackPort.Free();

    /// <summary>Its AE title.</summary>
    public abstract string AETitle { get; }

    /// <summary>The form that -Server takes.</summary>
    public string Address => $"{AETitle}@127.0.0.1:{Port}";

    /// <summary>Its own folder, empty at first.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("pacsnm-peer-").FullName;

    /// <summary>What it printed.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.WaitForExit();
        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the program, waits until it answers a C-ECHO, and sends it the data.</summary>
    protected void Start(string program, IEnumerable<string> arguments, string data)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Until(program, () => Dcmtk.TryRun("echoscu", [.. ClientOptions, "-aec", AETitle, "127.0.0.1", $"{Port}"]).ExitCode == 0);

        // A server for one association may still hold the one before.
        Until(program, () => Dcmtk.TryRun("storescu", [.. ClientOptions, "-aec", AETitle, "+sd", "+r", "127.0.0.1", $"{Port}", data]).ExitCode == 0);
    }

    /// <summary>What DCMTK's tools need to talk to it.</summary>
    protected virtual string[] ClientOptions => [];

    private void Until(string program, Func<bool> isDone)
    {
        var clock = Stopwatch.StartNew();
        while (!isDone())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(20))
                throw new TimeoutException($"{program} did not answer: {Log}");
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
            _log.AppendLine(line.Data);
    }
}

/// <summary>DCMTK's dcmqrscp.</summary>
public sealed class DcmqrscpServer : RealServer
{
    public DcmqrscpServer(string data, int maximumAssociations = 32)
    {
        var program = Require.Tool("dcmqrscp");
        var config = Path.Combine(Folder, "dcmqrscp.cfg");
        var area = Directory.CreateDirectory(Path.Combine(Folder, "area")).FullName;
        File.WriteAllText(config, $"""
            MaxPDUSize = 131072
            MaxAssociations = {maximumAssociations}
            HostTable BEGIN
            HostTable END
            VendorTable BEGIN
            VendorTable END
            AETable BEGIN
            {AETitle} {area} RW (400, 1024mb) ANY
            AETable END
            """);
        Start(program, ["-c", config, $"{Port}"], data);
    }

    public override string AETitle => "DCMQRSCP";
}

/// <summary>Orthanc, as Debian ships it.</summary>
public sealed class OrthancServer : RealServer
{
    private readonly TestCertificates? _tls;

    /// <param name="data">The folder of what it has.</param>
    /// <param name="limit">How many matches it sends at most; 0 is no limit.</param>
    /// <param name="tls">Certificates, to speak TLS and to ask the client for its own.</param>
    /// <param name="destination">An AE title that it sends to, and the port on 127.0.0.1 that it knows it by.</param>
    public OrthancServer(string data, int limit = 0, TestCertificates? tls = null, (string AETitle, int Port)? destination = null)
    {
        _tls = tls;
        var program = Require.Tool("Orthanc");
        var config = Path.Combine(Folder, "orthanc.json");
        var settings = new Dictionary<string, object>
        {
            ["Name"] = "Test",
            ["DicomServerEnabled"] = true,
            ["DicomAet"] = AETitle,
            ["DicomPort"] = Port,
            ["DicomCheckCalledAet"] = true,
            ["HttpServerEnabled"] = false,
            ["Plugins"] = Array.Empty<string>(),
            ["LimitFindResults"] = limit,
            ["DicomAlwaysAllowEcho"] = true,
            ["DicomAlwaysAllowStore"] = true,
            ["DicomAlwaysAllowFind"] = true,
            ["DicomAlwaysAllowGet"] = true,
            ["DicomAlwaysAllowMove"] = true,
            ["StorageDirectory"] = Path.Combine(Folder, "storage"),
        };
        if (destination is var (title, port))
            settings["DicomModalities"] = new Dictionary<string, object> { ["destination"] = new object[] { title, "127.0.0.1", port } };
        if (tls is not null)
        {
            settings["DicomTlsEnabled"] = true;
            settings["DicomTlsPrivateKey"] = tls.ServerKey;
            settings["DicomTlsCertificate"] = tls.ServerCertificate;
            settings["DicomTlsTrustedCertificates"] = tls.ClientCertificate;
        }

        File.WriteAllText(config, System.Text.Json.JsonSerializer.Serialize(settings));
        Start(program, [config], data);
    }

    public override string AETitle => "ORTHANC";

    protected override string[] ClientOptions =>
        _tls is null ? [] : ["+tls", _tls.ClientKey, _tls.ClientCertificate, "+cf", _tls.ServerCertificate];
}
