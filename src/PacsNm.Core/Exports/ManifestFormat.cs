namespace PacsNm;

/// <summary>The forms in which the checksums of an archive can be written.</summary>
public enum ManifestFormat
{
    /// <summary>One line per file, as sha256sum of GNU coreutils writes and checks it.</summary>
    Sha256Sum,

    /// <summary>A bag (RFC 8493): a folder with the files of the archive and their checksums.</summary>
    BagIt,

    /// <summary>A JSON object with the studies and their files.</summary>
    Json,
}
