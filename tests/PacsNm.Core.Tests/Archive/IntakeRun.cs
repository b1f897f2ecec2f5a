using PacsNm.Archive;
using PacsNm.Dicom.Data;

namespace PacsNm.Core.Tests.Archive;

/// <summary>A run that takes in objects of one study.</summary>
internal sealed class IntakeRun : IDisposable
{
    private readonly string _staging;

    private IntakeRun(LocalArchive archive, ArchiveLayout layout, Manifest manifest, StudyIntake intake)
    {
        Archive = archive;
        Layout = layout;
        Manifest = manifest;
        Intake = intake;
        _staging = Directory.CreateDirectory(Path.Combine(archive.StagingParent, Path.GetRandomFileName())).FullName;
    }

    public LocalArchive Archive { get; }

    public ArchiveLayout Layout { get; }

    public Manifest Manifest { get; }

    public StudyIntake Intake { get; }

    /// <summary>The lines of the manifest, which the run has open.</summary>
    public IReadOnlyList<ManifestEntry?> Lines
    {
        get
        {
            Dispose();
            return PacsNm.Archive.Manifest.Read(Archive.ManifestPath(SmallObject.StudyUid)).Entries;
        }
    }

    /// <summary>What is left in the folder in which objects arrive.</summary>
    public IEnumerable<string> Staged => Directory.EnumerateFileSystemEntries(_staging);

    public static async Task<IntakeRun> BeginAsync(
        string root,
        Func<LocalArchive, ArchiveLayout, Manifest, StudyIntake>? make = null,
        string layout = ArchiveLayout.Tree)
    {
        var archive = new LocalArchive(root);
        var parsed = ArchiveLayout.Parse(layout);
        var manifest = await archive.OpenManifestAsync(SmallObject.StudyUid, TestContext.Current.CancellationToken);
        var intake = make?.Invoke(archive, parsed, manifest) ?? new StudyIntake(archive, parsed, manifest, SmallObject.StudyUid);
        intake.FindPresent(new FileLocator(root, ""));
        return new IntakeRun(archive, parsed, manifest, intake);
    }

    /// <summary>Lets an object arrive.</summary>
    /// <param name="arriving">The object.</param>
    /// <param name="wasSent">What an observer says of its length.</param>
    public void Take(SmallObject arriving, bool? wasSent = null) =>
        Intake.Take(Stage(arriving), (_, _) => wasSent, Retriever.BuiltIn);

    /// <summary>Writes an object to the folder in which objects arrive.</summary>
    /// <returns>Its path.</returns>
    public string Stage(SmallObject arriving) => arriving.WriteTo(_staging);

    /// <summary>Lets a staged file arrive.</summary>
    public void Take(string path) => Intake.Take(path, (_, _) => null, Retriever.BuiltIn);

    /// <summary>Lets a file arrive that is gone again.</summary>
    public void TakeNothing() => Intake.Take(Path.Combine(_staging, "gone"), (_, _) => null, Retriever.BuiltIn);

    /// <summary>The key of an object.</summary>
    public static InstanceKey KeyOf(SmallObject one) => new(one.Series, one.Instance);

    /// <summary>Where the layout has an object.</summary>
    public string PlaceOf(SmallObject one)
    {
        using var stream = new MemoryStream(one.ToBytes());
        return Path.Combine(Archive.Root, Layout.Locate(Part10File.Verify(stream, Layout.NeededTags).Attributes).Path);
    }

    /// <summary>Puts a file where the layout has an object, as somebody else would.</summary>
    /// <returns>Its path.</returns>
    public string Occupy(SmallObject place, byte[] content)
    {
        var path = PlaceOf(place);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Manifest.Dispose();
}
