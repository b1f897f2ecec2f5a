using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>The parameters of cmdlets that retrieve.</summary>
public abstract class RetrievalParameterCommand : PacsServerCommand
{
    /// <summary>
    /// The retriever; by default that of the server. Auto uses getscu if it is on the PATH, then the built-in retriever, then movescu if
    /// there is a -LocalPort. MoveScu uses movescu, then getscu if it is on the PATH. BuiltIn uses no other retriever. GetScu uses no other
    /// one either, except movescu if there is a -LocalPort.
    /// </summary>
    [Parameter]
    public Retriever Retriever { get; set; }

    /// <summary>
    /// The TCP port on which movescu receives; by default that of the server, or 11112. The PACS must know it by our AE title.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int LocalPort { get; set; } = SiteDefaults.LocalPort;

    /// <summary>
    /// Runs getscu without the relay. The progress then shows no bytes, there is no idle limit, and PacsNm must try which objects getscu
    /// can receive. Auto does not use getscu with TLS or -MaxBytesPerSecond, because these need the relay.
    /// </summary>
    [Parameter]
    public SwitchParameter NoRelay { get; set; }

    /// <summary>
    /// Further transfer syntaxes to propose, in addition to the storage syntaxes of PS3.6 that the built-in retriever always proposes:
    /// UIDs, such as those of private syntaxes, or names and keywords of PS3.6. Auto then begins with the built-in retriever, because
    /// getscu and movescu cannot propose them.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TransferSyntaxCompleter))]
    public string[] TransferSyntax { get; set; } = [];

    /// <summary>
    /// Further SOP classes to propose, in addition to those that the PACS lists: UIDs, such as those of private classes. If a PACS does not
    /// return SOPClassUID at IMAGE level, it can send objects of private classes only with this parameter. Only the built-in retriever can
    /// propose them.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SopClass { get; set; } = [];

    /// <summary>The rate at which the PACS may send, in bytes per second over all associations of the call; 0 for no limit.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long MaxBytesPerSecond { get; set; }

    /// <summary>
    /// The most instances to retrieve in the whole call; 0 for no limit. With a limit, the call uses one association at a time.
    /// </summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxImages { get; set; }

    /// <summary>
    /// The most associations that retrieve at the same time, from 1 to 16, or Auto; 1 by default. Auto begins with one association. Within
    /// some seconds it adds others, up to 16, while each makes the retrieval faster and the PACS responds as fast as before, and removes
    /// them when the PACS responds more slowly, so that other users of the PACS hardly notice the call. A PACS that rejects an association,
    /// and the MaxAssociations of a saved server, lower the number for the rest of the call. With -MaxImages the number is 1.
    /// </summary>
    [Parameter]
    [ThrottleLimitArgument]
    [ArgumentCompleter(typeof(ThrottleLimitCompleter))]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>Whether the number of associations follows the PACS.</summary>
    private protected bool IsThrottleAuto => ThrottleLimit == ThrottleLimitArgumentAttribute.Auto;

    /// <summary>
    /// The hours in which the PACS may be used, such as '19:00-06:00','Sat-Sun' or 'Mon-Fri 18:30-07:00', in local time. Outside of them the
    /// call waits: no request begins, and a retrieval that is running ends with the object that is on its way, and goes on when the hours
    /// begin again. Hours that are saved with the server apply too.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ActiveHours { get; set; } = [];

    /// <summary>
    /// When the call ends, such as 06:00, after the object that is on its way. A time of day that has passed is tomorrow's. What was not
    /// begun by then is Postponed.
    /// </summary>
    [Parameter]
    public DateTime StopAt { get; set; }

    /// <summary>
    /// The number of rounds that request missing instances again, 3 by default. A round may send several requests, each with another
    /// method.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int RetryCount { get; set; } = 3;

    /// <summary>The time limit per study in seconds, 300 by default. Instances that have arrived by then are kept.</summary>
    [Parameter]
    [ValidateRange(1, 604800)]
    public int TimeoutSeconds { get; set; } = 300;

    /// <summary>
    /// The time limit in seconds for a study that the PACS has NEARLINE, 1800 by default. These studies come after the others.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 604800)]
    public int NearlineTimeoutSeconds { get; set; } = 1800;

    /// <summary>The bytes that must stay free at the destination, 1GB by default.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long MinimumFreeSpace { get; set; } = 1L << 30;

    /// <summary>Retrieves instances again that are in the destination already, and replaces their files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Does not wait until the files of a study are on stable storage. This is faster on slow disks. After a loss of power, a study may be
    /// recorded as complete although its files are incomplete; Test-PacsArchive finds such studies.
    /// </summary>
    [Parameter]
    public SwitchParameter NoSync { get; set; }

    /// <summary>A log file. One line is appended per event: the begin and end of each study, and errors with their ErrorIds.</summary>
    [Parameter]
    [ItemPath]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Reads -ActiveHours; null if it is not given.</summary>
    private protected Jobs.ActiveHours? ReadActiveHours()
    {
        try
        {
            return ActiveHours.Length == 0 ? null : Jobs.ActiveHours.Parse(ActiveHours);
        }
        catch (FormatException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidActiveHours(string.Join("; ", ActiveHours), exception.Message));
            throw;
        }
    }

    /// <summary>Reads the UIDs of -SopClass.</summary>
    private protected string[] ReadSopClasses()
    {
        if (SopClass.FirstOrDefault(uid => !Dicom.Data.Uid.IsValid(uid.Trim())) is { } invalid)
            ThrowTerminatingError(ErrorRecords.InvalidUid(nameof(SopClass), invalid));
        return [.. SopClass.Select(uid => uid.Trim())];
    }

    /// <summary>Reads the UIDs of -TransferSyntax.</summary>
    private protected IReadOnlyList<string> ReadTransferSyntaxes()
    {
        var uids = new List<string>();
        foreach (var text in TransferSyntax)
        {
            if (!Dicom.Data.TransferSyntax.TryParse(text, out var syntax))
                ThrowTerminatingError(ErrorRecords.UnknownTransferSyntax(nameof(TransferSyntax), text));
            uids.Add(syntax.Uid);
        }

        return uids;
    }
}
