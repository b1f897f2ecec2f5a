using PacsNm.Dicom.Data;

namespace PacsNm.Retrieval;

/// <summary>The files of one study that have arrived: each is read, and filed only if it is what it should be.</summary>
internal sealed class Arrivals(Archive archive, string studyInstanceUid)
{
    private readonly HashSet<string> _uids = [];
    private readonly List<string> _rejections = [];

    /// <summary>SOP Instance UIDs that are in the archive, whole.</summary>
    public IReadOnlyCollection<string> Uids => _uids;

    /// <summary>How many of them were there before.</summary>
    public int AlreadyPresent { get; private set; }

    /// <summary>Bytes of the files that were added.</summary>
    public long Bytes { get; private set; }

    /// <summary>The study's folder; empty while nothing has been filed.</summary>
    public string StudyFolder { get; private set; } = "";

    /// <summary>Why files were not filed.</summary>
    public IReadOnlyList<string> Rejections => _rejections;

    /// <summary>Verifies and files all files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="datasetLengths">The bytes of each dataset as the PACS sent it, by SOP Instance UID.</param>
    public void FileAll(string folder, IReadOnlyDictionary<string, long> datasetLengths)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
            File(path, datasetLengths);
    }

    private void File(string path, IReadOnlyDictionary<string, long> datasetLengths)
    {
        Part10Summary file;
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1))
            file = Part10File.Verify(stream);
        if (ProblemOf(file, datasetLengths) is { } problem)
        {
            _rejections.Add(problem);
            return;
        }

        var bytes = new FileInfo(path).Length;
        var (studyFolder, alreadyPresent) = archive.File(path, file);
        StudyFolder = studyFolder;
        if (!_uids.Add(file.SopInstanceUid!))
            return;
        if (alreadyPresent)
            AlreadyPresent++;
        else
            Bytes += bytes;
    }

    private string? ProblemOf(Part10Summary file, IReadOnlyDictionary<string, long> datasetLengths)
    {
        if (!Uid.IsValid(file.SopInstanceUid))
            return "A file was rejected: it has no valid SOP Instance UID.";
        if (!file.IsWhole)
            return $"Instance {file.SopInstanceUid} was rejected: {file.Problem}";
        if (file.StudyInstanceUid != studyInstanceUid)
            return $"Instance {file.SopInstanceUid} was rejected: it belongs to another study.";

        // A file cut at the end of an element looks whole. What the PACS sent tells.
        return !datasetLengths.TryGetValue(file.SopInstanceUid!, out var sent) || sent == file.DatasetLength
            ? null
            : $"Instance {file.SopInstanceUid} was rejected: the file has not all the bytes that the PACS sent.";
    }
}
