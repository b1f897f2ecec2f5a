using PacsNm.Dicom.Network;
using PacsNm.Retrieval;
using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>When a study is not asked for again.</summary>
public sealed class RepairEndTests
{
    private const string Image = "1.2.840.10008.5.1.4.1.1.20";
    private const string Document = "1.2.840.10008.5.1.4.1.1.88.67";

    [Fact]
    public async Task An_empty_success_is_believed_the_second_time_after_a_pause_for_the_archive()
    {
        var study = new ScriptedStudy(0);
        study.State.Plan = new StudyPlan { Series = ["1.1"] };
        await study.RunAsync(_ => ([], DimseStatus.Success), Retriever.GetScu, Retriever.BuiltIn);
        Assert.Equal(2, study.Requests.Count);
        Assert.Equal([TimeSpan.FromSeconds(3)], study.Pauses);
    }

    [Fact]
    public async Task What_came_with_a_success_is_all_where_nobody_lists_or_counts_it()
    {
        var study = new ScriptedStudy(3);
        study.State.Plan = new StudyPlan { Series = ["1.1"] };
        await study.RunAsync(request => (study.AskedFor(request), DimseStatus.Success));
        Assert.Single(study.Requests);
    }

    [Fact]
    public async Task What_the_PACS_counts_beyond_its_list_cannot_be_asked_for()
    {
        var study = new ScriptedStudy(3);
        study.State.Plan = StudyPlan.Of(["1.1"], study.Listed, 5);
        await study.RunAsync(request => (study.AskedFor(request), DimseStatus.Success));
        Assert.Single(study.Requests);
        Assert.False(study.State.IsComplete);
    }

    [Fact]
    public async Task So_many_requests_that_bring_nothing_are_enough()
    {
        var study = new ScriptedStudy(3);
        await study.RunAsync(
            _ => ([], DimseStatus.SubOperationsCompleteWithFailures), Retriever.GetScu, Retriever.BuiltIn, Retriever.MoveScu);
        Assert.Equal(RepairPlan.MaximumFruitless, study.Requests.Count);
    }

    [Fact]
    public async Task A_PACS_that_takes_no_association_is_not_asked_again()
    {
        var study = new ScriptedStudy(3);
        await Assert.ThrowsAsync<AssociationRejectedException>(() => study.RunAsync(_ => throw ScriptedAttempts.Rejected()));
        Assert.Single(study.Requests);
    }

    [Fact]
    public async Task A_program_that_cannot_be_run_is_given_up_and_the_next_retriever_asks_at_once()
    {
        var study = new ScriptedStudy(3);
        var isFirst = true;
        await study.RunAsync(
            request =>
            {
                if (!isFirst)
                    return (study.AskedFor(request), DimseStatus.Success);
                isFirst = false;
                throw Unusable();
            },
            Retriever.GetScu, Retriever.BuiltIn);
        Assert.True(study.State.IsComplete);
        Assert.Equal(2, study.Requests.Count);
        Assert.Empty(study.Pauses);
        Assert.Equal([Retriever.BuiltIn], study.RepairPlan!.Beginning.Select(method => method.Retriever.Kind));
        Assert.DoesNotContain(
            study.RepairPlan.Rounds().SelectMany(round => round), method => method.Retriever.Kind == Retriever.GetScu);
    }

    [Fact]
    public async Task The_only_program_that_cannot_be_run_ends_the_call()
    {
        var study = new ScriptedStudy(3);
        await Assert.ThrowsAsync<RetrieverUnusableException>(() => study.RunAsync(_ => throw Unusable(), Retriever.GetScu));
        Assert.Single(study.Requests);
    }

    private static RetrieverUnusableException Unusable() => new("getscu", new System.ComponentModel.Win32Exception(193));

    [Fact]
    public async Task A_PACS_that_could_not_be_reached_is_asked_again_although_it_listed_nothing()
    {
        var study = new ScriptedStudy(0);
        study.State.Plan = new StudyPlan { IsAbsent = true };
        var repair = await study.RunAsync(_ => throw new PeerUnreachableException(NetworkPhase.Connect, "No."));
        Assert.Equal(2, study.Requests.Count);
        Assert.IsType<PeerUnreachableException>(repair.Unreachable);
    }

    [Fact]
    public async Task The_request_for_all_names_no_class_and_those_after_it_only_what_the_retriever_receives()
    {
        var study = new ScriptedStudy(4, number => number == 1 ? Document : Image);
        await study.RunAsync(
            _ => ([], DimseStatus.SubOperationsCompleteWithFailures), [new NamedRetriever(Retriever.GetScu, Document)]);
        Assert.Equal("STUDY", study.Requests[0].Level);
        var lists = study.Requests.Where(request => request.Level != "STUDY").ToArray();
        Assert.NotEmpty(lists);
        Assert.All(lists, request => Assert.DoesNotContain("1.1.1", request.SopInstanceUids ?? ["1.1.1"]));
    }

    [Fact]
    public async Task What_brought_something_begins_the_next_study()
    {
        var study = new ScriptedStudy(2);
        await study.RunAsync(
            request => study.Requests.Count == 1 ? ([], DimseStatus.OutOfResources) : (study.AskedFor(request), DimseStatus.Success),
            Retriever.GetScu,
            Retriever.BuiltIn);
        Assert.Equal([Retriever.BuiltIn], study.RepairPlan!.Beginning.Select(method => method.Retriever.Kind));
    }
}
