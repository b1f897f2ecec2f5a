using System.Text;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Text of a PACS in its character sets, and without the control characters that could steer a terminal.</summary>
public sealed class TextFromOutsideTests(RealServers servers) : IDisposable
{
    private const string Yamada = "Yamada^Tarou=\u001B$B;3ED\u001B(B^\u001B$BB@O:\u001B(B=\u001B$B$d$^$@\u001B(B^\u001B$B$?$m$&\u001B(B";

    private static readonly byte[] Hostile = Encoding.ASCII.GetBytes("DOE\u001B]0;title\u0007^JANE\u001B[2J");

    private readonly Engine _engine = new();
    private readonly HandMadeFiles _files = new();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void Control_characters_of_a_name_reach_no_object_no_table_and_no_report()
    {
        _files.Add("1.2.840.10008.1.2.1", name: Hostile);
        var result = _engine.Run("""
            $pacs = Start-PacsSimulator -Path $folder
            $study = Find-PacsStudy -Server $pacs -AllDates -Property OtherPatientNames
            $saved = $study | Save-PacsStudy -Destination d
            $file = Get-PacsFile -Path d
            $study, $file | ForEach-Object { $_.PSObject.Properties | Where-Object Value -is [string] | ForEach-Object Value }
            ($study | Format-Table | Out-String), ($study | Format-List * | Out-String)
            ($file | Format-List * | Out-String), ($saved | Format-List * | Out-String)
            """, ("folder", _files.Folder)).ThrowIfFailed();
        Assert.DoesNotContain(
            result.Output.Select(text => $"{text}"), text => text.Any(c => char.IsControl(c) && c is not '\r' and not '\n'));
        Assert.Contains("DOE]0;title^JANE[2J", result.Output.Select(text => $"{text}"));
        var raw = _engine.Run(
            "$study['PatientName'], (Find-PacsSeries -Server $pacs "
                + "-StudyInstanceUid $study.StudyInstanceUid)['PatientID']").ThrowIfFailed();
        Assert.Equal(Encoding.ASCII.GetString(Hostile), $"{raw.Output[0]}");
    }

    [Fact]
    public void The_report_holds_none_either()
    {
        _files.Add("1.2.840.10008.1.2.1", name: Hostile);
        var result = _engine.Run("""
            $pacs = Start-PacsSimulator -Path $folder
            Find-PacsStudy -Server $pacs -AllDates | Save-PacsStudy -Destination d | Export-PacsReport -Path report.html
            [IO.File]::ReadAllText("$pwd/report.html")
            """, ("folder", _files.Folder)).ThrowIfFailed();
        var page = $"{result.Output[^1]}";
        Assert.DoesNotContain(page, c => char.IsControl(c) && c is not '\r' and not '\n');
    }

    [Fact]
    public void A_leap_second_stays_on_its_day()
    {
        _files.Add("1.2.840.10008.1.2.1");
        var result = _engine.Run(
            "$pacs = Start-PacsSimulator -Path $folder; (Find-PacsStudy -Server $pacs -AllDates).StudyDate.ToString('s')",
            ("folder", _files.Folder)).ThrowIfFailed();
        Assert.Equal(["2021-09-01T23:59:59"], result.Output.Select(text => $"{text}"));
    }

    [Theory]
    [InlineData(@"\ISO 2022 IR 87", "ISO_IR 100")]
    [InlineData(null, @"\ISO 2022 IR 87")]
    public void A_fallback_is_for_answers_that_do_not_say_their_character_set(string? declared, string fallback)
    {
        _files.Add("1.2.840.10008.1.2.1", declared, Encoding.ASCII.GetBytes(Yamada));
        var result = _engine.Run(
            "$pacs = Start-PacsSimulator -Path $folder; (Find-PacsStudy -Server $pacs -AllDates "
                + "-FallbackEncoding $fallback)['PatientName']",
            ("folder", _files.Folder), ("fallback", fallback)).ThrowIfFailed();
        Assert.Equal(["Yamada^Tarou=山田^太郎=やまだ^たろう"], result.Output.Select(text => $"{text}"));
    }

