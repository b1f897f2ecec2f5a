using System.Collections;
using System.Management.Automation;
using System.Net.Sockets;
using PacsNm.Queries;
using PacsNm.Retrieval;
using PacsNm.Simulator;

namespace PacsNm.Commands;

/// <summary>
/// Starts a practice PACS on 127.0.0.1, with synthetic studies or with the files of a folder, and as difficult as is wanted.
/// It runs until Stop-PacsSimulator, the removal of the module, or the end of the process.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "PacsSimulator", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PacsServer))]
public sealed class StartPacsSimulatorCommand : PSCmdlet
{
    /// <summary>Studies of the seed documents' PACS, on one day.</summary>
    private const int SeedPacsStudies = 972;

    private static readonly DateTime SeedPacsDay = new(2021, 9, 1);

    /// <summary>The port on 127.0.0.1; a free one by default.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    [PSDefaultValue(Help = "A free port")]
    public int Port { get; set; }

    /// <summary>The AE title that it answers to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string AETitle { get; set; } = "PRACTICE";

    /// <summary>Speaks TLS, with a certificate that it makes itself and that is not checked.</summary>
    [Parameter]
    public SwitchParameter UseTls { get; set; }

    /// <summary>How many synthetic studies it has, 20 by default. They are made when they are asked for.</summary>
    [Parameter]
    [ValidateRange(1, 999_999)]
    public int StudyCount { get; set; } = 20;

    /// <summary>
    /// The day or the range of days of the synthetic studies, in any form of Find-PacsStudy's -StudyDate; the last 30 days by
    /// default.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[]? StudyDate { get; set; }

    /// <summary>What the synthetic studies are made from, 1 by default: the same number makes the same studies.</summary>
    [Parameter]
    [ValidateRange(0, 99_999)]
    public int Seed { get; set; } = 1;

    /// <summary>A folder whose DICOM files it serves in place of synthetic studies. They are read and never written.</summary>
    [Parameter]
    [Alias("LiteralPath")]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>
    /// How it is difficult: one or several of RequireStudyDate, IgnoreModality, OmitModalitiesInStudy, CapResults,
    /// RefuseImageLevel, RefuseGet, RefuseMove, FailEveryNth, EmptySuccess, NearlineDelay, SlowResponses, DropAfter, HangAfter,
    /// OneAssociationOnly, RejectUnknownCallingAE, NoRoleSelection, UncompressedOnly, WrongCharset, GarbagePdu, LyingCounters,
    /// IgnoreCancel and SeedPacs. A number behind = says how much: CapResults=50.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(QuirkCompleter))]
    public Quirk[] Quirk { get; set; } = [];

    /// <summary>
    /// The AE titles that it knows, each with its port on 127.0.0.1, to which a C-MOVE can send; by default the calling AE
    /// title and the -LocalPort that the other cmdlets have by default.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable MoveDestination { get; set; } = new() { ["ALBIZIA_WG"] = 11112 };

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
            WriteObject(RunningSimulators.Start(options));
        }
        catch (SocketException exception)
        {
            ThrowTerminatingError(ErrorRecords.PortUnusable(Port, exception, "Leave -Port out for a free port, or name another one."));
        }
        catch (Exception exception) when (DestinationException.IsFileSystem(exception))
        {
            ThrowTerminatingError(ErrorRecords.SourceUnusable(options.Path!, exception));
        }
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
            Path = Path is null ? null : this.ResolveFileSystemPath(Path),
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
            var dates = DateRange.Parse(StudyDate);
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
        foreach (DictionaryEntry entry in MoveDestination)
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
