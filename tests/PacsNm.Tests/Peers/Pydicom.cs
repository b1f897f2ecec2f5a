using System.Diagnostics;
using System.Text.Json;

namespace PacsNm.Tests.Peers;

/// <summary>What pydicom reads in a file: our own reader and DCMTK's have no part in it.</summary>
/// <param name="Header">Media Storage SOP Instance UID (0002,0003).</param>
/// <param name="Instance">SOP Instance UID (0008,0018).</param>
/// <param name="Series">Series Instance UID (0020,000E).</param>
/// <param name="Study">Study Instance UID (0020,000D).</param>
/// <param name="Name">Patient's Name (0010,0010), decoded.</param>
/// <param name="Rows">Rows (0028,0010); null where there are none.</param>
/// <param name="Columns">Columns (0028,0011); null where there are none.</param>
/// <param name="Pixels">The SHA-256 of the bytes of Pixel Data (7FE0,0010), in hexadecimal; empty where there are none.</param>
/// <param name="Values">The SHA-256 of the tags and values of all other elements, those in sequences included.</param>
internal sealed record Pydicom(
    string Header,
    string Instance,
    string Series,
    string Study,
    string Name,
    int? Rows,
    int? Columns,
    string Pixels,
    string Values)
{
    private const string Script = """
        import hashlib, json, sys
        import pydicom
        def digest(data):
            return hashlib.sha256(data).hexdigest()
        for path in sys.argv[1:]:
            file = pydicom.dcmread(path)
            values = [f'{one.tag} {one.value!r}' for one in file.iterall() if one.VR != 'SQ' and one.tag != 0x7FE00010]
            print(json.dumps({
                'Header': file.file_meta.MediaStorageSOPInstanceUID,
                'Instance': file.SOPInstanceUID,
                'Series': file.SeriesInstanceUID,
                'Study': file.StudyInstanceUID,
                'Name': str(file.PatientName),
                'Rows': file.get('Rows'),
                'Columns': file.get('Columns'),
                'Pixels': digest(file.PixelData) if 'PixelData' in file else '',
                'Values': digest('\n'.join(values).encode())}))
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Reads files, each of which must be readable.</summary>
    public static Pydicom[] Read(IEnumerable<string> paths)
    {
        using var process = Process.Start(new ProcessStartInfo(Interpreter(), ["-c", Script, .. paths])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            throw new TimeoutException("pydicom did not end.");
        }

        return process.ExitCode == 0
            ?
            [
                .. output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonSerializer.Deserialize<Pydicom>(line)!),
            ]
            : throw new InvalidOperationException($"pydicom: {error.Result}");
    }

    /// <summary>The Python that has pydicom, which need not be the first one on the PATH: pydicom's own program names it.</summary>
    private static string Interpreter()
    {
        var first = File.ReadLines(Require.Tool("pydicom")).First();
        return first.StartsWith("#!/", StringComparison.Ordinal) ? first[2..].Trim() : "python3";
    }
}
