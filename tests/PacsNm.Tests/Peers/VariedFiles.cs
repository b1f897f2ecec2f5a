namespace PacsNm.Tests.Peers;

/// <summary>A folder of files that DCMTK's tools made of others.</summary>
internal sealed class VariedFiles : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("pacsnm-varied-").FullName;

    /// <summary>Adds a copy of a file with elements changed: <c>PatientID=TEST-7</c>.</summary>
    /// <returns>Its path.</returns>
    public string Add(string original, params string[] changes)
    {
        var file = Path.Combine(Folder, $"{Directory.GetFiles(Folder).Length + 1}.dcm");
        File.Copy(original, file);
        if (changes.Length > 0)
            Dcmtk.Run("dcmodify", ["-nb", .. changes.SelectMany(change => new[] { "-m", change }), file]);
        return file;
    }

    /// <summary>Adds a copy of an image in JPEG lossless.</summary>
    public string AddJpegLossless(string original, params string[] changes)
    {
        var file = Add(original, changes);
        Dcmtk.Run("dcmcjpeg", "+e1", "+un", file, file);
        return file;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
