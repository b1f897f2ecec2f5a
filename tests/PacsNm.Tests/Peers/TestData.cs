using System.Globalization;
using System.Text;

namespace PacsNm.Tests.Peers;

/// <summary>Synthetic DICOM files, made by DCMTK's dump2dcm from text: our own writer has no part in them.</summary>
public sealed class TestData : IDisposable
{
    /// <summary>All UIDs of the data begin so.</summary>
    public const string UidRoot = "2.25.329800735698586629295641978511506172918.1";

    /// <summary>NM and a Key Object; 2021-09-01.</summary>
    public const string NuclearMedicineStudy = UidRoot + ".1";

    /// <summary>CT, three slices; 2021-09-15; a name with umlauts in ISO_IR 100.</summary>
    public const string TomographyStudy = UidRoot + ".2";

    /// <summary>SC; yesterday; a name in Japanese in ISO_IR 192.</summary>
    public const string RecentStudy = UidRoot + ".3";

    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";

    private readonly Random _random = new(20210901);

    public TestData()
    {
        Folder = Directory.CreateTempSubdirectory("pacsnm-data-").FullName;
        var nm = new Study(NuclearMedicineStudy, "20210901", "091500", "ZZTest^Nuclear", "TEST-001", "ACC-NM", "Bone scan", "ISO_IR 100");
        Image(nm, 1, 1, "1.2.840.10008.5.1.4.1.1.20", "NM", frames: 8, size: 64);
        Image(nm, 1, 2, "1.2.840.10008.5.1.4.1.1.20", "NM", frames: 2, size: 128);
        KeyObject(nm, 2, 1);
        var ct = new Study(TomographyStudy, "20210915", "1430", "ZZTest^Jörg Möller", "TEST-002", "ACC-CT", "Thorax", "ISO_IR 100");
        for (var slice = 1; slice <= 3; slice++)
            Image(ct, 1, slice, "1.2.840.10008.5.1.4.1.1.2", "CT", frames: 1, size: 64);
        Image(ct, 2, 1, "1.2.840.10008.5.1.4.1.1.7", "OT", frames: 1, size: 32);
        var recent = new Study(
            RecentStudy, DateTime.Today.AddDays(-1).ToString("yyyyMMdd", CultureInfo.InvariantCulture), "235959.5",
            "ZZTest^Yamada=山田^太郎=やまだ^たろう", "TEST-003", "ACC-SC", "Capture", "ISO_IR 192");
        Image(recent, 1, 1, "1.2.840.10008.5.1.4.1.1.7", "OT", frames: 1, size: 32);
    }

    /// <summary>Where the files are: one folder, named by SOP Instance UID.</summary>
    public string Folder { get; }

    /// <summary>The file of an instance as it was sent.</summary>
    public string FileOf(string sopInstanceUid) => Path.Combine(Folder, sopInstanceUid + ".dcm");

    /// <summary>SOP Instance UIDs of a study.</summary>
    public string[] InstancesOf(string study) =>
        [
            .. Directory.EnumerateFiles(Folder, study + ".*.dcm").Select(file => Path.GetFileNameWithoutExtension(file)!)
                .Order(StringComparer.Ordinal),
        ];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Image(Study study, int series, int number, string sopClass, string modality, int frames, int size)
    {
        var pixels = new byte[frames * size * size * 2];
        _random.NextBytes(pixels);
        var raw = Path.Combine(Folder, "pixels.raw");
        File.WriteAllBytes(raw, pixels);
        Write(study, series, number, sopClass, modality, $"""
            (0008,0008) CS [ORIGINAL\PRIMARY]
            (0028,0002) US 1
            (0028,0004) CS [MONOCHROME2]
            (0028,0008) IS [{frames}]
            (0028,0010) US {size}
            (0028,0011) US {size}
            (0028,0100) US 16
            (0028,0101) US 16
            (0028,0102) US 15
            (0028,0103) US 0
            (7fe0,0010) OW ={raw}
            """);
        File.Delete(raw);
    }

    private void KeyObject(Study study, int series, int number) =>
        Write(study, series, number, "1.2.840.10008.5.1.4.1.1.88.59", "KO", """
            (0040,a040) CS [CONTAINER]
            (0040,a043) SQ
            (fffe,e000) na
            (0008,0100) SH [113000]
            (0008,0102) SH [DCM]
            (0008,0104) LO [Of Interest]
            (fffe,e00d) na
            (fffe,e0dd) na
            (0040,a050) CS [SEPARATE]
            """);

    private void Write(Study study, int series, int number, string sopClass, string modality, string more)
    {
        var uid = $"{study.Uid}.{series}.{number}";
        var dump = Path.Combine(Folder, "dump.txt");
        var encoding = study.CharacterSet == "ISO_IR 192" ? Encoding.UTF8 : Encoding.Latin1;
        var lines = $"""
            (0002,0010) UI [{ExplicitLittleEndian}]
            (0008,0005) CS [{study.CharacterSet}]
            (0008,0016) UI [{sopClass}]
            (0008,0018) UI [{uid}]
            (0008,0020) DA [{study.Date}]
            (0008,0030) TM [{study.Time}]
            (0008,0050) SH [{study.AccessionNumber}]
            (0008,0060) CS [{modality}]
            (0008,0090) PN [ZZTest^Referrer]
            (0008,1030) LO [{study.Description}]
            (0008,103e) LO [Series {series}]
            (0010,0010) PN [{study.PatientName}]
            (0010,0020) LO [{study.PatientId}]
            (0010,0030) DA [19500101]
            (0010,0040) CS [O]
            (0020,000d) UI [{study.Uid}]
            (0020,000e) UI [{study.Uid}.{series}]
            (0020,0010) SH [1]
            (0020,0011) IS [{series}]
            (0020,0013) IS [{number}]
            {more}
            """;
        File.WriteAllBytes(dump, encoding.GetBytes(lines + "\n"));
        Dcmtk.Run("dump2dcm", "+te", dump, FileOf(uid));
        File.Delete(dump);
    }

    private sealed record Study(
        string Uid,
        string Date,
        string Time,
        string PatientName,
        string PatientId,
        string AccessionNumber,
        string Description,
        string CharacterSet);
}
