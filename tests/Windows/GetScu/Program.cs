using System.Net.Sockets;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.GetScu;

/// <summary>
/// Retrieves with C-GET as DCMTK's getscu does, and writes the lines that the module reads. PACSNM_GETSCU_ARGUMENTS names a file to
/// which each run appends its arguments, one per line. With PACSNM_GETSCU_HANG=1 it goes on forever and ignores a request to end.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["--version"])
        {
            Console.WriteLine("$dcmtk: getscu v3.6.7 2022-04-22 $");
            return 0;
        }

        if (Environment.GetEnvironmentVariable("PACSNM_GETSCU_ARGUMENTS") is { Length: > 0 } record)
            await File.AppendAllLinesAsync(record, [.. args, ""]);
        if (Environment.GetEnvironmentVariable("PACSNM_GETSCU_HANG") == "1")
        {
            Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
            await Task.Delay(Timeout.Infinite);
        }

        try
        {
            var options = Options.Parse(args);

            // getscu's own message, which the module's users have seen.
            if (!Directory.Exists(options.Folder))
                return Fail("specified output directory does not exist");
            await GetAsync(options);
            return 0;
        }
        catch (Exception exception) when (
            exception is FormatException or DicomNetworkException or SocketException or IOException or UnauthorizedAccessException)
        {
            return Fail(exception.Message);
        }
    }

    private static async Task GetAsync(Options options)
    {
        var observer = new RetrieveObserver();
        foreach (var contexts in StorageContexts.Plan(options.Model.GetSopClass(), Classes).Take(1))
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(options.Host, options.Port);
            var request = new AssociateRequest
            {
                CalledAETitle = options.CalledAETitle,
                CallingAETitle = options.CallingAETitle,
                PresentationContexts = contexts,
                UserInformation = new UserInformation { RoleSelections = StorageContexts.Roles(contexts) },
            };
            var timeouts = new NetworkTimeouts { Acse = options.AcseTimeout, Dimse = options.DimseTimeout };
            using var association = await Association.RequestAsync(socket.ToPduStream(), request, timeouts, default);
            var receiver = new FileReceiver(options.Folder, () => Tell(options, "I: Received C-STORE Request"));
            await new GetOperation(association, receiver, observer, () => options.DimseTimeout, null)
                .RunAsync(options.Model, options.Identifier, default);
            await association.ReleaseAsync(default);
        }

        if (observer.FinalStatus is { } status && status != DimseStatus.Success)
            await Console.Error.WriteLineAsync($"W: DIMSE status is 0x{status.Code:x4}");
    }

    /// <summary>The classes of the practice PACS. getscu cannot propose private ones.</summary>
    private static string[] Classes =>
    [
        SopClassUids.NuclearMedicineImageStorage, SopClassUids.CTImageStorage, SopClassUids.SecondaryCaptureImageStorage,
        SopClassUids.KeyObjectSelectionDocumentStorage, SopClassUids.RadiopharmaceuticalRadiationDoseSRStorage,
    ];

    private static void Tell(Options options, string line)
    {
        if (options.IsVerbose)
            Console.Error.WriteLine(line);
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"F: {message}");
        return 1;
    }
}
