using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PacsNm.Dicom.Data;
using PacsNm.Files;
using PacsNm.Queries;
using PacsNm.Reporting;
using PacsNm.Retrievers;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>
/// Writes one zip file for the person who helps you: versions, a connection test, the saved servers, and the end of a log. It contains
/// no patient's name or ID.
/// </summary>
[Cmdlet(VerbsCommon.New, "PacsSupportPackage", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PacsSupportPackage))]
public sealed class NewPacsSupportPackageCommand : PacsServerCommand
{
    private readonly SupportPackage _package = new();

    /// <summary>
    /// The zip file to write, or a folder for it. By default the file is in the current folder, and its name is PacsNm-support- with the
    /// date and time.
    /// </summary>
    [Parameter(Position = 0)]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "PacsNm-support-<date>.zip in the current folder")]
    public string Path { get; set; } = ".";

    /// <summary>A log that a Save cmdlet or the nightly script wrote. Its end is included, without text that may name a patient.</summary>
    [Parameter]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Sends nothing to the PACS.</summary>
    [Parameter]
    public SwitchParameter NoConnection { get; set; }

    /// <summary>The time limit of the connection test in seconds. The package contains the results until then.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>Replaces a read-only file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not replace an existing file.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var path = FindPath();
        var names = $"contents.txt, versions.txt, connection.txt, servers.txt{(LogPath is null ? "" : ", log.txt")}";
        if (!ShouldProcess(path, $"Write a support package of {names}, without patients' data"))
            return;
        if (FindObstacle(path) is { } obstacle)
            ThrowTerminatingError(ErrorRecords.PackageNotWritten(path, new IOException(obstacle)));
        Tell($"The support package will contain {names}, and no patient's name or ID.");

        var (saved, problem) = ReadServers();
        PacsServer? server = null;
        var serverProblem = NoConnection ? null : TryResolveServer(carried: null, out server);
        var redaction = new Redaction(Vocabulary(), [.. saved, .. server is null ? Array.Empty<PacsServer>() : [server]]);
        Add("versions.txt", "The versions of the module, PowerShell, .NET, the operating system and DCMTK.", Versions());
        var connection = AddConnection(server, serverProblem);
        var listed = problem is null ? SupportTexts.Servers(saved, redaction) : [problem];
        Add("servers.txt", "The saved servers. No password is saved with them.", listed);
        if (LogPath is not null)
            AddLog(this.ResolveFileSystemPath(LogPath), redaction);
        Add("contents.txt", "This list.", _package.Entries.Select(entry => SupportTexts.Line(entry.Name, entry.Description)));
        Write(path, connection);
    }

    /// <summary>Writes text for a person, as Write-Host does, but not to the pipeline.</summary>
    private void Tell(string message) => WriteInformation(new HostInformationMessage { Message = message }, ["PSHOST"]);

    private void Add(string name, string description, IEnumerable<string> lines)
    {
        var entry = _package.Add(name, description, lines);
        WriteVerbose($"{entry.Name}: {entry.Description} {entry.Bytes} bytes.");
    }

    private string FindPath()
    {
        var path = this.ResolveFileSystemPath(Path);
        return Directory.Exists(path)
            ? System.IO.Path.Combine(path, $"PacsNm-support-{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.zip")
            : path;
    }

    /// <summary>Behaves like Export-Csv: an existing file is replaced, a read-only file only with -Force.</summary>
    private string? FindObstacle(string path) =>
        !File.Exists(path) ? null
        : NoClobber ? "it is there already, and -NoClobber was given"
        : !Force && new FileInfo(path).IsReadOnly ? "it is read-only; -Force replaces it"
        : null;

    private IEnumerable<string> Versions()
    {
        var table = GetVariableValue("PSVersionTable") as IDictionary;
        return SupportTexts.Versions(
            $"{MyInvocation.MyCommand.Module?.Version} in {Redaction.Path(MyInvocation.MyCommand.Module?.ModuleBase ?? "")}",
            $"{table?["PSVersion"]} {table?["PSEdition"]}, host {Host.Name}",
            [.. ((string[])["getscu", "movescu"]).Select(tool => DcmtkTool.Find(tool) is { } found
                ? (tool, found, Await(DcmtkTool.VersionAsync(found, StopToken)))
                : (tool, "", ""))]);
    }

    /// <summary>The words of the module's help, which the module itself may have written to a log.</summary>
    private IEnumerable<string> Vocabulary()
    {
        var folder = System.IO.Path.Combine(MyInvocation.MyCommand.Module?.ModuleBase ?? "", "en-US");
        return Directory.Exists(folder)
            ? Directory.GetFiles(folder).Select(file => File.ReadAllText(file).Replace('<', ' ').Replace('>', ' '))
            : [];
    }

    private static (IReadOnlyList<PacsServer> Servers, string? Problem) ReadServers()
    {
        try
        {
            return ([.. ServerFile.Read().All()], null);
        }
        catch (ServerFileException exception)
        {
            return ([], $"The file of saved servers {(exception.Line is { } line ? $"is broken at line {line}" : "cannot be read")}.");
        }
    }

    /// <summary>Tests the connection. Failures are part of the package.</summary>
    /// <returns>The result of the test.</returns>
    private string AddConnection(PacsServer? server, ErrorRecord? problem)
    {
        const string Description = "The connection test with its queries, and what the PACS can do.";
        if (NoConnection || problem is not null)
        {
            var why = problem is null ? "-NoConnection was given." : $"{ErrorIdOf(problem)}. {problem.ErrorDetails?.RecommendedAction}";
            Add("connection.txt", Description, [$"No connection was tested: {why}"]);
            return problem is null ? "NotTested" : ErrorIdOf(problem);
        }

        var queries = new List<string>();
        var (test, isFinished) = Await<(ConnectionTest, bool)>(tell => TestAsync(server!, line =>
        {
            queries.Add(line);
            tell(line);
        }));
        var failure = test.Failure is null ? null : ErrorRecords.ForNetwork(test.Failure, server!, server!);
        var outcome = failure is not null ? ErrorIdOf(failure) : isFinished ? "Succeeded" : "NotFinished";
        var result = isFinished
            ? test.Result
            : test.Result with { Reason = $"The test did not come to its end within {TimeoutSeconds} s (-TimeoutSeconds)." };
        var action = failure?.ErrorDetails?.RecommendedAction ?? "";
        Add("connection.txt", Description, SupportTexts.Connection(result, outcome, action, queries));
        return outcome;
    }

    private async Task<(ConnectionTest Test, bool IsFinished)> TestAsync(PacsServer server, Action<string> tell)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        limit.CancelAfter(TimeSpan.FromSeconds(TimeoutSeconds));
        var test = new ConnectionTest(server, isDetailed: true, tell);
        try
        {
            await test.RunAsync(limit.Token).ConfigureAwait(false);
            return (test, true);
        }
        catch (OperationCanceledException) when (!StopToken.IsCancellationRequested)
        {
            return (test, false);
        }
    }

    private void AddLog(string path, Redaction redaction)
    {
        const string Description = "The end of the log, without what could name a patient.";
        try
        {
            Add("log.txt", Description, SupportTexts.Log(path, redaction));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            Add("log.txt", Description, [$"The log cannot be read: {DestinationException.Describe(exception)}."]);
            WriteError(ErrorRecords.FileUnreadable(path, exception));
        }
    }

    private void Write(string path, string connection)
    {
        var zip = _package.ToZip();
        try
        {
            if (Force && File.Exists(path) && new FileInfo(path) is { IsReadOnly: true } old)
                old.IsReadOnly = false;
            PrivateFile.Replace(path, zip);
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            var why = new IOException(DestinationException.Describe(exception), exception);
            ThrowTerminatingError(ErrorRecords.PackageNotWritten(path, why));
        }

        WriteObject(new PacsSupportPackage { Path = path, Bytes = zip.Length, Connection = connection, Entries = [.. _package.Entries] });
    }

    private static string ErrorIdOf(ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];
}
