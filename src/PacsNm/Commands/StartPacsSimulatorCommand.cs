using System.Collections;
using System.Management.Automation;
using System.Net.Sockets;
using PacsNm.Completion;
using PacsNm.Dicom.Data;
using PacsNm.Queries;
using PacsNm.Servers;
using PacsNm.Simulator;

namespace PacsNm.Commands;

/// <summary>
/// Starts a practice PACS on 127.0.0.1, with synthetic studies or with the files of a folder. -Quirk makes it difficult.
/// It runs until Stop-PacsSimulator, the removal of the module, or the end of the process.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "PacsSimulator", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PacsServer))]
public sealed class StartPacsSimulatorCommand : PSCmdlet
{
    /// <summary>The number of studies of the quirk SeedPacs, all on one day.</summary>
    private const int SeedPacsStudies = 972;

    private static readonly DateTime SeedPacsDay = new(2021, 9, 1);

    /// <summary>The TCP port on 127.0.0.1. By default a free port is used.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    [PSDefaultValue(Help = "A free port")]
    public int Port { get; set; }

    /// <summary>The AE title of the practice PACS.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string AETitle { get; set; } = "PRACTICE";

    /// <summary>Uses TLS, with a self-signed certificate that is not checked.</summary>
    [Parameter]
    public SwitchParameter UseTls { get; set; }

    /// <summary>The number of synthetic studies, 20 by default. A study is created when it is requested.</summary>
    [Parameter]
    [ValidateRange(1, 999_999)]
    public int StudyCount { get; set; } = 20;

    /// <summary>
    /// The day or the range of days of the synthetic studies, in any form of Find-PacsStudy's -StudyDate. The default is the last 30 days.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[]? StudyDate { get; set; }

    /// <summary>The seed of the synthetic studies, 1 by default. The same number creates the same studies.</summary>
    [Parameter]
    [ValidateRange(0, 99_999)]
    public int Seed { get; set; } = 1;

    /// <summary>
    /// A folder whose DICOM files it serves instead of synthetic studies. It only reads them. A warning counts the files that it does not
    /// serve, such as files that are truncated or are not DICOM; -Verbose names them.
    /// </summary>
    [Parameter]
    [Alias("LiteralPath")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>
    /// One or more ways in which the practice PACS is difficult; the description explains each of them. Queries: RequireStudyDate,
    /// IgnoreStudyDate, IgnoreModality, OmitModalitiesInStudy, CapResults, RefuseImageLevel, NoRelationalQueries,
    /// NoSopClassAtImageLevel, NoSeriesCount, WrongCharset. Retrieval: RefuseGet, RefuseMove, NoImageRetrieval, EmptySuccess,
    /// SuccessWhenBusy, NearlineDelay, FailEveryNth, StopAtUnsupported, UncompressedOnly, LyingCounters. Objects: DuplicateUid,
    /// BadUids, CommandMismatch, SurplusBytes. Associations: OneAssociationOnly, RejectUnknownCallingAE, NoRoleSelection, RefuseAll,
    /// IgnoreCancel, AbortAfterCancel, SilentRelease, SlowResponses, Capacity, DropAfter, HangAfter, GarbagePdu. Comparisons: Drift.
    /// SeedPacs is the PACS that this module was written for. Some accept a number after an equals sign: CapResults=50.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(QuirkCompleter))]
    public Quirk[] Quirk { get; set; } = [];

    /// <summary>
    /// The AE titles to which a C-MOVE can send, each with its port on 127.0.0.1. The default is the calling AE title and the -LocalPort
    /// that the other cmdlets use by default.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable MoveDestination { get; set; } = new() { [SiteDefaults.CallingAETitle] = SiteDefaults.LocalPort };

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Dicom.Network.AETitle.IsValid(AETitle))
            ThrowTerminatingError(ErrorRecords.InvalidAETitle(nameof(AETitle), AETitle));
        var options = MakeOptions();
        if (!ShouldProcess($"127.0.0.1:{Port}", "Start a practice PACS"))
            return;
        try
        {
            var pacs = SimulatedPacs.Start(options);
            WriteObject(RunningSimulators.Add(pacs, options));
            ReportPassedOver(pacs.PassedOver);
        }
        catch (SocketException exception)
        {
            ThrowTerminatingError(ErrorRecords.PortUnusable(Port, exception, "Leave -Port out for a free port, or name another one."));
        }
        catch (Exception exception) when (FileFailure.Is(exception))
        {
            ThrowTerminatingError(ErrorRecords.SourceUnusable(options.Folder!, exception));
        }
    }

    private void ReportPassedOver(IReadOnlyList<PassedOverFile> files)
    {
        if (files.Count == 0)
            return;
        WriteWarning($"The practice PACS does not serve {files.Count} of the files in the folder. -Verbose names them.");
        foreach (var file in files)
            WriteVerbose($"'{file.Name}' is not served. {file.Reason}");
    }

    private SimulatedPacsOptions MakeOptions()
    {
        var isSeedPacs = Quirk.Any(quirk => quirk.Name == QuirkName.SeedPacs);
        var isCountGiven = MyInvocation.BoundParameters.ContainsKey(nameof(StudyCount));
        var dates = ParseDates() ?? (isSeedPacs
            ? new DateRange(SeedPacsDay, SeedPacsDay)
            : new DateRange(DateTime.Today.AddDays(-30), DateTime.Today.AddDays(-1)));
        return new SimulatedPacsOptions
        {
            AETitle = AETitle,
            Port = Port,
            UseTls = UseTls,
            Folder = Path is null ? null : this.ResolveFileSystemPath(Path),
            StudyCount = isSeedPacs && !isCountGiven ? SeedPacsStudies : StudyCount,
            FirstDay = dates.First ?? dates.Last!.Value.AddYears(-1),
            LastDay = dates.Last ?? DateTime.Today,
            Seed = Seed,
            Quirks = Quirk,
            Destinations = Destinations(),
        };
    }

    private DateRange? ParseDates()
    {
        if (StudyDate is null)
            return null;
        try
        {
            var dates = DateRange.Parse(PlainValue.OfAll(StudyDate));
            return dates.First > DateTime.Today && dates.Last is null
                ? throw new FormatException($"The range {dates} has no end. Write 20210901-20210930.")
                : dates;
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidDateRange(nameof(StudyDate), StudyDate, exception.Message));
            throw;
        }
    }

    private Dictionary<string, int> Destinations()
    {
        var destinations = new Dictionary<string, int>();
        foreach (System.Collections.DictionaryEntry entry in MoveDestination)
        {
            var title = $"{entry.Key}";
            if (!Dicom.Network.AETitle.IsValid(title))
                ThrowTerminatingError(ErrorRecords.InvalidAETitle(nameof(MoveDestination), title));
            if (!LanguagePrimitives.TryConvertTo<ushort>(entry.Value, out var port) || port == 0)
                ThrowTerminatingError(ErrorRecords.InvalidPort(nameof(MoveDestination), $"{entry.Value}"));
            destinations[title] = port;
        }

        return destinations;
    }
}