    [Theory]
    [InlineData("*=山田*", "", 1)]
    [InlineData("*=*=やまだ*", "", 1)]
    [InlineData("=山田^太郎", "", 1)]
    [InlineData("=鈴木*", "", 0)]
    [InlineData("*=山田*", @"-Filter @{ SpecificCharacterSet = '\ISO 2022 IR 87' }", 1)]
    [InlineData("山田*", "", 1)]
    public void A_name_is_found_by_its_ideographic_and_its_phonetic_group(string name, string filter, int count)
    {
        _files.Add("1.2.840.10008.1.2.1", @"\ISO 2022 IR 87", Encoding.ASCII.GetBytes(Yamada));
        var result = _engine.Run(
            $"$pacs = Start-PacsSimulator -Path $folder; Find-PacsStudy -Server $pacs -AllDates -PatientName $name {filter}",
            ("folder", _files.Folder), ("name", name)).ThrowIfFailed();
        Assert.Equal(count, result.Output.Count);
    }

    [Theory]
    [InlineData("ISO_IR 144", "Привет*", "BFE0D8D2D5E22A")]
    [InlineData("ISO_IR 192", "MÜLLER*", "4DC39C4C4C45522A")]
    [InlineData(@"\ISO 2022 IR 87", "=山田*", "3D1B24423B3345441B28422A")]
    public void The_keys_go_in_the_character_set_that_is_named(string characterSet, string name, string expected)
    {
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port);
        _engine.Run(
            "Find-PacsStudy -Server $server -AllDates -PatientName $name -Filter @{ SpecificCharacterSet = $set }",
            ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}"), ("name", name), ("set", characterSet)).ThrowIfFailed();
        var sent = Convert.ToHexString(proxy.Sent);
        Assert.Contains(expected, sent, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexString(Encoding.ASCII.GetBytes(characterSet)), sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ISO_IR 100", "KeyNotEncodable")]
    [InlineData("ISO_IR 999", "UnknownCharacterSet")]
    public void A_character_set_that_cannot_serve_is_refused(string characterSet, string errorId)
    {
        var result = _engine.Run(
            "Find-PacsStudy -Server A@127.0.0.1:1 -AllDates -PatientName 'Привет*' -Filter @{ SpecificCharacterSet = $set }",
            ("set", characterSet));
        Assert.Equal([errorId], result.ErrorIds);
        Assert.DoesNotContain("Привет", result.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_PACS_says_about_a_refusal_is_in_the_exception_alone()
    {
        var server = servers.Of("dcmqrscp");
        using var proxy = new RecordingProxy(server.Port);
        _engine.Run(
            "Find-PacsStudy -Server $server -StudyDate 20210901", ("server", $"{server.AETitle}@127.0.0.1:{proxy.Port}")).ThrowIfFailed();
        proxy.WaitUntilAllClosed();
        using var liar = new LyingServer(ReplayingServer.Pdus(proxy.Received)[0], stream => stream.WriteAsync(Refusal).AsTask());
        var result = _engine.Run("""
            try { Find-PacsStudy -Server $server -StudyDate 20210901 -Verbose -ErrorAction Stop }
            catch { $_.Exception.ErrorComment, "$($_.Exception.OffendingElements)"; throw }
            """, ("server", $"{server.AETitle}@127.0.0.1:{liar.Port}"));
        Assert.Equal(["DOE^JANE needs a date", "(0008,0020)"], result.Output.Select(text => $"{text}"));
        Assert.Equal(["DimseFailure"], result.ErrorIds);
        Assert.DoesNotContain("DOE", result.AllText, StringComparison.Ordinal);
    }

    /// <summary>C-FIND-RSP to message 1: 0xA900, Offending Element (0008,0020), an Error Comment with a name and an escape in it.</summary>
    private static byte[] Refusal
    {
        get
        {
            byte[] command =
            [
                .. Element(0x0100, [0x20, 0x80]), .. Element(0x0120, [1, 0]), .. Element(0x0800, [1, 1]), .. Element(0x0900, [0, 0xA9]),
                .. Element(0x0901, [0x08, 0, 0x20, 0]), .. Element(0x0902, Encoding.ASCII.GetBytes("DOE^JANE\u001B needs a date")),
            ];
            return [4, 0, 0, 0, 0, (byte)(command.Length + 6), 0, 0, 0, (byte)(command.Length + 2), 1, 3, .. command];
        }
    }

    private static byte[] Element(ushort element, byte[] value) =>
        [0, 0, (byte)element, (byte)(element >> 8), (byte)value.Length, 0, 0, 0, .. value];
}
