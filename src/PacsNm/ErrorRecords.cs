using System.Management.Automation;
using System.Security.Cryptography;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Files;
using PacsNm.Queries;
using PacsNm.Retrieval;
using PacsNm.Retrievers;
using PacsNm.Servers;

namespace PacsNm;

/// <summary>Creates the error records of the module. The ErrorIds are public API. No text contains a patient's data.</summary>
internal static class ErrorRecords
{
    /// <summary>A query or a retrieval failed in the network layer.</summary>
    public static ErrorRecord ForNetwork(DicomNetworkException exception, object target, PacsServer server) => exception switch
    {
        PeerUnreachableException => Create(
            exception, "PacsUnreachable", ErrorCategory.ConnectionError, target, RecommendedAction.After(exception.Phase, server)),
        PeerTimeoutException => Create(
            exception, "PacsTimeout", ErrorCategory.OperationTimeout, target, RecommendedAction.AfterTimeout(exception.Phase, server)),
        AssociationRejectedException rejection => Create(
            exception, "AssociationRejected", ErrorCategory.PermissionDenied, target, RecommendedAction.After(rejection.Reject, server)),
        AssociationAbortedException => Create(
            exception, "AssociationAborted", ErrorCategory.ProtocolError, target,
            "Try again. If it happens again, ask the PACS administrator for the log of this association."
                + (server.UseTls ? "" : " A port that accepts only TLS needs -UseTls.")),
        DimseFailureException failure => Create(
            exception, "DimseFailure", ErrorCategory.ProtocolError, target, RecommendedAction.After(failure.Status)),
        _ => Create(
            exception, "ProtocolViolation", ErrorCategory.ProtocolError, target,
            $"Check that {server.ComputerName}:{server.Port} is a DICOM port. If it is, report the message to the vendor of the PACS."
                + (server.UseTls ? "" : " A port that uses TLS needs -UseTls.")),
    };

    /// <summary>A program of DCMTK is not on the PATH or cannot be run.</summary>
    /// <param name="tool">The name of the program.</param>
    /// <param name="problem">Why it cannot be run; null if it was not found.</param>
    public static ErrorRecord DcmtkToolNotFound(string tool, string? problem = null) => Create(
        new FileNotFoundException(problem ?? $"DCMTK's {tool} was not found on the PATH."),
        tool == "movescu" ? "MoveScuNotFound" : "GetScuNotFound", ErrorCategory.ObjectNotFound, tool, DcmtkTool.HowToInstall);

    /// <summary>The retriever that the user or the server prefers cannot be used.</summary>
    public static ErrorRecord ForRetriever(RetrieverChoiceException exception) => exception switch
    {
        RetrieverNotFoundException missing => DcmtkToolNotFound(missing.Tool),
        RelayNeededException relay => Create(
            exception, "RelayNeeded", ErrorCategory.InvalidArgument, relay.What,
            relay.Retriever == Retriever.MoveScu
                ? "Use -Retriever BuiltIn, which uses C-GET."
                : "Leave out -NoRelay, or use -Retriever BuiltIn."),
        DestinationTooLongException => Create(
            exception, "DestinationUnusable", ErrorCategory.InvalidArgument, null,
            "Use a shorter -Destination, or -Retriever BuiltIn, which writes to paths of any length."),
        LocalPortException port => PortUnusable(
            port.Port, exception.InnerException!, "Use -LocalPort to name a free port that the PACS knows for your AE title."),
        _ => Create(
            exception, "TransferSyntaxNotOffered", ErrorCategory.InvalidArgument,
            (exception as TransferSyntaxNotOfferedException)?.Retriever,
            "Use -Retriever BuiltIn or Auto, or leave out -TransferSyntax."),
    };

    /// <summary>The error of a retrieval; null if the study is complete.</summary>
    public static ErrorRecord? ForOutcome(RetrievalOutcome outcome, SaveOptions options)
    {
        var (study, result) = (outcome.Study, outcome.Result);
        return outcome.Failure switch
        {
            DiskSpaceLowException exception => DiskSpaceLow(options.Archive.Root, exception),
            DestinationException exception => DestinationUnusable(options.Archive.Root, exception),
            RetrieverUnusableException exception => DcmtkToolNotFound(exception.Tool, exception.Message),
            _ when result.Status is SaveStatus.Complete or SaveStatus.Skipped => null,
            StudyLockedException exception => StudyLocked(study, result, exception),
            TimeoutException => RetrieveTimeout(study, result, options.LimitOf(study)),
            DicomNetworkException exception => ForNetwork(exception, result, study.Server),
            _ when result.Status == SaveStatus.Empty => RetrieveEmpty(study, result, outcome.FirstFailure),
            _ => RetrieveIncomplete(study, result, outcome.FirstFailure),
        };
    }

