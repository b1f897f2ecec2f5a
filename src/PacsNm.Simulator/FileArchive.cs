using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>The DICOM files of a folder. Their headers are read once; their content when it is asked for.</summary>
internal sealed class FileArchive : IStudyArchive
{
    private readonly Dictionary<string, SimulatedStudy> _studies = [];

    private FileArchive(IEnumerable<FoundFile> files)
    {
        foreach (var study in files.GroupBy(file => file.Summary.StudyInstanceUid!))
            _studies[study.Key] = Study([.. study.GroupBy(file => file.Uid).Select(same => same.First())]);
        Storage = _studies.Values
            .SelectMany(study => study.Series)
            .SelectMany(series => series.Instances)
            .GroupBy(instance => instance.SopClassUid)
            .ToDictionary(group => group.Key, IReadOnlyCollection<TransferSyntax> (group) => [.. group.Select(instance => instance.StoredAs).Distinct()]);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyCollection<TransferSyntax>> Storage { get; }

    /// <summary>Reads a folder and those in it. What is no whole DICOM file, or lacks a UID, is passed over.</summary>
    /// <exception cref="IOException">It cannot be read, or has no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static FileArchive Open(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(FoundFile.TryRead).OfType<FoundFile>().ToList();
        return files.Count > 0 ? new FileArchive(files) : throw new FileNotFoundException("It has no DICOM file.");
    }

    /// <inheritdoc/>
    public IEnumerable<SimulatedStudy> Find(Dataset identifier) => identifier.GetStrings(Tags.StudyInstanceUID) is { Length: > 0 } uids
        ? uids.Distinct().Where(_studies.ContainsKey).Select(uid => _studies[uid])
        : _studies.Values;

    private static SimulatedStudy Study(IReadOnlyList<FoundFile> files)
    {
        SimulatedSeries[] all = [.. files.GroupBy(file => file.Summary.SeriesInstanceUid).Select(series => Series([.. series]))];
        var attributes = QueryKeys.Select(files[0].Summary.Attributes, QueryLevel.Patient, QueryLevel.Study)
            .With("InstanceAvailability", "ONLINE")
            .With("ModalitiesInStudy", Distinct(all.Select(series => series.Attributes.GetString(Tags.Modality))))
            .With("SOPClassesInStudy", Distinct(files.Select(file => file.Summary.SopClassUid)))
            .With("NumberOfStudyRelatedSeries", $"{all.Length}")
            .With("NumberOfStudyRelatedInstances", $"{files.Count}");
        return new SimulatedStudy(attributes, () => all);
    }

    private static SimulatedSeries Series(IReadOnlyList<FoundFile> files)
    {
        var attributes = QueryKeys.Select(files[0].Summary.Attributes, QueryLevel.Series)
            .With("NumberOfSeriesRelatedInstances", $"{files.Count}");
        return new SimulatedSeries(attributes, [.. files.Select(file => file.ToInstance())]);
    }

    private static string Distinct(IEnumerable<string?> values) => string.Join("\\", values.OfType<string>().Distinct());

    /// <summary>A whole DICOM file.</summary>
    private sealed record FoundFile(string Path, Part10Summary Summary)
    {
        public string Uid => Summary.SopInstanceUid!;

        public static FoundFile? TryRead(string path)
        {
            using var stream = File.OpenRead(path);
            var summary = Part10File.Verify(stream, QueryKeys.All);
            string?[] uids = [summary.SopClassUid, summary.SopInstanceUid, summary.StudyInstanceUid, summary.SeriesInstanceUid];
            return summary.IsWhole && uids.All(Dicom.Data.Uid.IsValid) ? new FoundFile(path, summary) : null;
        }

        public SimulatedInstance ToInstance() => new(
            QueryKeys.Select(Summary.Attributes, QueryLevel.Image), TransferSyntax.Find(Summary.TransferSyntaxUid!), ReadDataset);

        private byte[] ReadDataset()
        {
            using var stream = File.OpenRead(Path);
            stream.Position = Math.Max(0, stream.Length - Summary.DatasetLength);
            using var dataset = new MemoryStream();
            stream.CopyTo(dataset);
            return dataset.ToArray();
        }
    }
}
