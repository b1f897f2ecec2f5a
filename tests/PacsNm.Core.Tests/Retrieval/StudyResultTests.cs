using PacsNm.Core.Tests.Archive;
using PacsNm.Retrieval;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>What a result says in words.</summary>
public sealed class StudyResultTests : IDisposable
{
    private static readonly SmallObject One = new();
    private static readonly SmallObject Two = One with { Instance = "1.2.1.1.2" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_complete_study_has_no_reason()
    {
        var result = await MakeAsync(counted: 1, listed: [One], brought: [One], ScriptedAttempts.Success with { Received = 1 });
        Assert.Equal((SaveStatus.Complete, "", 1), (result.Status, result.Reason, result.Expected));
        Assert.Equal(("BuiltIn", One.ToBytes().Length, 1), (result.Retriever, (int)result.Bytes, result.Received));
        Assert.Equal(Path.Combine(_folder.Path, "P1", "1.2.1"), result.Path);
        Assert.Empty(result.Missing);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public async Task A_complete_study_of_which_the_PACS_lists_fewer_than_it_counts_says_so()
    {
        var result = await MakeAsync(counted: 2, listed: [One], brought: [One, Two], ScriptedAttempts.Success with { Received = 2 });
        Assert.Equal((SaveStatus.Complete, "The PACS counts 2 instances and lists 1; 2 are here."), (result.Status, result.Reason));
    }

    [Fact]
    public async Task Numbers_that_differ_are_all_told()
    {
        var attempt = ScriptedAttempts.Success with { Received = 1, Counts = new(0, 3, 0, 0) };
        var result = await MakeAsync(counted: 2, listed: [One], brought: [One], attempt);
        Assert.Equal(SaveStatus.Partial, result.Status);
        Assert.Equal("The PACS counts 2 instances, lists 1 and reports 3 as sent; 1 is here.", result.Reason);
    }

    [Fact]
    public async Task Nothing_of_an_empty_success_is_told_in_one_sentence()
    {
        Assert.Equal("The PACS reported success and sent nothing.", (await MakeAsync(null, [], [], ScriptedAttempts.Success)).Reason);
        var absent = await MakeAsync(null, [], [], plan => plan with { IsAbsent = true }, ScriptedAttempts.Success);
        Assert.Equal((SaveStatus.Empty, "The PACS does not have this study."), (absent.Status, absent.Reason));
    }

    [Fact]
    public async Task What_nobody_lists_or_counts_is_told_to_be_unproven()
    {
        var result = await MakeAsync(null, [], [One], ScriptedAttempts.Success with { Received = 1 });
        Assert.Equal(SaveStatus.Partial, result.Status);
        Assert.Equal("The PACS does not say what the study has, so it cannot be proven complete.", result.Reason);
    }

    [Fact]
    public async Task Each_missing_instance_has_its_reason_and_the_text_names_each_once()
    {
        var result = await MakeAsync(2, [One, Two], [], ScriptedAttempts.Status(0xA702), ScriptedAttempts.Status(0xA801));
        Assert.Equal(SaveStatus.Failed, result.Status);
        Assert.Equal(["1.2.1.1.1", "1.2.1.1.2"], result.Missing.Select(missing => missing.SopInstanceUid));
        Assert.All(result.Missing, missing => Assert.Contains("0xA801", missing.Reason, StringComparison.Ordinal));
        Assert.Equal(
            "The PACS ended the C-GET with status 0xA801 (move destination unknown). "
                + "The PACS ended the C-GET with status 0xA702 (out of resources, unable to perform sub-operations).",
            result.Reason);
        Assert.Equal(["0xA702", "0xA801"], result.Attempts.Select(attempt => attempt.Status));
    }

    [Fact]
    public async Task Of_more_than_three_reasons_an_ellipsis_stands_for_the_rest()
    {
        var result = await MakeAsync(1, [One], [], [.. new ushort[] { 0xA801, 0x0122, 0x0110, 0xA702 }.Select(ScriptedAttempts.Status)]);
        Assert.Equal(3, result.Reason.Split("The PACS ended").Length - 1);
        Assert.EndsWith(" …", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_that_another_one_contains_is_not_repeated()
    {
        var failed = ScriptedAttempts.Status(0xB000) with { FailedUids = [One.Instance] };
        var result = await MakeAsync(1, [One], [], failed);
        Assert.Equal(result.Missing[0].Reason, result.Reason);
        Assert.Contains("The PACS ended the C-GET", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_object_that_nobody_listed_is_told_too()
    {
        var result = await MakeAsync(2, [], [One, Two with { Cut = 3 }], ScriptedAttempts.Success with { Received = 1 });
        Assert.Equal(SaveStatus.Partial, result.Status);
        Assert.Contains("It arrived but is not whole", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_noticed_is_a_warning_and_names_no_patient()
    {
        var result = await MakeAsync(1, [One], [One with { Surplus = 4 }], ScriptedAttempts.Success with { Received = 1 });
        Assert.Equal(["1 object has bytes after the last element. They are kept as they arrived."], result.Warnings);
    }

    private Task<PacsSavedItem> MakeAsync(int? counted, SmallObject[] listed, SmallObject[] brought, params RetrieveAttempt[] attempts) =>
        MakeAsync(counted, listed, brought, plan => plan, attempts);

    private async Task<PacsSavedItem> MakeAsync(
        int? counted,
        SmallObject[] listed,
        SmallObject[] brought,
        Func<StudyPlan, StudyPlan> change,
        params RetrieveAttempt[] attempts)
    {
        using var run = await IntakeRun.BeginAsync(_folder.Path);
        foreach (var one in brought)
            run.Take(one);
        PlannedInstance[] planned = [.. listed.Select(one => new PlannedInstance(IntakeRun.KeyOf(one), null))];
        var state = new StudyState(run.Intake, InstanceAvailability.ONLINE) { Plan = change(StudyPlan.Of([One.Series], planned, counted)) };
        foreach (var attempt in attempts)
            state.Attempts.Add(attempt);
        var study = new StudyToSave { Server = new PacsServer(), StudyInstanceUid = SmallObject.StudyUid };
        var verdict = StudyVerdict.Of(state.Facts(endedEarly: false));
        return StudyResult.Make(study, state, run.Intake, verdict, EarlyEnd.None, TimeSpan.FromSeconds(1));
    }
}