    /// <summary>Some instances are missing.</summary>
    /// <param name="study">The study.</param>
    /// <param name="result">The result.</param>
    /// <param name="refusal">The first failure that the PACS reported, with its Error Comment; null if there is none.</param>
    private static ErrorRecord RetrieveIncomplete(StudyToSave study, PacsSavedItem result, DimseFailureException? refusal) => Create(
        new InvalidDataException($"{study}: {Count(result)}. {result.Reason}", refusal),
        "RetrieveIncomplete", ErrorCategory.ReadError, result,
        RecommendedAction.After(result));

    /// <summary>No object arrived, although the PACS reported no failure.</summary>
    /// <param name="study">The study.</param>
    /// <param name="result">The result.</param>
    /// <param name="refusal">The first failure that the PACS reported; null if there is none.</param>
    private static ErrorRecord RetrieveEmpty(StudyToSave study, PacsSavedItem result, DimseFailureException? refusal) => Create(
        new InvalidDataException($"{study}: nothing arrived. {result.Reason}", refusal),
        "RetrieveEmpty", ErrorCategory.ReadError, result,
        "Check the UID with Find-PacsStudy -StudyInstanceUid, which searches all days. If the PACS has the study, run "
            + "the same command again in a few minutes, because the PACS may be fetching the study from its archive.");

    /// <summary>The study was not complete within its time limit.</summary>
    private static ErrorRecord RetrieveTimeout(StudyToSave study, PacsSavedItem result, TimeSpan limit) => Create(
        new TimeoutException($"{study}: {Count(result)} within {limit.TotalSeconds:0} s."),
        "RetrieveTimeout", ErrorCategory.OperationTimeout, result,
        "Run the same command again to retrieve what is missing. Allow more time with -TimeoutSeconds, or for a "
            + "NEARLINE study with -NearlineTimeoutSeconds.");

    /// <summary>Another run retrieved the study for the whole time limit.</summary>
    private static ErrorRecord StudyLocked(StudyToSave study, PacsSavedItem result, StudyLockedException exception) => Create(
        new TimeoutException($"{study}: {exception.Message}", exception),
        "RetrieveTimeout", ErrorCategory.OperationTimeout, result,
        "Wait for the other run to end, or allow more time with -TimeoutSeconds. If there is no other run, find out which program has "
            + $"'{Path.GetFileName(new Archive.LocalArchive("").ManifestPath(study.StudyInstanceUid))}' in the folder .pacsnm open.");

    /// <summary>The destination cannot be written to.</summary>
    public static ErrorRecord DestinationUnusable(string path, DestinationException exception) => Create(
        new IOException($"The destination '{path}' cannot be used. {exception.Message}", exception),
        "DestinationUnusable", ErrorCategory.WriteError, path,
        "Use -Destination to name a folder that you can write to.");

    /// <summary>The destination has too little free space.</summary>
    private static ErrorRecord DiskSpaceLow(string path, DiskSpaceLowException exception) => Create(
        exception, "DiskSpaceLow", ErrorCategory.ResourceUnavailable, path,
        "Free some space and run the same command again to retrieve what is missing. -MinimumFreeSpace sets how much must stay free.");

    /// <summary>The folder of an archive does not exist or cannot be read.</summary>
    public static ErrorRecord ArchiveNotFound(string path, Exception exception) => Create(
        new DirectoryNotFoundException($"The archive '{path}' cannot be read: {DestinationException.Describe(exception)}."),
        "ArchiveNotFound", ErrorCategory.ObjectNotFound, path,
        "Name the folder that was given to Save-PacsStudy as -Destination.");

    /// <summary>A path does not belong to the FileSystem provider.</summary>
    public static ErrorRecord ProviderNotSupported(string path, ProviderInfo provider) => Create(
        new NotSupportedException($"'{path}' belongs to the provider '{provider.Name}'. Files are only on the provider 'FileSystem'."),
        "ProviderNotSupported", ErrorCategory.InvalidArgument, path,
        "Give a path of the file system. A relative path starts from the current location: Set-Location to a folder, or give a full path.");

