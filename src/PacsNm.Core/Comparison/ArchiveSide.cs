using PacsNm.Archive;
using PacsNm.Dicom.Data;

namespace PacsNm.Comparison;

/// <summary>
/// An archive in a comparison: the studies that its manifests record. The attributes of a study are those of one of its files. They are
/// read in one pass and kept, about 1 kB per study.
/// </summary>
internal sealed class ArchiveSide : IStudySide
{
    private static readonly HashSet<Tag> Needed =
    [
        Tags.SpecificCharacterSet, Tags.StudyInstanceUID, .. ComparedStudy.Tags,
    ];

    private readonly Dictionary<string, ComparedStudy> _studies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly ILookup<DateTime, ComparedStudy> _byDay;
    private readonly LocalArchive _archive;

    /// <param name="archive">The archive.</param>
    /// <param name="problem">Called for each study that cannot be compared, with the reason.</param>
    /// <param name="tick">Called for each study.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public ArchiveSide(LocalArchive archive, Action<string, string> problem, Action tick, CancellationToken cancellationToken)
    {
        _archive = archive;
        foreach (var study in new RecordedStudies(archive, (_, _) => { }, cancellationToken).Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            tick();
            RecordedFile[] present = [.. study.Files.Where(file => file.Exists)];
            if (study.Manifest is not null && present.Length == 0)
                continue;
            if (study.Manifest is not null && present.Select(HeaderOf).FirstOrDefault(found => found is not null) is { } header)
            {
                _studies[study.StudyInstanceUid] = new ComparedStudy(header, present.Length);
                continue;
            }

            _unknown.Add(study.StudyInstanceUid);
            problem(study.StudyInstanceUid, study.Manifest is null ? study.Problem! : "none of its files can be read");
        }

        _byDay = _studies.Values.Where(study => study.Day is not null).ToLookup(study => study.Day!.Value);
    }

    /// <summary>The studies that the archive may have, and that cannot be compared.</summary>
    public IReadOnlyCollection<string> Unknown => _unknown;

    /// <inheritdoc/>
    public Task<DayOfStudies> OfDayAsync(DateTime day, CancellationToken cancellationToken) =>
        Task.FromResult(new DayOfStudies(_byDay[day].ToDictionary(study => study.Uid), MayMiss: false));

    /// <inheritdoc/>
    public Task<ComparedStudy?> FindAsync(string studyInstanceUid, CancellationToken cancellationToken) =>
        Task.FromResult(_studies.TryGetValue(studyInstanceUid, out var study) ? study : null);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, int?>> SeriesAsync(ComparedStudy study, CancellationToken cancellationToken) =>
        (await InstancesAsync(study, cancellationToken).ConfigureAwait(false)).GroupBy(instance => instance.SeriesInstanceUid)
            .ToDictionary(series => series.Key, series => (int?)series.Count());

    /// <inheritdoc/>
    public Task<IReadOnlyCollection<InstanceKey>> InstancesAsync(ComparedStudy study, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyCollection<InstanceKey>>(
            [.. _archive.Present(study.Uid, new FileLocator(_archive.Root, "")).Select(InstanceKey.Of)]);

    /// <inheritdoc/>
    public void Release()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Dataset? HeaderOf(RecordedFile file)
    {
        try
        {
            var path = Path.Combine(_archive.Root, file.Path.Replace('/', Path.DirectorySeparatorChar));
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
            return Part10File.ReadHeader(stream, Needed);
        }
        catch (Exception exception) when (FileFailure.Is(exception) || exception is DicomDataException)
        {
            return null;
        }
    }
}
