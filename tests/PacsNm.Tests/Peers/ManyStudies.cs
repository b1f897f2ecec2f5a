using System.Globalization;

namespace PacsNm.Tests.Peers;

/// <summary>Studies of one day and of the days around it, as copies of one file that DCMTK's dcmodify changed.</summary>
internal sealed class ManyStudies : IDisposable
{
    /// <param name="original">A file of the test data.</param>
    /// <param name="moments">A study each.</param>
    public ManyStudies(string original, params DateTime[] moments)
    {
        Folder = Directory.CreateTempSubdirectory("pacsnm-many-").FullName;
        for (var number = 1; number <= moments.Length; number++)
        {
            var file = Path.Combine(Folder, $"{number}.dcm");
            File.Copy(original, file);
            var moment = moments[number - 1];
            Dcmtk.Run(
                "dcmodify", "-nb",
                "-m", $"StudyInstanceUID={Uid(number)}", "-m", $"SeriesInstanceUID={Uid(number)}.1",
                "-m", $"SOPInstanceUID={Uid(number)}.1.1",
                "-m", $"StudyDate={moment.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}",
                "-m", $"StudyTime={moment.ToString("HHmmss", CultureInfo.InvariantCulture)}",
                "-m", $"PatientID=TEST-M{number}", file);
        }
    }

    public string Folder { get; }

    public static string Uid(int number) => $"2.25.329800735698586629295641978511506172918.9.{number}";

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