    /// <summary>
    /// A file or folder cannot be read. The message names a file without its folders, and it names no folder, because the name of a folder
    /// may be a patient's ID.
    /// </summary>
    public static ErrorRecord FileUnreadable(string path, Exception exception) => Create(
        new IOException($"{(Directory.Exists(path) ? "A folder" : NameOf(path))} cannot be read: "
            + $"{DestinationException.Describe(exception)}."),
        "FileUnreadable", ErrorCategory.ReadError, new PacsPath(path), $"Check that it exists and that you may read it. {WhereThePathIs}");

    /// <summary>A pattern matches nothing, although a file or folder has exactly this name.</summary>
    public static ErrorRecord PatternWithoutMatch(string path) => Create(
        new IOException($"{NameOf(path)} matches nothing as a pattern, but a file or folder of exactly that name exists."),
        "FileUnreadable", ErrorCategory.ObjectNotFound, new PacsPath(path), "Use -LiteralPath, which takes [ and ] as they stand.");

    /// <summary>A DICOM file is damaged.</summary>
    public static ErrorRecord FileBroken(string path, DicomDataException exception) => Create(
        new InvalidDataException($"{NameOf(path)} is a broken DICOM file: {exception.Message}", exception),
        "FileBroken", ErrorCategory.InvalidData, new PacsPath(path),
        $"Retrieve it again, with -Force if it was saved before. {WhereThePathIs}");

    /// <summary>A file that the user named is not a DICOM file.</summary>
    public static ErrorRecord FileNotDicom(string path) => Create(
        new InvalidDataException($"{NameOf(path)} is not a DICOM file: the prefix DICM of PS3.10 7.1 is missing."),
        "FileNotDicom", ErrorCategory.InvalidData, new PacsPath(path),
        $"Name a DICOM file, or a folder, in which files that are not DICOM are skipped. {WhereThePathIs}");

    /// <summary>A log cannot be written.</summary>
    public static ErrorRecord LogUnusable(string path, Exception exception) => Create(
        new IOException($"The log '{path}' cannot be written: {DestinationException.Describe(exception)}.", exception),
        "LogUnusable", ErrorCategory.WriteError, path, "Name a file in a folder that can be written to with -LogPath.");

    /// <summary>A report cannot be written. The inner exception is left out, because it may name the temporary file.</summary>
    public static ErrorRecord ReportNotWritten(string path, Exception exception) => Create(
        new IOException($"The report '{path}' cannot be written: {DestinationException.Describe(exception)}."),
        "ReportNotWritten", ErrorCategory.WriteError, path, "With -Path, name a file in a folder that you may write to.");

    /// <summary>A report would replace a read-only file.</summary>
    public static ErrorRecord ReportReadOnly(string path) => Create(
        new IOException($"The report '{path}' cannot be written: the file is read-only."),
        "ReportNotWritten", ErrorCategory.WriteError, path, "Use -Force to replace it, or name another file with -Path.");

    /// <summary>A report would replace a file although -NoClobber was given.</summary>
    public static ErrorRecord NoClobber(string path) => Create(
        new IOException($"The file '{path}' already exists."),
        "NoClobber", ErrorCategory.ResourceExists, path, "Leave out -NoClobber to replace it, or name another file with -Path.");

    /// <summary>A report would have no rows.</summary>
    public static ErrorRecord ReportEmpty(string path) => Create(
        new InvalidOperationException($"There is nothing to report, so '{path}' was not written."),
        "ReportEmpty", ErrorCategory.InvalidOperation, path,
        "Pipe in what a Save cmdlet returns, or name with -Archive a folder that has studies.");

    /// <summary>An input object is not a result. It is the target, and its text form is hidden, because it may name a patient.</summary>
    public static ErrorRecord InvalidResult(object input)
    {
        var record = Create(
            new ArgumentException("The input is not the result of a Save cmdlet: it has no Status, or no valid StudyInstanceUid."),
            "InvalidResult", ErrorCategory.InvalidData, input,
            "Pipe in what a Save cmdlet returns, as it is or after Import-Csv or Import-Clixml, or the folder of an archive.");
        record.CategoryInfo.TargetName = "an input object";
        return record;
    }

