using System.Globalization;
using PacsNm.Dicom.Data;

namespace PacsNm.Core.Tests.Tables;

/// <summary>Tracer and acquisition in the headers of NM and PET images (PS3.3 C.8.4, C.8.9).</summary>
public sealed class NuclearMedicineHeaderTests
{
    [Theory]
    [InlineData("20210902", "101500", "093000", "2021-09-02T09:30:00")]
    [InlineData("20210902", "001500", "233000", "2021-09-01T23:30:00")]
    [InlineData("20210902", "101500", "101500", "2021-09-02T10:15:00")]
    public void A_time_without_a_date_is_before_the_acquisition(string date, string acquired, string injected, string expected)
    {
        var header = Image("", tracer => tracer.Set(Tags.RadiopharmaceuticalStartTime, injected));
        header.Set(Tags.AcquisitionDate, date);
        header.Set(Tags.AcquisitionTime, acquired);
        Assert.Equal(Time(expected), new NuclearMedicineHeader(header).RadiopharmaceuticalStartDateTime);
    }

    [Theory]
    [InlineData("20210902093000", "", "2021-09-02T09:30:00", null)]
    [InlineData("20210902093000", "+0200", "2021-09-02T09:30:00", 120)]
    [InlineData("20210902093000+0000", "+0200", "2021-09-02T11:30:00", 120)]
    [InlineData("20210902093000-0500", "", "2021-09-02T09:30:00", -300)]
    public void A_date_and_time_is_in_the_time_zone_of_the_file(string injected, string zone, string expected, int? offset)
    {
        var header = Image("", tracer => tracer.Set(Tags.RadiopharmaceuticalStartDateTime, injected));
        if (zone.Length > 0)
            header.Set(Tags.TimezoneOffsetFromUTC, zone);
        var nuclear = new NuclearMedicineHeader(header);
        Assert.Equal(Time(expected), nuclear.RadiopharmaceuticalStartDateTime);
        Assert.Equal(offset, nuclear.TimezoneOffsetFromUtc?.TotalMinutes);
    }

    [Theory]
    [InlineData("1.2.840.10008.5.1.4.1.1.20", "740.5", 740.5)]
    [InlineData("1.2.840.10008.5.1.4.1.1.128", "370000000", 370)]
    [InlineData("1.2.840.10008.5.1.4.1.1.130", "370", 370)]
    public void The_dose_is_in_MBq(string sopClass, string stored, double expected)
    {
        var header = Image(sopClass, tracer => tracer.Set(Tags.RadionuclideTotalDose, stored));
        Assert.Equal(expected, new NuclearMedicineHeader(header).RadionuclideTotalDoseMBq);
    }

    [Fact]
    public void Windows_views_and_durations_are_put_together()
    {
        var header = new Dataset();
        header.SetItems(Tags.EnergyWindowInformationSequence, Window(("126.45", "154.55")), Window(("80", "100"), ("150", "190")));
        header.SetItems(Tags.DetectorInformationSequence, View("Anterior"), View("Posterior"), View("Anterior"));
        header.SetItems(Tags.PhaseInformationSequence, With(Tags.ActualFrameDuration, "1000"), With(Tags.ActualFrameDuration, "15000"));
        var nuclear = new NuclearMedicineHeader(header);
        Assert.Equal("126.45-154.55, 80-100+150-190", nuclear.EnergyWindows);
        Assert.Equal("Anterior, Posterior", nuclear.Views);
        Assert.Equal(1000, nuclear.ActualFrameDuration);
        Assert.Null(nuclear.RadiopharmaceuticalStartDateTime);
        Assert.Null(nuclear.RadionuclideTotalDoseMBq);
    }

    private static DateTime Time(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture);

    private static Dataset Image(string sopClass, Action<Dataset> change)
    {
        var (header, tracer) = (new Dataset(), new Dataset());
        change(tracer);
        if (sopClass.Length > 0)
            header.Set(Tags.SOPClassUID, sopClass);
        header.SetItems(Tags.RadiopharmaceuticalInformationSequence, tracer);
        return header;
    }

    private static Dataset Window(params (string From, string To)[] ranges)
    {
        var window = new Dataset();
        window.SetItems(Tags.EnergyWindowRangeSequence, [.. ranges.Select(range =>
        {
            var item = With(Tags.EnergyWindowLowerLimit, range.From);
            item.Set(Tags.EnergyWindowUpperLimit, range.To);
            return item;
        })]);
        return window;
    }

    private static Dataset View(string name)
    {
        var detector = new Dataset();
        detector.SetItems(Tags.ViewCodeSequence, With(Tags.CodeMeaning, name));
        return detector;
    }

    private static Dataset With(Tag tag, string value)
    {
        var item = new Dataset();
        item.Set(tag, value);
        return item;
    }
}
