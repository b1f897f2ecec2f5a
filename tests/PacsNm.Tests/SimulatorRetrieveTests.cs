using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>
/// C-GET and C-MOVE of the practice PACS, asked by DCMTK's getscu and movescu, and what it sends, read by DCMTK's dcmftest,
/// dcmdump, dsrdump and dcmdjpeg. What our cmdlets make of a retrieval is proved against dcmqrscp and Orthanc.
/// </summary>
public sealed class SimulatorRetrieveTests : IDisposable
{
    private const string Root = "2.25.302413021204128932108471321042108712345.1";

    private readonly Engine _engine = new();
    private readonly int _port;
    private readonly int _movePort = LoopbackPort.Free();

    public SimulatorRetrieveTests() => _port =
        (int)_engine.Run(
            $"$pacs = Start-PacsSimulator -StudyCount 10 -StudyDate 20210901 -MoveDestination @{{ MOVESCU = {_movePort} }}; $pacs.Port")
            .ThrowIfFailed().Output[0].BaseObject;

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Theory]
    [InlineData("STUDY", "StudyInstanceUID=" + Root + ".1", 3)]
    [InlineData("SERIES", "SeriesInstanceUID=" + Root + ".1.2", 1)]
    [InlineData("IMAGE", "SOPInstanceUID=" + Root + ".3.1.2", 1)]
    [InlineData("STUDY", "StudyInstanceUID=" + Root + ".1\\" + Root + ".3", 5)]
    public void getscu_gets_each_level(string level, string key, int count)
    {
        var files = Get([], level, key);
        Assert.Equal(count, files.Length);
        Assert.All(files, file => Assert.StartsWith("yes", Dcmtk.Run("dcmftest", file), StringComparison.Ordinal));
    }

    [Fact]
    public void getscu_gets_patients_by_the_Patient_Root_model()
    {
        var files = Get(["-P"], "PATIENT", "PatientID=PRACT-0003");
        Assert.Equal(3, files.Length);
    }

    [Fact]
    public void A_request_without_the_unique_key_of_its_level_is_refused()
    {
        var output = Dcmtk.TryRun(
            "getscu", "-v", "-S", "-aec", "PRACTICE", "-od", _engine.Folder, "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID=PRACT-0003",
            "127.0.0.1", $"{_port}").Output;
        Assert.Contains("DataSetDoesNotMatchSOPClass", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_NM_image_has_what_NM_images_have()
    {
        var file = Assert.Single(Get([], "STUDY", $"StudyInstanceUID={Root}.4"));
        var dump = Dcmtk.Run("dcmdump", "+L", file);
        string[] wanted =
        [
            "NuclearMedicineImageStorage", "GATED TOMO", "RadiopharmaceuticalInformationSequence", "RadionuclideTotalDose",
            "EnergyWindowRangeSequence", "DetectorInformationSequence", "CollimatorGridName", "RotationInformationSequence",
            "AngularViewVector", "GatedInformationSequence", "TimeSlotVector", "FrameIncrementPointer",
        ];
        Assert.All(wanted, text => Assert.Contains(text, dump, StringComparison.Ordinal));

        // The pixels are as long as their description says.
        var frames = int.Parse(Dcmtk.Value(file, "NumberOfFrames"), null);
        Assert.Equal(256, frames);
        Assert.Equal(frames * 64 * 64 * 2, Dcmtk.Pixels(file).Length);
    }

    [Fact]
    public void Key_objects_and_dose_reports_are_documents_that_dsrdump_reads()
    {
        var keyObjects = Get([], "SERIES", $"SeriesInstanceUID={Root}.1.3").Single();
        Assert.Contains("Of Interest", Dcmtk.Run("dsrdump", keyObjects), StringComparison.Ordinal);
        var dose = Move("+xa", "SERIES", $"SeriesInstanceUID={Root}.9.2").Single();
        Assert.Contains("Administered activity", Dcmtk.Run("dsrdump", dose), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_compressed_comes_to_those_alone_who_take_it()
    {
        Assert.Single(Get([], "STUDY", $"StudyInstanceUID={Root}.7"));
        var lossless = Get(["+xs"], "SERIES", $"SeriesInstanceUID={Root}.7.1").Single();
        Assert.Contains("JPEGLossless", Dcmtk.Run("dcmdump", "+P", "TransferSyntaxUID", lossless), StringComparison.Ordinal);

        // DCMTK decodes it to two frames of 1024 by 256 in 16 bits, with counts in them.
        var plain = Path.Combine(_engine.Folder, "plain.dcm");
        Dcmtk.Run("dcmdjpeg", lossless, plain);
        var pixels = Dcmtk.Pixels(plain);
        Assert.Equal(2 * 1024 * 256 * 2, pixels.Length);
        var middle = BitConverter.ToUInt16(pixels, 2 * ((341 * 256) + 128));
        Assert.InRange(middle, 140, 270);
        Assert.InRange(BitConverter.ToUInt16(pixels, 0), 0, 12);

        var grey = Get(["+xv"], "SERIES", $"SeriesInstanceUID={Root}.8.2").Single();
        Assert.Contains("JPEG2000LosslessOnly", Dcmtk.Run("dcmdump", grey), StringComparison.Ordinal);
    }

    [Fact]
    public void movescu_receives_compressed_and_other_instances_of_one_study() =>
        Assert.Equal(5, Move("+xa", "STUDY", $"StudyInstanceUID={Root}.8").Length);

    [Fact]
    public void A_destination_that_it_does_not_know_or_cannot_reach_is_named_as_such()
    {
        var unknown = Dcmtk.TryRun(
            "movescu", "-v", "-S", "-aec", "PRACTICE", "-aem", "STRANGER", "-k", "QueryRetrieveLevel=STUDY",
            "-k", $"StudyInstanceUID={Root}.1", "127.0.0.1", $"{_port}");
        Assert.Contains("MoveDestinationUnknown", unknown.Output, StringComparison.Ordinal);

        // Nobody listens where it is known to be.
        var absent = Dcmtk.TryRun(
            "movescu", "-v", "-S", "-aec", "PRACTICE", "-aem", "MOVESCU", "-k", "QueryRetrieveLevel=STUDY",
            "-k", $"StudyInstanceUID={Root}.1", "127.0.0.1", $"{_port}");
        Assert.Contains("OutOfResourcesSubOperations", absent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void movescu_can_cancel()
    {
        var all = string.Join('\\', Enumerable.Range(1, 10).Select(study => $"{Root}.{study}"));
        var output = Dcmtk.TryRun(
            "movescu", "-v", "-S", "+xa", "--cancel", "1", "-aec", "PRACTICE", "-aem", "MOVESCU", "+P", $"{_movePort}",
            "-od", _engine.Folder, "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={all}", "127.0.0.1", $"{_port}").Output;
        Assert.Contains("Received Final Move Response (Cancel", output, StringComparison.Ordinal);
        Assert.InRange(Directory.GetFiles(_engine.Folder).Length, 1, 20);
    }

    [Fact]
    public void Save_retrieves_from_it_by_C_MOVE()
    {
        var saved = _engine.Run(
            "Find-PacsStudy -Server $pacs -CallingAETitle MOVESCU -StudyDate 20210901 -AccessionNumber ACC0009 | "
                + "Save-PacsStudy -Retriever MoveScu -LocalPort $port -Destination d",
            ("port", _movePort));
        Assert.Equal(["Complete"], saved.ThrowIfFailed().Texts("Status"));
    }

    [Fact]
    public void Every_kind_of_study_goes_whole_to_a_storescp_that_takes_any_class()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_engine.Folder, "received")).FullName;
        using var destination = new StoreScp(keepIn: folder);
        var port = _engine.Run(
            "(Start-PacsSimulator -StudyCount 10 -StudyDate 20210901 -MoveDestination @{ STORESCP = $port }).Port",
            ("port", destination.Port))
            .ThrowIfFailed().Output[0];
        for (var study = 1; study <= 10; study++)
            Dcmtk.Run(
                "movescu", "-S", "-aec", "PRACTICE", "-aem", "STORESCP", "-k", "QueryRetrieveLevel=STUDY",
                "-k", $"StudyInstanceUID={Root}.{study}", "127.0.0.1", $"{port}");
        var files = Directory.GetFiles(folder);
        Assert.Equal(23, files.Length);
        Assert.All(files, file => Assert.StartsWith("yes", Dcmtk.Run("dcmftest", file), StringComparison.Ordinal));
        Assert.All(files, file => Dcmtk.Run("dcmdump", "-q", file));
    }

    private string[] Get(string[] options, string level, string key)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_engine.Folder, Guid.NewGuid().ToString("N"))).FullName;
        string[] model = options.Contains("-P") ? [] : ["-S"];
        Dcmtk.Run(
            "getscu",
            [
                .. model, .. options, "-aec", "PRACTICE", "-od", folder, "-k", $"QueryRetrieveLevel={level}", "-k", key, "127.0.0.1",
                $"{_port}"]);
        return Directory.GetFiles(folder);
    }

    private string[] Move(string option, string level, string key)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_engine.Folder, Guid.NewGuid().ToString("N"))).FullName;
        Dcmtk.Run(
            "movescu", "-S", option, "-aec", "PRACTICE", "-aem", "MOVESCU", "+P", $"{_movePort}", "-od", folder,
            "-k", $"QueryRetrieveLevel={level}", "-k", key, "127.0.0.1", $"{_port}");
        return Directory.GetFiles(folder);
    }
}
