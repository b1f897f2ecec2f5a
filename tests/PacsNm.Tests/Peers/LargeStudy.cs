namespace PacsNm.Tests.Peers;

/// <summary>A study of many instances, as copies of one file to which DCMTK's dcmodify gave UIDs.</summary>
internal sealed class LargeStudy : IDisposable
{
    public const string Uid = "2.25.329800735698586629295641978511506172918.8";

    /// <param name="original">A file of the test data.</param>
    /// <param name="lengths">The number of instances of each series.</param>
    public LargeStudy(string original, params int[] lengths)
    {
        Count = lengths.Sum();
        Folder = Directory.CreateTempSubdirectory("pacsnm-large-").FullName;
        for (var series = 1; series <= lengths.Length; series++)
        {
            var files = Enumerable.Range(1, lengths[series - 1]).Select(number => Path.Combine(Folder, $"{series}-{number}.dcm")).ToArray();
            foreach (var file in files)
                File.Copy(original, file);

            // -gin generates a SOP Instance UID for each file.
            Dcmtk.Run("dcmodify", ["-nb", "-gin", "-m", $"StudyInstanceUID={Uid}", "-m", $"SeriesInstanceUID={Uid}.{series}", .. files]);
        }
    }

    public string Folder { get; }

    /// <summary>The number of instances.</summary>
    public int Count { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
