using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>The DICOM files of a folder. Their headers are read once, and their content on demand.</summary>
internal sealed class FileArchive : IStudyArchive
{
    private readonly Dictionary<string, SimulatedStudy> _studies = [];

    private FileArchive(IEnumerable<FoundFile> files)
    {
        foreach (var study in files.GroupBy(file => file.Summary.StudyInstanceUid!))
            _studies[study.Key] = Study([.. study]);
        Storage = _studies.Values
            .SelectMany(study => study.Series)
            .SelectMany(series => series.Instances)
            .GroupBy(instance => instance.SopClassUid)
            .ToDictionary(
                group => group.Key,
                IReadOnlyCollection<TransferSyntax> (group) => [.. group.Select(instance => instance.StoredAs).Distinct()]);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyCollection<TransferSyntax>> Storage { get; }

    /// <summary>Reads a folder and its subfolders.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="passedOver">Receives the files that are not served.</param>
    /// <exception cref="IOException">The folder cannot be read or contains no complete DICOM file.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public static FileArchive Open(string folder, ICollection<PassedOverFile> passedOver)
    {
        var files = new List<FoundFile>();
        var seen = new HashSet<(string?, string?, string?)>();
        var paths = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);
        foreach (var path in paths.OrderBy(path => path, StringComparer.Ordinal))
        {
            var (file, reason) = FoundFile.Read(path);
            if (file is not null && !seen.Add(file.Identity))
                reason = "Another file has the same series and SOP Instance UID.";
            if (reason is null)
                files.Add(file!);
            else
                passedOver.Add(new PassedOverFile(Path.GetFileName(path), reason));
        }

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

    /// <summary>A complete DICOM file.</summary>
    private sealed record FoundFile(string FullName, Part10Summary Summary)
    {
        /// <summary>The key of the instance. It includes the series, because two series may contain the same SOP Instance UID.</summary>
        public (string?, string?, string?) Identity => (Summary.StudyInstanceUid, Summary.SeriesInstanceUid, Summary.SopInstanceUid);

        /// <summary>Reads a file from its first byte to its last.</summary>
        /// <returns>The file, or the reason why it cannot be served.</returns>
        public static (FoundFile? Found, string? Reason) Read(string path)
        {
            try
            {
                using var stream = File.OpenRead(path);
                var summary = Part10File.Verify(stream, QueryKeys.All);
                string?[] uids = [summary.SopClassUid, summary.SopInstanceUid, summary.StudyInstanceUid, summary.SeriesInstanceUid];
                return !summary.IsWhole ? (null, summary.Problem)
                    : uids.All(Uid.IsValid) ? (new FoundFile(path, summary), null)
                    : (null, "It lacks a valid UID of its SOP class, instance, study or series.");
            }
            catch (Exception exception) when (FileFailure.Is(exception))
            {
                // The exception's own message contains the folders.
                return (null, "It cannot be read.");
            }
        }

        public SimulatedInstance ToInstance() => new(
            QueryKeys.Select(Summary.Attributes, QueryLevel.Image), TransferSyntax.Find(Summary.TransferSyntaxUid!), ReadDataset);

        private byte[] ReadDataset()
        {
            using var stream = File.OpenRead(FullName);
            stream.Position = Math.Max(0, stream.Length - Summary.DatasetLength);
            using var dataset = new MemoryStream();
            stream.CopyTo(dataset);
            return dataset.ToArray();
        }
    }
}