    /// <summary>A support package cannot be written.</summary>
    public static ErrorRecord PackageNotWritten(string path, Exception exception) => Create(
        new IOException($"The support package '{path}' cannot be written: {exception.Message}.", exception),
        "PackageNotWritten", ErrorCategory.WriteError, path, "Name another file with -Path, in a folder that can be written to.");

    /// <summary>The checksums cannot be written.</summary>
    public static ErrorRecord ManifestNotWritten(string path, Exception exception) => Create(
        new IOException($"The checksums cannot be written to {NameOf(path)}: {ProblemOf(exception)}", exception),
        "ManifestNotWritten", ErrorCategory.WriteError, new FileInfo(path),
        "Check the folder and the space on its disk. Another program may have the file open.");

    /// <summary>The folder of a bag has files.</summary>
    public static ErrorRecord BagExists(string path) => Create(
        new IOException($"{NameOf(path)} exists and is not an empty folder."), "BagExists", ErrorCategory.ResourceExists,
        new FileInfo(path), "Choose a new folder for the bag.");

    /// <summary>A name cannot be a field of bag-info.txt.</summary>
    public static ErrorRecord InvalidBagField(string name) => Argument(
        "InvalidBagField", "Profile", name,
        $"-Profile: '{name}' cannot be a field of bag-info.txt. A field has a name without a colon, and Payload-Oxum is always written.");

    /// <summary>The checksums of a study are not those of all its files.</summary>
    public static ErrorRecord StudyNotIntact(string studyInstanceUid, string problem) => Create(
        new InvalidDataException($"Study {studyInstanceUid}: {problem}."), "StudyNotIntact", ErrorCategory.InvalidResult, studyInstanceUid,
        "Test-PacsArchive says which instances. Save-PacsStudy retrieves them again. Then write the checksums again.");

    /// <summary>A list of checksums or a bag cannot be used.</summary>
    public static ErrorRecord ReferenceUnusable(string path, string problem) => Create(
        new InvalidDataException($"The reference {NameOf(path)} cannot be used: {problem}."), "ReferenceUnusable",
        ErrorCategory.InvalidData, new FileInfo(path), "Name a list of sha256sum, or the folder of a bag with SHA-256 checksums.");

    /// <summary>Lines of a list of checksums cannot be used.</summary>
    public static ErrorRecord ReferenceLineInvalid(string path, int first, int count) => Create(
        new InvalidDataException(
            $"{count} lines of the reference {NameOf(path)} cannot be used, the first of them line {first}: each needs a SHA-256 and a path "
                + "below the folder, and a path can have one checksum only."),
        "ReferenceLineInvalid", ErrorCategory.InvalidData, new FileInfo(path), "Correct the lines, or make the list again.");

    /// <summary>A study cannot be compared.</summary>
    public static ErrorRecord StudyNotCompared(string studyInstanceUid, string problem) => Create(
        new InvalidDataException($"Study {studyInstanceUid} was not compared: {problem}."), "StudyNotCompared",
        ErrorCategory.InvalidResult, studyInstanceUid, "Wait for the run, or check the study with Test-PacsArchive. Then compare again.");

    /// <summary>A text is not a valid layout.</summary>
    public static ErrorRecord InvalidLayout(string value, string problem) => Argument(
        "InvalidLayout", "Layout", value,
        $"-Layout: '{value}' is not a valid layout. {problem} Write Tree, Flat, or a template such as "
            + $"'{{StudyDate}}/{{StudyInstanceUID}}/{{SOPInstanceUID}}.dcm'.");

    /// <summary>The client certificate cannot be used.</summary>
    /// <param name="name">The thumbprint or path of the certificate.</param>
    /// <param name="exception">Why it cannot be used.</param>
    public static ErrorRecord CertificateUnusable(string name, Exception exception) => Create(
        new CryptographicException($"The certificate '{name}' cannot be used: {ProblemOf(exception)}", exception),
        "CertificateUnusable", ErrorCategory.SecurityError, name,
        "Name a certificate that has its private key: a thumbprint in the store of the user or the machine, or a file. "
            + "A file with a password needs -CertificatePassword in every call. "
            + "Set-PacsServer -CertificatePath or -CertificateThumbprint changes what a saved server names.");

