using PacsNm.Archive;
using PacsNm.Dicom.Data;

namespace PacsNm.Reporting;

/// <summary>Adds to rows of a report what the headers of their files say, and pictures.</summary>
/// <param name="thumbnails">Makes the pictures; null for no pictures.</param>
/// <param name="maximumPictures">The most pictures per row.</param>
/// <param name="showsPatients">Whether a picture may show a patient's name.</param>
internal sealed class ReportFiles(Thumbnails? thumbnails, int maximumPictures, bool showsPatients)
{
    private readonly Dictionary<string, LocalArchive> _archives = [];

    /// <summary>
    /// Returns the row with the values of its files. It reads one header per series, and further headers only for pictures.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ReportStudy> DescribeAsync(ReportStudy study, CancellationToken cancellationToken)
    {
        PacsFile? first = null;
        string? series = null;
        var tries = 0;
        var modalities = new SortedSet<string>(StringComparer.Ordinal);
        var pictures = new List<byte[]>();
        foreach (var (entry, path) in FilesOf(study))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isPictureWanted = thumbnails is not null && pictures.Count < maximumPictures && tries <= 2 * maximumPictures;
            if ((!isPictureWanted && entry.SeriesInstanceUid == series) || TryRead(path) is not { } file)
                continue;
            first ??= file;
            series = entry.SeriesInstanceUid;
            if (file.Modality.Length > 0)
                modalities.Add(file.Modality);
            if (!isPictureWanted || !MayBeShown(file))
                continue;
            tries++;
            if (await thumbnails!.MakeAsync(file, cancellationToken).ConfigureAwait(false) is { } picture)
                pictures.Add(picture);
        }

        return study with { File = first, Modalities = modalities, Pictures = pictures };
    }

    /// <summary>Whether a file has pixels and, where patients are not shown, no burned-in name.</summary>
    private bool MayBeShown(PacsFile file) =>
        file.Rows is not null
        && (showsPatients
            || (SopClasses.MayBeImage(file.SopClassUid)
                && !file.SopClassName.Contains("Secondary Capture")
                && file.ValueOf(Tags.BurnedInAnnotation) as string != "YES"
                && file.Modality is not ("OT" or "SC" or "US")));

    private IEnumerable<(ManifestEntry Entry, string Path)> FilesOf(ReportStudy study)
    {
        if (study.ArchiveRoot is not { } root)
            yield break;
        if (!_archives.TryGetValue(root, out var archive))
            _archives[root] = archive = new LocalArchive(root);
        var locator = new FileLocator(root, "");
        var entries = archive.Present(study.StudyInstanceUid, locator);
        foreach (var entry in entries.OrderBy(entry => entry.SeriesInstanceUid, StringComparer.Ordinal))
        {
            var isOfRow = study.Uid == study.StudyInstanceUid || study.Uid == entry.SeriesInstanceUid || study.Uid == entry.SopInstanceUid;
            if (isOfRow && locator.Find(entry) is { } path)
                yield return (entry, path);
        }
    }

    private static PacsFile? TryRead(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
            var length = stream.Length;
            var header = Part10File.ReadHeader(stream, [.. PacsFile.OwnTags, Tags.BurnedInAnnotation]);
            return header is null ? null : new PacsFile(path, length, header);
        }
        catch (Exception exception) when (exception is DicomDataException || FileFailure.Is(exception))
        {
            return null;
        }
    }
}
