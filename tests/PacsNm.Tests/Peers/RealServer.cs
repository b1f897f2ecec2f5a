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
    /// <param name="program">Its name.</param>
    /// <param name="arguments">What it is started with.</param>
    /// <param name="data">A folder of what to send it; null for a server that has its data by other means.</param>
    protected void Start(string program, IEnumerable<string> arguments, string? data)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Until(program, () => Dcmtk.TryRun("echoscu", [.. ClientOptions, "-aec", AETitle, "127.0.0.1", $"{Port}"]).ExitCode == 0);

        if (data is not null)
            Store(data);
    }

    /// <summary>Sends it all files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">More options of storescu.</param>
    public void Store(string folder, params string[] options)
    {
        // A server for one association may still hold the one before.
        Until(
            "storescu",
            () => Dcmtk.TryRun(
                "storescu",
                [.. ClientOptions, "-R", .. options, "-aec", AETitle, "+sd", "+r", "127.0.0.1", $"{Port}", folder]).ExitCode == 0);
    }

    /// <summary>What DCMTK's tools need to talk to it.</summary>
    protected virtual string[] ClientOptions => [];

    private void Until(string program, Func<bool> isDone)
    {
        Wait.Until($"{program} answers", () => _process is { HasExited: true }
            ? throw new InvalidOperationException($"{program} has ended: {Log}")
            : isDone());
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
    /// <param name="data">The folder of what it has.</param>
    /// <param name="maximumAssociations">Associations at a time.</param>
    /// <param name="option">One more option, such as +xs to take JPEG lossless as it comes.</param>
    /// <param name="movePort">The port that it sends to for our AE title.</param>
    /// <param name="profile">What it negotiates, as DCMTK's association configuration files have it; null for its default.</param>
    public DcmqrscpServer(
        string data,
        int maximumAssociations = 32,
        string? option = null,
        int movePort = 11112,
        string? profile = null)
    {
        var program = Require.Tool("dcmqrscp");
        var config = Path.Combine(Folder, "dcmqrscp.cfg");
        var area = Directory.CreateDirectory(Path.Combine(Folder, "area")).FullName;
        File.WriteAllText(config, $"""
            MaxPDUSize = 131072
            MaxAssociations = {maximumAssociations}
            HostTable BEGIN
            tests = (ALBIZIA_WG, 127.0.0.1, {movePort})
            HostTable END
            VendorTable BEGIN
            VendorTable END
            AETable BEGIN
            {AETitle} {area} RW (400, 1024mb) ANY
            AETable END
            """);
        if (profile is null)
        {
            Start(program, [.. option is null ? Array.Empty<string>() : [option], "-c", config, $"{Port}"], data);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(data))
            File.Copy(file, Path.Combine(area, Path.GetFileName(file)));
        Dcmtk.Run("dcmqridx", [area, .. Directory.GetFiles(area)]);
        var profiles = Path.Combine(Folder, "profiles.cfg");
        File.WriteAllText(profiles, profile);
        Start(program, ["-c", config, "-xf", profiles, "Default", "Default", $"{Port}"], data: null);
    }

    public override string AETitle => "DCMQRSCP";
}

/// <summary>Orthanc, as Debian ships it.</summary>
public sealed class OrthancServer : RealServer
{
    private readonly TestCertificates? _tls;
    private readonly int _httpPort = LoopbackPort.Free();

    /// <param name="data">The folder of what it has.</param>
    /// <param name="limit">How many matches it sends at most; 0 is no limit.</param>
    /// <param name="tls">Certificates, to speak TLS and to ask the client for its own.</param>
    /// <param name="movePort">The port that it sends to for our AE title.</param>
    /// <param name="modality">A PACS that it knows, and asks by its REST interface.</param>
    /// <param name="byHttp">Whether it is given the files over HTTP: storescu sends no private classes.</param>
    public OrthancServer(
        string data,
        int limit = 0,
        TestCertificates? tls = null,
        int movePort = 11112,
        (string AETitle, int Port)? modality = null,
        bool byHttp = false)
    {
        _tls = tls;
        var program = Require.Tool("Orthanc");
        var config = Path.Combine(Folder, "orthanc.json");
        var modalities = new Dictionary<string, object[]> { ["tests"] = ["ALBIZIA_WG", "127.0.0.1", movePort] };
        var settings = new Dictionary<string, object>
        {
            ["Name"] = "Test",
            ["DicomServerEnabled"] = true,
            ["DicomAet"] = AETitle,
            ["DicomPort"] = Port,
            ["DicomCheckCalledAet"] = true,
            ["HttpServerEnabled"] = modality is not null || byHttp,
            ["HttpPort"] = _httpPort,
            ["RemoteAccessAllowed"] = false,
            ["AuthenticationEnabled"] = false,
            ["Plugins"] = Array.Empty<string>(),
            ["LimitFindResults"] = limit,
            ["UnknownSopClassAccepted"] = modality is not null || byHttp,
            ["DicomAlwaysAllowEcho"] = true,
            ["DicomAlwaysAllowStore"] = true,
            ["DicomAlwaysAllowFind"] = true,
            ["DicomAlwaysAllowGet"] = true,
            ["DicomAlwaysAllowMove"] = true,
            ["DicomModalities"] = modalities,
            ["StorageDirectory"] = Path.Combine(Folder, "storage"),
        };
        if (modality is var (title, port))
            modalities["pacs"] = [title, "127.0.0.1", port];
        if (tls is not null)
        {
            settings["DicomTlsEnabled"] = true;
            settings["DicomTlsPrivateKey"] = tls.ServerKey;
            settings["DicomTlsCertificate"] = tls.ServerCertificate;
            settings["DicomTlsTrustedCertificates"] = tls.ClientCertificate;
        }

        File.WriteAllText(config, System.Text.Json.JsonSerializer.Serialize(settings));
        Start(program, [config], byHttp ? null : data);
        if (byHttp)
            Post(data);
    }

    public override string AETitle => "ORTHANC";

    /// <summary>Has it ask the PACS that it knows.</summary>
    /// <returns>What its REST interface answers.</returns>
    public string Ask(string what, string json)
    {
        using var client = new System.Net.Http.HttpClient();
        using var content = new System.Net.Http.StringContent(json);
        using var answer = client.PostAsync($"http://127.0.0.1:{_httpPort}/{what}", content).Result;
        var text = answer.Content.ReadAsStringAsync().Result;
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{what}: {text}");
    }

    protected override string[] ClientOptions =>
        _tls is null ? [] : ["+tls", _tls.ClientKey, _tls.ClientCertificate, "+cf", _tls.ServerCertificate];

    private void Post(string data)
    {
        using var client = new System.Net.Http.HttpClient();
        foreach (var file in Directory.EnumerateFiles(data))
        {
            using var content = new System.Net.Http.ByteArrayContent(File.ReadAllBytes(file));
            client.PostAsync(new Uri($"http://127.0.0.1:{_httpPort}/instances"), content).Result.EnsureSuccessStatusCode();
        }
    }
}
