using System.Globalization;
using PacsNm.Tests.Peers;

namespace PacsNm.Tests;

/// <summary>Long lists: what becomes of each row, however often a run is started, stopped or killed.</summary>
public sealed class JobTests : IDisposable
{
    private readonly Engine _engine = new();

    public void Dispose()
    {
        _engine.Run("Stop-PacsSimulator");
        _engine.Dispose();
    }

    [Fact]
    public void Each_row_has_one_outcome_and_the_outcomes_sum_up()
    {
        Start("-StudyCount 12");
        _engine.Run("""
            $uid = (Find-PacsStudy -Server $pacs -AccessionNumber ACC0003).StudyInstanceUid
            $rows = @(
                1..6 | ForEach-Object { [pscustomobject]@{ Acc = 'ACC{0:0000}' -f $_; Uid = ''; Patient = ''; Subject = "S$_" } }
                [pscustomobject]@{ Acc = 'ACC0001'; Uid = ''; Patient = ''; Subject = 'again' }
                [pscustomobject]@{ Acc = '1.23E+07'; Uid = ''; Patient = ''; Subject = 'damaged' }
                [pscustomobject]@{ Acc = ''; Uid = ''; Patient = ''; Subject = 'empty' }
                [pscustomobject]@{ Acc = 'NONE'; Uid = ''; Patient = ''; Subject = 'unknown' }
                [pscustomobject]@{ Acc = ''; Uid = $uid; Patient = ''; Subject = 'the third again' }
                [pscustomobject]@{ Acc = 'ACC*'; Uid = ''; Patient = ''; Subject = 'too many' })
            $map = @{ Acc = 'AccessionNumber'; Uid = 'StudyInstanceUid'; Patient = 'PatientId' }
            $job = $rows | New-PacsJob cohort -Server $pacs -Destination d -Map $map -WarningVariable warned -WarningAction Ignore
            """).ThrowIfFailed();
        Assert.Equal("12 9 1 2", Text("\"$($job.Rows) $($job.Pending) $($job.Duplicate) $($job.Invalid)\""));
        Assert.Equal(3, Run("$warned").Output.Count);

        // All rows are final, so no later run has anything to do.
        var run = Run("Invoke-PacsJob d -WarningVariable final -WarningAction SilentlyContinue");
        Assert.Equal(9, run.Output.Count);
        Assert.Equal("4 of 12 rows ended without their studies. Get-PacsJob -Row tells why.", Text("\"$final\""));
        var rows = Run("Get-PacsJob d -Row");
        Assert.Equal(
            [
                "Complete", "Complete", "Complete", "Complete", "Complete", "Complete", "Duplicate", "Invalid", "Invalid", "NotFound",
                "Duplicate", "Ambiguous",
            ],
            rows.Texts("Outcome"));
        Assert.Equal("the third again", rows.Texts("Subject")[10]);
        Assert.Equal(12, rows.Counts("Studies")[11]);
        Assert.Equal(["12"], Run("""
            $job = Get-PacsJob d
            ($job.PSObject.Properties | Where-Object { $_.Name -in [PacsNm.JobOutcome].GetEnumNames() }).Value |
                Measure-Object -Sum | ForEach-Object { "$($_.Sum)" }
            """).Output.Select(sum => $"{sum}"));
        Assert.All(Run("Test-PacsArchive d").ThrowIfFailed().Texts("Status"), status => Assert.Equal("Intact", status));
    }

    [Fact]
    public void A_second_run_does_what_is_not_final_and_asks_for_nothing_else()
    {
        Start("-StudyCount 6");
        Run("1..6 | ForEach-Object { 'ACC{0:0000}' -f $_ } | New-PacsJob cohort -Server $pacs -Destination d");
        Assert.Equal(6, Run("Invoke-PacsJob d -Retriever BuiltIn").Output.Count);
        using var proxy = Proxy();
        Assert.Empty(Run($"Invoke-PacsJob d -Port {proxy.Port}").Output);
        Assert.Equal(0, proxy.Connections);
    }

