using System.Management.Automation;
using PacsNm.Completion;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Commands;

/// <summary>A cmdlet that takes a PACS, whole or part by part.</summary>
public abstract class ServerParameterCommand : PacsCommand
{
    /// <summary>The PACS: a saved name, an object, or AETITLE@host:port. -ComputerName, -Port and the like change parts of it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ServerArgument]
    [ArgumentCompleter(typeof(ServerCompleter))]
    public virtual PacsServer? Server { get; set; }

    /// <summary>The host name or address of the PACS.</summary>
    [Parameter]
    [Alias("PacsHost")]
    [ValidateNotNullOrEmpty]
    public string? ComputerName { get; set; }

    /// <summary>The TCP port of the PACS. The default is that of the server.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>The AE title of the PACS.</summary>
    [Parameter]
    [Alias("AET")]
    public string? CalledAETitle { get; set; }

    /// <summary>Our own AE title, as the PACS knows it.</summary>
    [Parameter]
    [Alias("LocalAET")]
    public string? CallingAETitle { get; set; }

    /// <summary>The Query/Retrieve information model (PS3.4 C.3). The default is that of the server.</summary>
    [Parameter]
    public InformationModel InformationModel { get; set; }

    /// <summary>
    /// The time limit in seconds for each of three phases: the look-up of the host name, the TCP connection, and the TLS handshake. The
    /// default is that of the server, 30 if nothing else is saved.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int ConnectTimeoutSeconds { get; set; }

    /// <summary>
    /// Seconds to wait for the answer to an association's request or release (ACSE). The default is that of the server, 30 if nothing
    /// else is saved.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int AcseTimeoutSeconds { get; set; }

    /// <summary>Seconds to wait for a whole DIMSE message. The default is that of the server, 30 if nothing else is saved.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int DimseTimeoutSeconds { get; set; }

    /// <summary>Speaks TLS 1.2 or later (PS3.15 B).</summary>
    [Parameter]
    public SwitchParameter UseTls { get; set; }

    /// <summary>Takes any certificate of the PACS: who answers remains unknown.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>
    /// Our own certificate, for a PACS that asks for one: its thumbprint in the store of the user or the machine. It takes the
    /// place of the certificate that the server has. An empty text stands for none.
    /// </summary>
    [Parameter]
    public string? CertificateThumbprint { get; set; }

    /// <summary>
    /// Our own certificate with its private key, as a PFX file, or in PowerShell 7 as a PEM file. It takes the place of the certificate
    /// that the server has. An empty text stands for none.
    /// </summary>
    [Parameter]
    [ItemPath]
    public string? CertificatePath { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var isServerGiven = IsGiven(nameof(Server));
        if (isServerGiven && (Server is null ? ErrorRecords.ServerEmpty : FindProblem(Server)) is { } problem)
            ThrowTerminatingError(problem);
        foreach (var (parameter, title) in new[] { (nameof(CalledAETitle), CalledAETitle), (nameof(CallingAETitle), CallingAETitle) })
        {
            if (title is not null && !AETitle.IsValid(title))
                ThrowTerminatingError(ErrorRecords.InvalidAETitle(parameter, title));
        }
    }

    /// <summary>A server, changed in the parts that were given.</summary>
    /// <returns>Null if it cannot be used; the error has been written.</returns>
    private protected PacsServer? ApplyParts(PacsServer server)
    {
        if (TryApplyParts(server, out var changed) is not { } problem)
            return changed;
        Refuse(problem);
        return null;
    }

    /// <summary>The same, for a caller that does something else about an error.</summary>
    /// <returns>Why it cannot be used; null if it can.</returns>
    private protected ErrorRecord? TryApplyParts(PacsServer server, out PacsServer changed)
    {
        changed = ApplyCertificate(server) with
        {
            ComputerName = ComputerName?.Trim() ?? server.ComputerName,
            Port = Given(nameof(Port), Port, server.Port),
            CalledAETitle = CalledAETitle?.Trim() ?? server.CalledAETitle,
            CallingAETitle = CallingAETitle?.Trim() ?? server.CallingAETitle,
            InformationModel = Given(nameof(InformationModel), InformationModel, server.InformationModel),
            ConnectTimeoutSeconds = Given(nameof(ConnectTimeoutSeconds), ConnectTimeoutSeconds, server.ConnectTimeoutSeconds),
            AcseTimeoutSeconds = Given(nameof(AcseTimeoutSeconds), AcseTimeoutSeconds, server.AcseTimeoutSeconds),
            DimseTimeoutSeconds = Given(nameof(DimseTimeoutSeconds), DimseTimeoutSeconds, server.DimseTimeoutSeconds),
            UseTls = Given(nameof(UseTls), UseTls.IsPresent, server.UseTls),
            SkipCertificateCheck = Given(nameof(SkipCertificateCheck), SkipCertificateCheck.IsPresent, server.SkipCertificateCheck),
        };
        return FindProblem(changed);
    }

    /// <summary>A server with the certificate that was named in place of its own.</summary>
    private protected PacsServer ApplyCertificate(PacsServer server) =>
        !IsGiven(nameof(CertificateThumbprint)) && !IsGiven(nameof(CertificatePath))
            ? server
            : server with
            {
                CertificateThumbprint = CertificateThumbprint,
                CertificatePath = string.IsNullOrEmpty(CertificatePath) ? null : this.ResolveFileSystemPath(CertificatePath!),
                ClientCertificate = null,
            };

    /// <summary>A parameter's value if it was given.</summary>
    private protected T Given<T>(string parameter, T value, T otherwise) =>
        IsGiven(parameter) ? value : otherwise;

    private protected bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private static ErrorRecord? FindProblem(PacsServer server) =>
        server.Problem is not null ? ErrorRecords.ForServers(server.Problem, server.Name)
        : !AETitle.IsValid(server.CalledAETitle) ? ErrorRecords.InvalidAETitle(nameof(CalledAETitle), server.CalledAETitle)
        : !AETitle.IsValid(server.CallingAETitle) ? ErrorRecords.InvalidAETitle(nameof(CallingAETitle), server.CallingAETitle)
        : null;
}
