namespace PacsNm.Retrievers;

/// <summary>A file that a retriever has closed.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="DatasetLength">Bytes of the dataset that the PACS sent.</param>
/// <param name="Sha256">The SHA-256 of the file, where it was taken while it was written; else null.</param>
internal sealed record ArrivedFile(string Path, long DatasetLength, string? Sha256 = null);