    [Fact]
    public void All_rows_share_one_association_with_the_retrieval()
    {
        Start("-StudyCount 40 -StudyDate 2021-09-01");
        using var proxy = Proxy();
        Run("""
            $uids = (Find-PacsStudy -Server $pacs -StudyDate 2021-09-01 | Select-Object -First 20).StudyInstanceUid
            $uids | New-PacsJob named -Server $pacs -Destination d
            """);
        Run($"Invoke-PacsJob d -Port {proxy.Port} -Retriever BuiltIn");
        Assert.Equal(1, proxy.MostOpen);

        // One list of UIDs, and one query per study for its instances.
        Assert.Equal(21, proxy.Requests(CommandField.Find));
        Assert.Equal("20", Text("(Get-PacsJob d).Complete"));
    }

    [Fact]
    public void Hundreds_of_rows_are_asked_for_on_one_association()
    {
        Start("-StudyCount 2");
        using var proxy = Proxy();
        Run("1..300 | ForEach-Object { \"X$_\" } | New-PacsJob unknown -Server $pacs -Destination d");
        var rows = _engine.Run($"Invoke-PacsJob d -Port {proxy.Port} -ErrorAction Ignore");
        Assert.Equal(300, rows.Texts("Outcome").Count(outcome => outcome == "NotFound"));
        Assert.Equal((1, 300), (proxy.Connections, proxy.Requests(CommandField.Find)));
    }

    [Fact]
    public void The_studies_of_a_day_that_many_rows_name_are_one_query()
    {
        Start("-StudyCount 20 -StudyDate 2021-09-01 -Quirk RequireStudyDate");
        Run("1..20 | ForEach-Object { [pscustomobject]@{ Accession = 'ACC{0:0000}' -f $_; Date = '2021-09-01' } } | "
            + "New-PacsJob day -Server $pacs -Destination d");
        using var proxy = Proxy();
        Assert.All(Run($"Invoke-PacsJob d -Port {proxy.Port} -Retriever BuiltIn").Texts("Outcome"), text => Assert.Equal("Complete", text));
        Assert.Equal(21, proxy.Requests(CommandField.Find));
    }

