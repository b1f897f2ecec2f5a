using PacsNm.Archive;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>Why an instance is missing: the cause that tells most comes first.</summary>
public sealed class MissingCauseTests
{
    private const string Image = "1.2.840.10008.5.1.4.1.1.20";
    private static readonly PlannedInstance Missing = new(new InstanceKey("1.1", "1.1.1"), Image);

    [Theory]
    [InlineData(0xA801, 0xA702)]
    [InlineData(0xA702, 0xA801)]
    public void A_status_that_names_its_cause_comes_before_one_that_does_not_whichever_was_first(int first, int second)
    {
        var cause = CauseOf(ScriptedAttempts.Of(ScriptedAttempts.Status((ushort)first), ScriptedAttempts.Status((ushort)second)));
        Assert.Equal(MissingReason.RequestFailed, cause.Reason);
        Assert.Equal("The PACS ended the C-GET with status 0xA801 (move destination unknown).", cause.Text);
    }

    [Theory]
    [InlineData(0xB000, 0xA702)]
    [InlineData(0xFE00, 0xC001)]
    public void A_failure_comes_before_a_warning(int warning, int failure)
    {
        var cause = CauseOf(ScriptedAttempts.Of(ScriptedAttempts.Status((ushort)warning), ScriptedAttempts.Status((ushort)failure)));
        Assert.Contains($"0x{failure:X4}", cause.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_transfer_syntax_alone_brought_on_the_chance_tells_less_than_the_rest()
    {
        var chance = ScriptedAttempts.Ended(ScriptedAttempts.Status(0x0122).Outcome, option: "+xs");
        var cause = CauseOf(ScriptedAttempts.Of(chance, ScriptedAttempts.Ended(new RetrieverOutcome(RetrieveEnd.AssociationEnded))));
        Assert.Equal(MissingReason.NetworkFailure, cause.Reason);
        Assert.Equal(MissingReason.RequestFailed, CauseOf(ScriptedAttempts.Of(chance, ScriptedAttempts.Success)).Reason);
    }

    [Fact]
    public void Each_end_is_told_once_the_one_that_tells_most_first()
    {
        var attempts = ScriptedAttempts.Of(
            ScriptedAttempts.Success,
            ScriptedAttempts.Status(0xA702),
            ScriptedAttempts.Status(0xA702),
            ScriptedAttempts.Status(0xA801));
        Assert.Equal(
            [
                "The PACS ended the C-GET with status 0xA801 (move destination unknown).",
                "The PACS ended the C-GET with status 0xA702 (out of resources, unable to perform sub-operations).",
            ],
            MissingCause.Texts(attempts));
    }

    [Fact]
    public void That_it_arrived_and_was_rejected_comes_before_any_request()
    {
        var cause = MissingCause.Of(
            Missing,
            new Rejection(MissingReason.NotWhole, "The file ends early."),
            ScriptedAttempts.Of(ScriptedAttempts.Status(0xA801)),
            EarlyEnd.Of(MissingReason.TimedOut, new TimeoutException("Not complete.")));
        Assert.Equal((MissingReason.NotWhole, "It arrived but is not whole: The file ends early."), (cause.Reason, cause.Text));
    }

    [Fact]
    public void A_class_that_no_retriever_receives_comes_before_what_the_PACS_said()
    {
        var refuses = ScriptedAttempts.Ended(ScriptedAttempts.Status(0xA702).Outcome, new NamedRetriever(Retriever.GetScu, Image));
        var cause = CauseOf(ScriptedAttempts.Of(refuses));
        Assert.Equal(MissingReason.SopClassNotReceived, cause.Reason);
        Assert.StartsWith("GetScu cannot receive its SOP class", cause.Text, StringComparison.Ordinal);

        // One that receives it was refused by the PACS.
        Assert.Equal(MissingReason.RequestFailed, CauseOf(ScriptedAttempts.Of(refuses, ScriptedAttempts.Status(0xA702))).Reason);
    }

    [Fact]
    public void An_instance_that_the_PACS_names_as_failed_is_told_with_the_status()
    {
        var failed = ScriptedAttempts.Status(0xB000) with { FailedUids = ["1.1.1"] };
        var cause = CauseOf(ScriptedAttempts.Of(failed));
        Assert.Equal(MissingReason.FailedAtPacs, cause.Reason);
        Assert.Equal(
            "The PACS failed to send it. The PACS ended the C-GET with status 0xB000 (sub-operations complete, one or more failures).",
            cause.Text);
        Assert.Equal(MissingReason.RequestFailed, CauseOf(ScriptedAttempts.Of(failed with { FailedUids = ["1.1.2"] })).Reason);
    }

    [Fact]
    public void An_instance_that_began_to_arrive_is_told_with_what_ended_it()
    {
        var cut = ScriptedAttempts.Ended(new RetrieverOutcome(RetrieveEnd.AssociationEnded)) with { InterruptedUids = ["1.1.1"] };
        Assert.Equal(
            (
                MissingReason.Interrupted,
                "It did not arrive whole before the association ended. The association ended before the C-GET did."),
            (CauseOf(ScriptedAttempts.Of(cut)).Reason, CauseOf(ScriptedAttempts.Of(cut)).Text));
        Assert.EndsWith(
            "ended. Stopped.",
            MissingCause.Of(Missing, null, ScriptedAttempts.Of(cut), EarlyEnd.Of(MissingReason.Stopped)).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_ended_the_retrieval_comes_before_how_its_requests_ended_but_not_the_limit_of_requests()
    {
        var attempts = ScriptedAttempts.Of(ScriptedAttempts.Status(0xA702));
        Assert.Equal(MissingReason.Stopped, MissingCause.Of(Missing, null, attempts, EarlyEnd.Of(MissingReason.Stopped)).Reason);
        Assert.Equal(
            MissingReason.RequestFailed, MissingCause.Of(Missing, null, attempts, EarlyEnd.Of(MissingReason.RequestLimitReached)).Reason);
    }

    [Fact]
    public void Nothing_but_success_is_an_instance_that_was_not_sent()
    {
        Assert.Equal(MissingReason.NotSent, CauseOf(ScriptedAttempts.Of(ScriptedAttempts.Success)).Reason);
        var nothing = ScriptedAttempts.Ended(RetrieverOutcome.NothingToAskFor);
        Assert.Equal(MissingReason.NotSent, CauseOf(ScriptedAttempts.Of(ScriptedAttempts.Success, nothing)).Reason);
    }

    [Fact]
    public void Every_end_has_a_reason_and_all_but_success_a_text()
    {
        foreach (var end in Enum.GetValues<RetrieveEnd>())
        {
            var outcome = new RetrieverOutcome(end)
            {
                ProgramText = "getscu: cannot",
                Status = end == RetrieveEnd.Status ? new(0xA702) : null,
                Failure = end == RetrieveEnd.NetworkFailure ? ScriptedAttempts.Rejected() : null,
            };
            Assert.Equal(end == RetrieveEnd.Success, ReasonText.Of(outcome).Length == 0);
            Assert.NotEmpty(CauseOf(ScriptedAttempts.Of(ScriptedAttempts.Ended(outcome))).Text);
        }
    }

    [Fact]
    public void Every_rejection_has_a_text_of_its_own()
    {
        MissingReason[] ofFiles =
        [
            MissingReason.NoSopInstanceUid, MissingReason.NotWhole, MissingReason.Shortened, MissingReason.Unreadable,
            MissingReason.OtherStudy, MissingReason.NotWanted, MissingReason.NameTaken, MissingReason.FileChanged,
            MissingReason.FileNotWritten,
            MissingReason.FileInUse,
        ];
        Assert.Equal(ofFiles.Length, ofFiles.Select(reason => ReasonText.Of(new Rejection(reason, "detail"))).Distinct().Count());
    }

    private static MissingCause CauseOf(RetrieveAttempts attempts) => MissingCause.Of(Missing, null, attempts, EarlyEnd.None);
}