    /// <summary>A port of this computer cannot be used.</summary>
    /// <param name="port">The port.</param>
    /// <param name="exception">Why it cannot be used.</param>
    /// <param name="action">The recommended action.</param>
    public static ErrorRecord PortUnusable(int port, Exception exception, string action) => Create(
        new IOException($"Port {port} cannot be used: {exception.Message}", exception),
        "PortUnusable", ErrorCategory.ResourceUnavailable, port, action);

    /// <summary>The folder of the practice PACS cannot be read or has no DICOM file.</summary>
    public static ErrorRecord SourceUnusable(string path, Exception exception) => Create(
        new IOException($"The folder '{path}' cannot be served. {exception.Message}", exception),
        "SourceUnusable", ErrorCategory.ObjectNotFound, path,
        "Use -Path to name a folder that you can read and that has DICOM files, in it or in its subfolders.");

    /// <summary>A value is not a valid port.</summary>
    public static ErrorRecord InvalidPort(string parameter, string value) => Argument(
        "InvalidPort", parameter, value, $"-{parameter}: '{value}' is not a port. A port is a number from 1 to 65535.");

    /// <summary>A saved server does not exist, or the file of saved servers cannot be used.</summary>
    public static ErrorRecord ForServers(FormatException exception, string name) => exception is ServerFileException
        ? Create(
            exception, "ServerFileUnusable", ErrorCategory.InvalidData, ServerFile.Path,
            "Correct the file, which was not changed, or delete it and save the servers again with Set-PacsServer.")
        : ServerNotFound(name, exception.Message);

    /// <summary>The PACS does not have a study.</summary>
    /// <param name="server">The PACS.</param>
    /// <param name="what">A description of the request, without a patient's data.</param>
    /// <param name="target">The row or the value.</param>
    /// <param name="isRecentOnly">Whether only the last 30 days were searched.</param>
    public static ErrorRecord StudyNotFound(PacsServer server, string what, object target, bool isRecentOnly) => Create(
        new ItemNotFoundException($"{server} has no study {what}{(isRecentOnly ? " in the last 30 days" : "")}."),
        "StudyNotFound", ErrorCategory.ObjectNotFound, target,
        isRecentOnly
            ? "Use -AllDates, -StudyDate or a column StudyDate. Without them only the last 30 days are searched."
            : "Check the value, and that this is the right PACS. Some PACS find nothing for an unknown AE title: "
                + "see -CallingAETitle.");

    /// <summary>An input identifies nothing to find or to retrieve.</summary>
    /// <param name="target">The input.</param>
    /// <param name="problem">The problem, as a sentence.</param>
    /// <param name="action">The recommended action.</param>
    public static ErrorRecord InputMissing(object? target, string problem, string action) =>
        Create(new ParameterBindingException(problem), "InputMissing", ErrorCategory.InvalidArgument, target, action);

    /// <summary>A value cannot be a key of a query.</summary>
    public static ErrorRecord InvalidKey(string parameter, object? target, string problem) =>
        Argument("InvalidKey", parameter, target, $"-{parameter}: {problem}");

    /// <summary>No server is saved under a name.</summary>
    public static ErrorRecord ServerNotFound(string name, string problem) => Create(
        new ItemNotFoundException(problem), "ServerNotFound", ErrorCategory.ObjectNotFound, name,
        "Get-PacsServer lists the saved servers. Set-PacsServer -Name … -ComputerName … -Port … -CalledAETitle … saves a server.");

    /// <summary>-Server is empty, for example because it is a variable without a value.</summary>
    public static ErrorRecord ServerEmpty => ServerNotFound("", "-Server is empty.");

    /// <summary>A text is not a valid name for a saved server.</summary>
    public static ErrorRecord InvalidServerName(string value) => Argument(
        "InvalidServerName", "Name", value,
        $"-Name: '{value}' is not a valid name for a server. It has 1 to 64 characters, none of @ * ? [ ], such as hospital.");

    /// <summary>A text is not a UID.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="value">The text.</param>
    /// <param name="isShown">Whether the message contains the text. A wrong column of a table may contain a patient's name.</param>
    public static ErrorRecord InvalidUid(string parameter, string value, bool isShown = true) => Argument(
        "InvalidUid", parameter, value,
        $"-{parameter}: {(isShown ? $"'{value}'" : "the value")} is not a UID (PS3.5 9.1)."
            + " A UID is at most 64 digits and dots, such as 1.2.840.113619.2.1.");

