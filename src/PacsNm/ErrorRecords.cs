using System.Management.Automation;
using PacsNm.Dicom.Network;

namespace PacsNm;

/// <summary>Makes every error record of the module. The ErrorIds are public API; no text holds a patient's data.</summary>
internal static class ErrorRecords
{
    /// <summary>The record for an exchange with a PACS that failed.</summary>
    public static ErrorRecord ForNetwork(DicomNetworkException exception, object target, PacsServer server) => exception switch
    {
        PeerUnreachableException => Create(
            exception, "PacsUnreachable", ErrorCategory.ConnectionError, target,
            server.UseTls
                ? $"Check that {server} speaks TLS and that its certificate is trusted for '{server.ComputerName}'; -SkipCertificateCheck does without the check."
                : $"Check the host name and the port ({server}), that the PACS is running, and the firewall between."),
        PeerTimeoutException timeout => Create(
            exception, "PacsTimeout", ErrorCategory.OperationTimeout, target, ActionAfter(timeout.Phase)),
        AssociationRejectedException rejection => Create(
            exception, "AssociationRejected", ErrorCategory.PermissionDenied, target, ActionAfter(rejection.Reject, server)),
        AssociationAbortedException => Create(
            exception, "AssociationAborted", ErrorCategory.ProtocolError, target,
            "Try again; if it happens again, ask the PACS administrator for the PACS's log of this association."),
        DimseFailureException failure => Create(
            exception, "DimseFailure", ErrorCategory.ProtocolError, target, ActionAfter(failure.Status)),
        _ => Create(
            exception, "ProtocolViolation", ErrorCategory.ProtocolError, target,
            $"Check that {server.ComputerName}:{server.Port} is a DICOM port; if it is, report the message to the vendor of the PACS."),
    };

    /// <summary>getscu is not on the PATH.</summary>
    public static ErrorRecord GetScuNotFound(string howToInstall) => Create(
        new FileNotFoundException("DCMTK's getscu was not found on the PATH."),
        "GetScuNotFound", ErrorCategory.ObjectNotFound, "getscu", howToInstall);

    /// <summary>Some instances of a study did not arrive.</summary>
    public static ErrorRecord RetrieveIncomplete(PacsSavedStudy result) => Create(
        new InvalidDataException(
            $"Study {result.StudyInstanceUid}: {result.Received} of {result.Expected?.ToString() ?? "an unknown number of"} instances arrived. {result.Reason}"),
        "RetrieveIncomplete", ErrorCategory.ReadError, result,
        "Run the same command again. The result's Missing property names what is not there; the PACS's log tells why it was not sent.");

    /// <summary>A study of which nothing arrived, though the PACS reported no failure.</summary>
    public static ErrorRecord RetrieveEmpty(PacsSavedStudy result) => Create(
        new InvalidDataException($"Study {result.StudyInstanceUid}: nothing arrived. {result.Reason}"),
        "RetrieveEmpty", ErrorCategory.ReadError, result,
        "Run the same command again in some minutes: the PACS may be fetching the study from its archive.");

    /// <summary>A study that did not arrive whole in its time.</summary>
    public static ErrorRecord RetrieveTimeout(PacsSavedStudy result, int seconds) => Create(
        new TimeoutException(
            $"Study {result.StudyInstanceUid}: {result.Received} of {result.Expected?.ToString() ?? "an unknown number of"} instances arrived within {seconds} s."),
        "RetrieveTimeout", ErrorCategory.OperationTimeout, result,
        "Run the same command again with a larger -TimeoutSeconds: a study in the archive of the PACS (NEARLINE) takes longer.");

    /// <summary>The destination cannot be written to.</summary>
    public static ErrorRecord DestinationUnusable(string path, Exception exception) => Create(
        new IOException($"The destination '{path}' cannot be used: {exception.GetType().Name}.", exception),
        "DestinationUnusable", ErrorCategory.WriteError, path,
        "Name a folder that can be written to with -Destination.");

    /// <summary>Our own certificate cannot be had.</summary>
    public static ErrorRecord CertificateUnusable(string name, Exception exception) => Create(
        exception, "CertificateUnusable", ErrorCategory.SecurityError, name,
        "Name a certificate that has its private key: a thumbprint in the store of the user or the machine, or a PFX file with -CertificatePassword.");

