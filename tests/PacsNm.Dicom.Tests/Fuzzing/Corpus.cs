namespace PacsNm.Dicom.Tests.Fuzzing;

/// <summary>
/// Well-formed bytes to begin from, and such as once did harm: Corpus/kind-name.txt, in the notation of
/// <see cref="Bytes"/>.
/// </summary>
internal static class Corpus
{
    /// <summary>The entries of a kind.</summary>
    public static byte[][] Of(string kind) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Fuzzing", "Corpus"), $"{kind}-*.txt")
            .Order(StringComparer.Ordinal)
            .Select(file => Bytes.Of(File.ReadAllText(file))),
    ];
}
