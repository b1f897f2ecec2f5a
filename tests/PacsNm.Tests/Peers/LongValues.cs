namespace PacsNm.Tests.Peers;

/// <summary>A study with the longest values that PS3.5 allows, or that are seen: two instances whose UIDs differ at their ends.</summary>
internal static class LongValues
{
    public const string Name = "Wolfeschlegelsteinhausenbergerdorff^Hubert Blaine";
    public const string PatientId = "HOSPITAL-OF-THE-UNIVERSITY-0123456789";
    public const string AccessionNumber = "ACC-0123456789AB";
    public const string Description = "Myocardial perfusion SPECT, rest and stress, one day";
    public const string StudyUid = "1.2.826.0.1.3680043.10.1234.20210901101112.1111111111111111111.1";

    /// <summary>Writes its files into a folder.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        for (var number = 1; number <= 2; number++)
        {
            var dump = Path.Combine(folder, "dump.txt");
            File.WriteAllText(dump, $"""
                (0008,0005) CS [ISO_IR 192]
                (0008,0016) UI [1.2.840.10008.5.1.4.1.1.20]
                (0008,0018) UI [{StudyUid[..^2]}{number}0]
                (0008,0020) DA [20210901]
                (0008,0030) TM [101112]
                (0008,0050) SH [{AccessionNumber}]
                (0008,0060) CS [NM]
                (0008,1030) LO [{Description}]
                (0008,103e) LO [{Description}]
                (0010,0010) PN [{Name}]
                (0010,0020) LO [{PatientId}]
                (0018,0015) CS [HEART]
                (0020,000d) UI [{StudyUid}]
                (0020,000e) UI [{StudyUid[..^2]}{number}5]
                (0020,0011) IS [1000{number}]
                (0020,0013) IS [1000{number}]
                (0028,0002) US 1
                (0028,0004) CS [MONOCHROME2]
                (0028,0008) IS [128]
                (0028,0010) US 1024
                (0028,0011) US 1024
                (0028,0100) US 8
                (0028,0101) US 8
                (0028,0102) US 7
                (0028,0103) US 0

                """);
            Dcmtk.Run("dump2dcm", "+te", dump, Path.Combine(folder, $"{number}.dcm"));
            File.Delete(dump);
        }
    }
}