    /// <summary>The practice PACS cannot have its port.</summary>
    public static ErrorRecord PortUnusable(int port, Exception exception) => Create(
        exception, "PortUnusable", ErrorCategory.ResourceUnavailable, port,
        "Leave -Port out for a free port, or name another one.");

    /// <summary>A text that is no UID.</summary>
    public static ErrorRecord InvalidUid(string parameter, string value) => Argument(
        "InvalidUid", parameter, value,
        $"-{parameter}: '{value}' is no UID (PS3.5 9.1). A UID is at most 64 digits and dots, such as 1.2.840.113619.2.1.");

    /// <summary>A text that is no AE title.</summary>
    public static ErrorRecord InvalidAETitle(string parameter, string value) => Argument(
        "InvalidAETitle", parameter, value,
        $"-{parameter}: '{value}' is no AE title (PS3.5 6.2). It has 1 to 16 characters of ASCII without a backslash, such as ALBIZIA_WG.");

    /// <summary>A value that is no date and no range of dates.</summary>
    public static ErrorRecord InvalidDateRange(string message, object? value) => Argument(
        "InvalidDateRange", "StudyDate", value, message);

    /// <summary>A keyword or tag that PS3.6 does not have.</summary>
    public static ErrorRecord UnknownKeyword(string parameter, string value, string nearest) => Argument(
        "UnknownKeyword", parameter, value,
        $"-{parameter}: PS3.6 has no attribute '{value}'. {nearest}");

    /// <summary>A text that names no character set.</summary>
    public static ErrorRecord UnknownCharacterSet(string parameter, string value) => Argument(
        "UnknownCharacterSet", parameter, value,
        $"-{parameter}: '{value}' is no defined term of PS3.3 C.12.1.1.2. Write ISO_IR 192 for UTF-8, ISO_IR 100 for Latin-1, GB18030, or \\ISO 2022 IR 87 for Japanese.");

    private static ErrorRecord Argument(string id, string parameter, object? value, string message) => new(
        new ParameterBindingException(message), id, ErrorCategory.InvalidArgument, value)
    {
        ErrorDetails = new ErrorDetails(message) { RecommendedAction = $"Give -{parameter} a value of the form named." },
    };

    private static ErrorRecord Create(Exception exception, string id, ErrorCategory category, object target, string action) => new(
        exception, id, category, target)
    {
        ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = action },
    };

    private static string ActionAfter(NetworkPhase phase) => phase switch
    {
        NetworkPhase.Connect => "Check the host name, the port and the firewall, or give the PACS more time with -ConnectTimeoutSeconds.",
        NetworkPhase.Acse => "Something accepts connections there and says nothing: check that the port is the DICOM port, or give the PACS more time with -AcseTimeoutSeconds.",
        _ => "Narrow the query, try when the PACS is less busy, or give it more time with -DimseTimeoutSeconds.",
    };

    private static string ActionAfter(AssociateReject? reject, PacsServer server) => reject switch
    {
        null => "The PACS does not offer this service to us: ask its administrator to allow it, or try the other -InformationModel.",
        { IsTransient: true } => "The PACS is busy: try again later.",
        { Source: 1, Reason: 7 } => $"Check -CalledAETitle: the PACS does not answer to '{server.CalledAETitle}'.",
        { Source: 1, Reason: 3 } => $"Ask the PACS administrator to register '{server.CallingAETitle}', or give a registered -CallingAETitle.",
        _ => $"Check -CalledAETitle ('{server.CalledAETitle}') and -CallingAETitle ('{server.CallingAETitle}') with the PACS administrator.",
    };

    private static string ActionAfter(DimseStatus status) => status.Code switch
    {
        >= 0xA700 and <= 0xA7FF => "The PACS has too many matches, or too little to work with: narrow -StudyDate and try again.",
        >= 0xA900 and <= 0xA9FF => "The PACS does not take these keys: leave out -Filter and -Property, or try the other -InformationModel.",
        _ => "Some PACS refuse a query without a StudyDate: leave out -AllDates, or give a -StudyDate. Else see the PACS's log for this time.",
    };
}
