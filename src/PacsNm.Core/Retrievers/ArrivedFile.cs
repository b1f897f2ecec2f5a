namespace PacsNm.Retrievers;

/// <summary>A file that a retriever has closed.</summary>
/// <param name="Path">The path of the file.</param>
/// <param name="DatasetLength">The length of the dataset that the PACS sent, in bytes.</param>
/// <param name="Sha256">The SHA-256 of the file, in hexadecimal; null if it was not computed while the file was written.</param>
internal sealed record ArrivedFile(string Path, long DatasetLength, string? Sha256 = null);