    [Fact]
    public void A_column_is_a_folder()
    {
        Start("-StudyCount 2");
        Run("1..2 | ForEach-Object { [pscustomobject]@{ Accession = 'ACC{0:0000}' -f $_; SubjectId = \"S/0$_\" } } | "
            + "New-PacsJob cohort -Server $pacs -Destination d -Layout '{Row:SubjectId}/{Modality}'");
        Run("Invoke-PacsJob d");
        var folders = Directory.GetDirectories(Path.Combine(_engine.Folder, "d")).Select(Path.GetFileName).Order().ToArray();
        Assert.Equal(".pacsnm S_01 S_02", string.Join(' ', folders));
        Assert.All(Run("Test-PacsArchive d").Texts("Status"), status => Assert.Equal("Intact", status));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(_engine.Folder, "d", ".pacsnm"), "*.jsonl").Select(File.ReadAllText),
            text => text.Contains("S_0", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_selected_series_are_retrieved_and_the_outcome_says_so()
    {
        Start("-StudyCount 12");
        var series = Run("$all = Find-PacsStudy -Server $pacs | Find-PacsSeries; $all").Output.Count;
        var wanted = int.Parse(Text("@($all | Where-Object { $_.Modality -eq 'NM' }).Count"), CultureInfo.InvariantCulture);
        Assert.InRange(wanted, 1, series - 1);
        Run("1..12 | ForEach-Object { 'ACC{0:0000}' -f $_ } | "
            + "New-PacsJob nm -Server $pacs -Destination d -SeriesFilter { $_.Modality -eq 'NM' } -WarningAction Ignore");
        var rows = _engine.Run("Invoke-PacsJob d -ErrorAction Ignore");
        Assert.All(rows.Texts("Reason"), reason => Assert.Contains("series selected.", reason, StringComparison.Ordinal));
        Assert.All(rows.Texts("Outcome"), outcome => Assert.Contains(outcome, new[] { "Complete", "Empty" }));
        Assert.Equal(["NM"], Run("(Get-PacsFile d).Modality | Sort-Object -Unique").Output.Select(text => $"{text}"));
        Assert.Equal($"{wanted}", Text("@((Get-PacsFile d).SeriesInstanceUid | Sort-Object -Unique).Count"));
    }

    [Fact]
    public void Rows_of_which_no_series_is_selected_are_final()
    {
        Start("-StudyCount 3");
        Run("1..3 | ForEach-Object { 'ACC{0:0000}' -f $_ } | New-PacsJob none -Server $pacs -Destination d -Modality XA");
        var rows = Run("Invoke-PacsJob d -WarningAction Ignore");
        Assert.All(rows.Texts("Outcome"), outcome => Assert.Equal("Empty", outcome));
        Assert.Equal("0", Text("(Get-PacsJob d).Left"));
    }

    [Theory]
    [InlineData("$_.SeriesDescripton -like '*'", "SeriesDescripton")]
    [InlineData("$_.Modality -eq $wanted", "$wanted")]
    [InlineData("Get-Nothing $_", "Get-Nothing")]
    [InlineData("throw 'no'", "RuntimeException.")]
    [InlineData("param($x) throw 'no'", "RuntimeException.")]
    public void A_script_that_fails_makes_rows_fail_and_not_empty(string script, string told)
    {
        Start("-StudyCount 1");
        Run($"'ACC0001' | New-PacsJob filter -Server $pacs -Destination d -SeriesFilter {{ {script} }}");
        var run = _engine.Run("Invoke-PacsJob d");
        Assert.Equal(["Failed"], run.Texts("Outcome"));
        Assert.Contains(told, run.Texts("Reason").Single(), StringComparison.Ordinal);
        Assert.Equal(["JobIncomplete"], run.ErrorIds.Select(id => id.Split(',')[0]));
    }

    [Fact]
    public void Shares_divide_a_job_and_add_up()
    {
        Start("-StudyCount 10");
        Run("1..10 | ForEach-Object { 'ACC{0:0000}' -f $_ } | New-PacsJob cohort -Server $pacs -Destination d");
        Assert.Equal([1, 4, 7, 10], Rows("Invoke-PacsJob d -Shard 1/3 -ErrorAction Ignore"));
        Assert.Equal([2, 5, 8], Rows("Invoke-PacsJob d -Shard 2/3 -ErrorAction Ignore"));
        Assert.Equal("7 3", Text("$job = Get-PacsJob d; \"$($job.Complete) $($job.Pending)\""));

        // Run without a share, a job does what is left.
        Assert.Equal([3, 6, 9], Rows("Invoke-PacsJob d"));
        Assert.Equal(10, Run("Test-PacsArchive d").Output.Count);
    }

    [Fact]
    public void The_shares_of_a_search_and_of_a_retrieval_agree()
    {
        Start("-StudyCount 20");
        var all = Run("Find-PacsStudy -Server $pacs").Texts("StudyInstanceUid").Order().ToArray();
        var found = Run("1..3 | ForEach-Object { Find-PacsStudy -Server $pacs -Shard \"$_/3\" }").Texts("StudyInstanceUid");
        Assert.Equal(all, found.Order());
        var saved = Run("1..3 | ForEach-Object { $i = $_; Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d -Shard \"$i/3\" }");
        Assert.Equal(all, saved.Texts("StudyInstanceUid").Order());
        Assert.Equal("InvalidShard", Id(_engine.Run("Find-PacsStudy -Server $pacs -Shard 0/3")));
        Assert.Equal("InvalidShard", Id(_engine.Run("Find-PacsStudy -Server $pacs | Save-PacsStudy -Shard Auto")));
    }

    [Fact]
    public void Outside_of_the_hours_nothing_is_sent()
    {
        Start("-StudyCount 2");
        Run("'ACC0001' | New-PacsJob cohort -Server $pacs -Destination d");
        using var proxy = Proxy();
        var hours = ClosedHours();
        Assert.Empty(_engine.Run($"Invoke-PacsJob d -Port {proxy.Port} -ActiveHours {hours} -StopAt (Get-Date).AddSeconds(1)").Output);
        var saved = _engine.Run(
            $"Save-PacsStudy 1.2.3 -Server $pacs -Port {proxy.Port} -Destination d -ActiveHours {hours} -StopAt (Get-Date).AddHours(1)");
        Assert.Equal(["Postponed"], saved.Texts("Status"));
        Assert.Equal(0, proxy.Connections);
        Assert.Equal("1", Text("(Get-PacsJob d).Pending"));
    }

    [Fact]
    public void The_object_that_is_on_its_way_at_the_end_of_the_hours_is_kept()
    {
        Require.Tool("getscu");
        Start("-StudyCount 1");

        // The first of three objects takes ten seconds.
        var saved = _engine.Run(
            "Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d -Retriever GetScu -MaxBytesPerSecond 100KB "
                + "-StopAt (Get-Date).AddSeconds(4)");
        Assert.Equal(["Partial"], saved.Texts("Status"));
        Assert.Equal(["1"], saved.Texts("Received"));
        Assert.Equal(["Intact"], Run("Test-PacsArchive d").Texts("Status"));
    }

    [Fact]
    public void Ctrl_C_ends_the_wait_for_the_hours()
    {
        Start("-StudyCount 2");
        var stopped = _engine.RunAndStop(
            $"Find-PacsStudy -Server $pacs | Save-PacsStudy -Destination d -ActiveHours {ClosedHours()} -LogPath log.txt",
            () => File.Exists(Path.Combine(_engine.Folder, "log.txt"))
                && ReadShared("log.txt").Contains("Wait until", StringComparison.Ordinal));
        Assert.Empty(stopped.Output);
    }

    [Fact]
    public void Every_call_obeys_what_is_saved_with_the_server()
    {
        Start("-StudyCount 8");
        using var proxy = Proxy();
        Run($"Set-PacsServer limited -Server $pacs -Port {proxy.Port} -MaxAssociations 2 -MaxBytesPerSecond 100MB");
        Assert.Equal("2 104857600", Text("$s = Get-PacsServer limited; \"$($s.MaxAssociations) $($s.MaxBytesPerSecond)\""));
        var saved = Run(
            "Find-PacsStudy -Server $pacs | "
            + "Save-PacsStudy -Server limited -Destination d -ThrottleLimit 8 -Retriever BuiltIn -Verbose");
        Assert.All(saved.Texts("Status"), status => Assert.Equal("Complete", status));
        Assert.InRange(proxy.MostOpen, 1, 2);
        Assert.Contains("because the PACS or its settings allow 2", saved.AllText, StringComparison.Ordinal);
        Run($"Set-PacsServer limited -ActiveHours {ClosedHours()}");
        var late = _engine.Run("Save-PacsStudy 1.2.3 -Server limited -Destination d -StopAt (Get-Date).AddHours(1)");
        Assert.Equal(["Postponed"], late.Texts("Status"));
        Run("Set-PacsServer limited -ActiveHours ''");
        Assert.Equal("", Text("(Get-PacsServer limited).ActiveHours"));
        Assert.Equal("InvalidActiveHours", Id(_engine.Run("Set-PacsServer limited -ActiveHours nights")));
    }

    [Fact]
    public void A_PACS_that_is_down_fails_no_row()
    {
        Start("-StudyCount 3");
        Run("1..3 | ForEach-Object { 'ACC{0:0000}' -f $_ } | New-PacsJob cohort -Server $pacs -Destination d");
        var down = _engine.Run($"Invoke-PacsJob d -Port {LoopbackPort.Free()} -UnreachableTimeoutSeconds 0");
        Assert.Equal(["PacsUnreachable", "JobIncomplete"], down.ErrorIds.Select(id => id.Split(',')[0]));
        Assert.Equal("3", Text("(Get-PacsJob d).Pending"));
        Assert.Equal(3, Run("Invoke-PacsJob d").Output.Count);
    }

    [Fact]
    public void NEARLINE_studies_come_last()
    {
        Start("-StudyCount 12 -Quirk NearlineDelay=0");
        Run("1..12 | ForEach-Object { 'ACC{0:0000}' -f $_ } | New-PacsJob cohort -Server $pacs -Destination d");
        var nearline = Run("(Find-PacsStudy -Server $pacs | Where-Object InstanceAvailability -eq NEARLINE).StudyInstanceUid")
            .Output.Select(uid => $"{uid}").ToHashSet();
        Assert.InRange(nearline.Count, 1, 11);
        var order = Run("Invoke-PacsJob d").Output.Select(row => nearline.Contains($"{row.Properties["Studies"].Value}")).ToArray();
        Assert.Equal([.. Enumerable.Repeat(false, 12 - nearline.Count), .. Enumerable.Repeat(true, nearline.Count)], order);
    }

    [Fact]
    public void A_job_without_a_list_catches_up_and_sees_what_has_grown()
    {
        Start("-StudyCount 30");
        Run("New-PacsJob nightly -Server $pacs -Destination d -LastDays 2");
        var first = Run("Invoke-PacsJob d").Output.Count;
        Assert.Equal($"{first}", Text("@(Find-PacsStudy -Server $pacs -LastDays 2).Count"));
        Assert.Empty(Run("Invoke-PacsJob d").Output);

        // The last run was eight days ago, and two days before it are searched again.
        var days = Path.Combine(_engine.Folder, "d", ".pacsnm", "jobs", "nightly", "days.tsv");
        File.WriteAllText(days, DateTime.Today.AddDays(-8).ToString("yyyyMMdd", CultureInfo.InvariantCulture) + "\n");
        Run("Invoke-PacsJob d");
        Assert.Equal(
            Run("(Find-PacsStudy -Server $pacs -LastDays 10).StudyInstanceUid | Sort-Object").Output.Select(uid => $"{uid}"),
            Run("(Get-PacsJob d -Row).Studies | ForEach-Object { $_ } | Sort-Object").Output.Select(uid => $"{uid}"));

        // What the PACS counts now is not what it counted then.
        var outcomes = Path.Combine(_engine.Folder, "d", ".pacsnm", "jobs", "nightly", "outcomes.tsv");
        var cells = File.ReadLines(outcomes).Last(line => line.Contains("\tComplete\t", StringComparison.Ordinal)).Split('\t');
        File.AppendAllText(outcomes, string.Join('\t', [.. cells[..7], "1", .. cells[8..]]) + "\n");
        Run("Invoke-PacsJob d");
        Assert.Equal("Complete", Text($"(Get-PacsJob d -Row)[{cells[0]} - 1].Outcome"));
    }

    [Fact]
    public void A_run_that_is_killed_loses_nothing_and_fetches_one_study_again()
    {
        Start("-StudyCount 20");
        Run("1..20 | ForEach-Object { 'ACC{0:0000}' -f $_ } | New-PacsJob cohort -Server $pacs -Destination d");
        var folder = Path.Combine(_engine.Folder, "d", ".pacsnm", "jobs", "cohort");
        for (var kill = 1; kill <= 3; kill++)
        {
            var wanted = kill * 4;
            using var host = HostProcess.Begin(
                HostProcess.WithModule($"Invoke-PacsJob '{_engine.Folder}/d' -Retriever BuiltIn -MaxBytesPerSecond 2MB"));
            try
            {
                Wait.Until("some rows are done", () => Outcomes(folder, "Complete") >= wanted || host.HasExited);
            }
            finally
            {
                // SIGKILL: nothing of ours runs after it.
                host.Kill();
                host.WaitForExit();
            }
        }

        var before = Outcomes(folder, "Complete");
        Assert.InRange(before, 12, 19);
        var last = Run("Invoke-PacsJob d -Retriever BuiltIn");
        Assert.Equal(20 - before, last.Output.Count);
        Assert.Equal("20", Text("(Get-PacsJob d).Complete"));
        Assert.All(Run("Test-PacsArchive d").Texts("Status"), status => Assert.Equal("Intact", status));
        Assert.Equal(20, Outcomes(folder, "Complete"));
    }

    [Fact]
    public void A_share_that_is_running_cannot_run_twice()
    {
        Start("-StudyCount 2");
        Run("'ACC0001' | New-PacsJob cohort -Server $pacs -Destination d");
        using (File.Open(
            Path.Combine(_engine.Folder, "d", ".pacsnm", "jobs", "cohort", "outcomes.tsv.lock"),
            FileMode.Open, FileAccess.Write, FileShare.None))
        {
            Assert.Equal("JobUnusable", Id(_engine.Run("Invoke-PacsJob d")));
            Assert.Equal("1", Text("(Get-PacsJob d).Pending"));
        }
    }

    [Fact]
    public void A_damaged_job_hides_no_other_and_can_be_removed()
    {
        Run("'a', 'b' | ForEach-Object { $name = $_; 'A1' | New-PacsJob $name -Server A@127.0.0.1:1 -Destination d }");
        File.WriteAllText(Path.Combine(_engine.Folder, "d", ".pacsnm", "jobs", "a", "job.json"), "{");
        var jobs = _engine.Run("Get-PacsJob d");
        Assert.Equal(["b"], jobs.Texts("Name"));
        Assert.Equal("JobUnusable", Id(jobs));
        Assert.Equal("JobUnusable", Id(_engine.Run("Invoke-PacsJob d a")));
        Run("Remove-PacsJob d a -Confirm:$false");
        Assert.Equal(["b"], Run("Get-PacsJob d").Texts("Name"));
    }

    [Theory]
    [InlineData("Invoke-PacsJob nowhere", "JobNotFound")]
    [InlineData("Get-PacsJob nowhere other", "JobNotFound")]
    [InlineData("'A1' | New-PacsJob ../x -Server A@127.0.0.1:1", "InvalidJobName")]
    [InlineData("@() | New-PacsJob x -Server A@127.0.0.1:1", "InvalidList")]
    [InlineData("[pscustomobject]@{ Colour = 1 } | New-PacsJob x -Server A@127.0.0.1:1", "InvalidList")]
    [InlineData("'A1' | New-PacsJob x -Server A@127.0.0.1:1 -Layout '{Row:Other}/x'", "InvalidList")]
    [InlineData("1..2 | ForEach-Object { 'A1' | New-PacsJob x -Server A@127.0.0.1:1 }", "JobExists")]
    [InlineData("'a', 'b' | ForEach-Object { $name = $_; 'A1' | New-PacsJob $name -Server A@127.0.0.1:1 -Destination e }; Invoke-PacsJob e",
        "JobAmbiguous")]
    [InlineData("Save-PacsStudy 1.2 -Server A@127.0.0.1:1 -ActiveHours 19", "InvalidActiveHours")]
    public void A_mistake_is_an_error_with_an_id(string script, string id) => Assert.Equal(id, Id(_engine.Run(script)));

    [Fact]
    public void WhatIf_writes_and_sends_nothing()
    {
        Start("-StudyCount 2");
        using var proxy = Proxy();
        Run($"'ACC0001', 'ACC0002' | New-PacsJob cohort -Server $pacs -Port {proxy.Port} -Destination d -WhatIf");
        Assert.False(Directory.Exists(Path.Combine(_engine.Folder, "d")));
        Run($"'ACC0001', 'ACC0002' | New-PacsJob cohort -Server $pacs -Port {proxy.Port} -Destination d");
        string[] Files() => Directory.GetFiles(Path.Combine(_engine.Folder, "d"), "*", SearchOption.AllDirectories);
        var files = Files();
        Run("Invoke-PacsJob d -WhatIf");
        Run("Invoke-PacsJob d -Shard 2/3 -WhatIf");
        Run("Remove-PacsJob d -WhatIf");
        Assert.Equal(files, Files());
        Assert.Equal("2", Text("(Get-PacsJob d).Pending"));
        Assert.Equal(0, proxy.Connections);
        Run("Remove-PacsJob d -Confirm:$false");
        Assert.Equal("JobNotFound", Id(_engine.Run("Get-PacsJob d")));
    }

    private static string Id(EngineResult result) => result.ErrorIds.First().Split(',')[0];

    /// <summary>A window of hours that does not begin within ten hours.</summary>
    private static string ClosedHours()
    {
        var begin = DateTime.Now.AddHours(11);
        return string.Create(CultureInfo.InvariantCulture, $"{begin:HH:mm}-{begin.AddHours(1):HH:mm}");
    }

    private static int Outcomes(string folder, string outcome) =>
        ReadLines(Path.Combine(folder, "outcomes.tsv")).Count(line => line.Split('\t').ElementAtOrDefault(1) == outcome);

    private static string[] ReadLines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n');
    }

    private string ReadShared(string name) => string.Join('\n', ReadLines(Path.Combine(_engine.Folder, name)));

    private void Start(string parameters) => Run($"$pacs = Start-PacsSimulator {parameters}");

    private RecordingProxy Proxy() => new((int)Run("$pacs.Port").Output[0].BaseObject);

    /// <summary>The numbers of the rows in their order. Studies that are NEARLINE come last.</summary>
    private int[] Rows(string script) => [.. Run(script).Values("Row").Cast<int>().Order()];

    private string Text(string script) => $"{Run(script).Output[0]}";

    private EngineResult Run(string script) => _engine.Run(script).ThrowIfFailed();
}
