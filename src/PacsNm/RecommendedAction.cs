using System.Globalization;
using PacsNm.Dicom.Network;

namespace PacsNm;

/// <summary>What a user should do after a failure of the PACS or of a retrieval. No text contains a patient's data.</summary>
internal static class RecommendedAction
{
    /// <summary>A study is not complete.</summary>
    public static string After(PacsSavedItem result)
    {
        if (result.Missing.Any(instance => instance.Kind == MissingReason.FileChanged))
            return "Run the same command again with -Force to replace the files that were changed or are not whole.";
        if (HasStatus(result, code => code == DimseStatus.MoveDestinationUnknown.Code))
        {
            return $"Ask the PACS administrator to register '{result.Server.CallingAETitle}' with the address of this computer and the "
                + "port of -LocalPort, where the PACS sends the objects of a C-MOVE.";
        }

        if (result.Received + result.AlreadyPresent == 0 && HasStatus(result, code => code is >= 0xA700 and <= 0xA7FF))
        {
            return "If this PACS refuses C-GET to everybody, use C-MOVE: -Retriever MoveScu, and -LocalPort with the port that the PACS "
                + "knows for your AE title. Otherwise run the same command again.";
        }

        if (result.Missing.Any(instance => instance.Kind == MissingReason.SopClassNotReceived))
        {
            return "Use -Retriever BuiltIn, which receives every SOP class. The result's Missing property names each instance with the "
                + "reason.";
        }

        if (result.Missing.Any(instance => instance.Kind == MissingReason.FailedAtPacs && instance.SopClassUid is null))
        {
            return "The PACS does not say which SOP class the missing instances have. If it is a private class, use "
                + "-SopClass with -Retriever BuiltIn. Otherwise check the log of the PACS for this time.";
        }

        return "Run the same command again to retrieve what is missing. The result's Missing property names each instance with the "
            + "reason, and Attempts each request.";
    }

    /// <summary>A connection failed in a phase.</summary>
    public static string After(NetworkPhase phase, PacsServer server) => phase switch
    {
        NetworkPhase.NameResolution => $"Check the host name '{server.ComputerName}', or give the address of the PACS instead.",
        NetworkPhase.TlsHandshake =>
            $"Check that {server} uses TLS and that its certificate is trusted for '{server.ComputerName}'. "
            + "-SkipCertificateCheck skips that check. Leave out -UseTls if the port does not use TLS.",
        _ => $"Check the host name and the port ({server}), that the PACS is running, and the firewall between.",
    };

    /// <summary>The PACS did not answer within the limit of a phase.</summary>
    public static string AfterTimeout(NetworkPhase phase, PacsServer server) => phase switch
    {
        NetworkPhase.NameResolution => After(phase, server),
        NetworkPhase.Connect => "Check the host name, the port and the firewall, or give the PACS more time with -ConnectTimeoutSeconds.",
        NetworkPhase.TlsHandshake =>
            $"Check that {server} uses TLS: a port without TLS does not answer a TLS handshake. Leave out -UseTls if it does not use TLS, "
            + "or give the PACS more time with -ConnectTimeoutSeconds.",
        NetworkPhase.Acse =>
            "A program accepts connections there but does not answer. Check that the port is the DICOM port, "
            + "or give the PACS more time with -AcseTimeoutSeconds.",
        _ => "Narrow the query, try when the PACS is less busy, or give it more time with -DimseTimeoutSeconds.",
    };

    /// <summary>The PACS rejected the association; null if it refused a presentation context instead.</summary>
    public static string After(AssociateReject? reject, PacsServer server) => reject switch
    {
        null => "The PACS does not offer this service to this client. Ask its administrator, or try the other -InformationModel.",
        { IsTransient: true } => "The PACS is busy: try again later.",
        { Source: 1, Reason: 7 } => $"Check -CalledAETitle: the PACS does not answer to '{server.CalledAETitle}'.",
        { Source: 1, Reason: 3 } => $"Ask the PACS administrator to register '{server.CallingAETitle}', or give a "
            + "registered -CallingAETitle.",
        _ => $"Check -CalledAETitle ('{server.CalledAETitle}') and -CallingAETitle ('{server.CallingAETitle}') with "
            + "the PACS administrator.",
    };

    /// <summary>The PACS answered with a status of failure.</summary>
    public static string After(DimseStatus status) => status.Code switch
    {
        >= 0xA700 and <= 0xA7FF => "The PACS has too many matches, or too few resources. Narrow -StudyDate and try again.",
        >= 0xA900 and <= 0xA9FF => "The PACS does not accept these keys. Leave out -Filter and -Property, or try the "
            + "other -InformationModel.",
        _ => "Some PACS refuse a query without a StudyDate: leave out -AllDates, or give a -StudyDate. Otherwise "
            + "check the log of the PACS for this time.",
    };

    /// <summary>Whether the PACS ended a request with a status.</summary>
    private static bool HasStatus(PacsSavedItem result, Func<int, bool> isSought) =>
        result.Attempts.Any(attempt => attempt.Status.Length > 2
            && int.TryParse(attempt.Status.Substring(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)
            && isSought(code));
}