    /// <summary>A text is not a valid AE title.</summary>
    public static ErrorRecord InvalidAETitle(string parameter, string value) => Argument(
        "InvalidAETitle", parameter, value,
        $"-{parameter}: '{value}' is not a valid AE title (PS3.5 6.2). It has 1 to 16 characters of ASCII without a "
            + $"backslash, such as {SiteDefaults.CallingAETitle}.");

    /// <summary>A value is not a date or a range of dates.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="target">The value, or its row.</param>
    /// <param name="message">The problem, without a value from a row.</param>
    public static ErrorRecord InvalidDateRange(string parameter, object? target, string message) => Argument(
        "InvalidDateRange", parameter, target, $"-{parameter}: {message}");

    /// <summary>PS3.6 does not define a keyword or tag.</summary>
    public static ErrorRecord UnknownKeyword(string parameter, string value, string nearest) => Argument(
        "UnknownKeyword", parameter, value,
        $"-{parameter}: PS3.6 has no attribute '{value}'. {nearest}");

    /// <summary>A text is not a character set.</summary>
    public static ErrorRecord UnknownCharacterSet(string parameter, string value) => Argument(
        "UnknownCharacterSet", parameter, value,
        $"-{parameter}: '{value}' is not a defined term of PS3.3 C.12.1.1.2. Write ISO_IR 192 for UTF-8, ISO_IR 100 "
            + $"for Latin-1, GB18030, or \\ISO 2022 IR 87 for Japanese.");

    /// <summary>A text is not a window of hours.</summary>
    public static ErrorRecord InvalidActiveHours(string value, string message) => Argument(
        "InvalidActiveHours", "ActiveHours", value, $"-ActiveHours: {message}");

    /// <summary>A text is not a share of the work.</summary>
    public static ErrorRecord InvalidShard(string value, string message) => Argument(
        "InvalidShard", "Shard", value, $"-Shard: '{value}': {message}");

    /// <summary>The character set of the query cannot encode a key.</summary>
    public static ErrorRecord KeyNotEncodable(KeyNotEncodableException exception, object target) => Create(
        exception, "KeyNotEncodable", ErrorCategory.InvalidArgument, target,
        "Remove SpecificCharacterSet from -Filter, so that PacsNm chooses a set that can encode all keys. "
            + "Or use a set that the PACS supports and that has the characters, such as \\ISO 2022 IR 87 for Japanese.");

    /// <summary>A text is not a transfer syntax.</summary>
    public static ErrorRecord UnknownTransferSyntax(string parameter, string value) => Argument(
        "UnknownTransferSyntax", parameter, value,
        $"-{parameter}: '{value}' is not a UID and not a transfer syntax of PS3.6. Write a UID such as 1.2.840.113619.5.2, "
            + "or a keyword such as JPEG2000Lossless.");

    private static string Count(PacsSavedItem result)
    {
        var present = result.Received + result.AlreadyPresent;
        return present >= result.Expected
            ? $"{present} instances are in the archive, but nothing proves that these are all"
            : $"{present} of {result.Expected?.ToString() ?? "an unknown number of"} instances are in the archive";
    }

    internal static string ProblemOf(Exception exception) =>
        FileFailure.Is(exception) ? $"{DestinationException.Describe(exception)}." : exception.Message;

    private const string WhereThePathIs = "Its path is in the error's TargetObject.Path.";

    internal static string NameOf(string path) => $"'{ControlCharacters.Remove(Path.GetFileName(path.TrimEnd('/', '\\')))}'";

    internal static ErrorRecord Argument(string id, string parameter, object? value, string message) =>
        Create(
            new ParameterBindingException(message), id, ErrorCategory.InvalidArgument, value,
            $"Correct the value of -{parameter}.");

    internal static ErrorRecord Create(Exception exception, string id, ErrorCategory category, object? target, string action)
    {
        var record = new ErrorRecord(exception, id, category, target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = action },
        };

        // Some views and logs show the text of the target. A row, or a value that the message does not show, may name a patient.
        if (target is PSObject || (target is string text && !exception.Message.Contains(text)))
            record.CategoryInfo.TargetName = "an input object";
        return record;
    }
}
