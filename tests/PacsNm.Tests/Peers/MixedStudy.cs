namespace PacsNm.Tests.Peers;

/// <summary>
/// One study whose objects are stored in several transfer syntaxes: NM as JPEG lossless, SC and KO uncompressed; and if
/// wanted NM uncompressed and as RLE too, and an object of a private SOP class.
/// </summary>
internal sealed class MixedStudy : IDisposable
{
    public const string Uid = TestData.UidRoot + ".9";

    public const string PrivateClass = "1.2.826.0.1.3680043.10.999.1";

    public MixedStudy(TestData data, bool isFull)
    {
        Folder = Directory.CreateTempSubdirectory("pacsnm-mixed-").FullName;
        var nm = data.FileOf(TestData.NuclearMedicineStudy + ".1.1");
        var sc = data.FileOf(TestData.RecentStudy + ".1.1");
        Compress("dcmcjpeg", Add(nm, 1));
        Add(sc, 2);
        Add(data.FileOf(TestData.NuclearMedicineStudy + ".2.1"), 3);
        if (!isFull)
            return;
        Add(nm, 4);
        Compress("dcmcrle", Add(nm, 5));
        Add(sc, 6, "-m", $"SOPClassUID={PrivateClass}");
    }

    /// <summary>Where the files are.</summary>
    public string Folder { get; }

    /// <summary>What dcmqrscp negotiates so that it sends each class as it is stored: it does not choose by the object.</summary>
    public static string Profile => """
        [[TransferSyntaxes]]
        [Uncompressed]
        TransferSyntax1 = LocalEndianExplicit
        TransferSyntax2 = LittleEndianImplicit
        [Lossless]
        TransferSyntax1 = 1.2.840.10008.1.2.4.70
        [[PresentationContexts]]
        [All]
        PresentationContext1 = VerificationSOPClass\Uncompressed
        PresentationContext2 = 1.2.840.10008.5.1.4.1.2.2.1\Uncompressed
        PresentationContext3 = 1.2.840.10008.5.1.4.1.2.2.3\Uncompressed
        PresentationContext4 = 1.2.840.10008.5.1.4.1.1.20\Lossless
        PresentationContext5 = 1.2.840.10008.5.1.4.1.1.7\Uncompressed
        PresentationContext6 = 1.2.840.10008.5.1.4.1.1.88.59\Uncompressed
        [[SCPSCURoleSelection]]
        [Roles]
        Role1 = 1.2.840.10008.5.1.4.1.1.20\BOTH
        Role2 = 1.2.840.10008.5.1.4.1.1.7\BOTH
        Role3 = 1.2.840.10008.5.1.4.1.1.88.59\BOTH
        [[Profiles]]
        [Default]
        PresentationContexts = All
        SCPSCURoleSelection = Roles
        """;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Compress(string tool, string file)
    {
        Dcmtk.Run(tool, file, file + ".compressed");
        File.Move(file + ".compressed", file, overwrite: true);
    }

    private string Add(string source, int number, params string[] more)
    {
        var file = Path.Combine(Folder, $"{number}.dcm");
        File.Copy(source, file);
        Dcmtk.Run(
            "dcmodify",
            [
                "-nb", "-m", $"StudyInstanceUID={Uid}", "-m", $"SeriesInstanceUID={Uid}.{number}", "-m", $"SOPInstanceUID={Uid}.{number}.1",
                "-m", "PatientID=TEST-009", .. more, file,
            ]);
        return file;
    }
}
