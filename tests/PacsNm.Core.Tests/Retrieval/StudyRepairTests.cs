using CsCheck;
using PacsNm.Dicom.Network;
using PacsNm.Retrieval;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>How often a PACS is asked, and for what, whatever it answers.</summary>
public sealed class StudyRepairTests
{
    [Theory]
    [InlineData(Retriever.BuiltIn)]
    [InlineData(Retriever.GetScu)]
    [InlineData(Retriever.GetScu, Retriever.BuiltIn)]
    [InlineData(Retriever.GetScu, Retriever.BuiltIn, Retriever.MoveScu)]
    public async Task A_PACS_that_refuses_everything_is_asked_a_handful_of_times(params Retriever[] retrievers)
    {
        var study = new ScriptedStudy(100);
        await study.RunAsync(_ => ([], DimseStatus.UnableToPerformSubOperations), retrievers);
        Assert.InRange(study.Requests.Count, 2, 6);
    }

    [Fact]
    public async Task Behind_an_object_at_which_the_PACS_stops_it_goes_on()
    {
        // Two of twelve cannot be sent, and a request ends at the first of them.
        var study = new ScriptedStudy(12);
        await study.RunAsync(request => StopAt(study, request, 5, 9));
        Assert.Equal(["1.1.5", "1.1.9"], study.State.Missing.Select(instance => instance.Key.SopInstanceUid));
        Assert.InRange(study.Requests.Count, 2, RepairPlan.MaximumRequests(12));
    }

    [Fact]
    public async Task A_class_that_cannot_be_sent_does_not_hold_up_the_others()
    {
        var study = new ScriptedStudy(60, number => number % 2 == 0 ? "1.2.840.10008.5.1.4.1.1.88.11" : "1.2.840.10008.5.1.4.1.1.20");
        await study.RunAsync(request => StopAt(study, request, [.. Enumerable.Range(1, 30).Select(number => 2 * number)]));
        Assert.Equal(30, study.Present.Count);
        Assert.InRange(study.Requests.Count, 2, 20);
    }

    [Fact]
    public async Task A_complete_study_is_asked_for_once()
    {
        var study = new ScriptedStudy(3);
        await study.RunAsync(request => (study.AskedFor(request), DimseStatus.Success));
        Assert.Single(study.Requests);
    }

    [Fact]
    public async Task The_number_of_requests_grows_with_the_missing_and_no_further()
    {
        var cases = Gen.Select(Gen.Int[1, 40], Gen.UInt, Gen.Int[0, 3]);
        await cases.SampleAsync(async (instances, seed, kind) =>
        {
            // A PACS that brings what it likes of each request and ends it as it likes.
            var random = new Random((int)(seed % int.MaxValue));
            var study = new ScriptedStudy(instances);
            await study.RunAsync(request =>
            {
                var asked = study.AskedFor(request);
                var status = kind switch
                {
                    0 => DimseStatus.Success,
                    1 => DimseStatus.UnableToProcess,
                    2 => DimseStatus.SubOperationsCompleteWithFailures,
                    _ => random.Next(2) == 0 ? DimseStatus.OutOfResources : DimseStatus.Success,
                };
                return (asked.Where(_ => random.Next(4) == 0).Take(random.Next(1 + asked.Count)), status);
            }, Retriever.GetScu, Retriever.BuiltIn);
            return study.Requests.Count <= RepairPlan.MaximumRequests(instances);
        });
    }

    [Fact]
    public async Task Every_instance_that_comes_alone_comes()
    {
        // Whatever the PACS stops at, and wherever that is in the list.
        await Gen.Select(Gen.Int[2, 24], Gen.Int[1, 24]).SampleAsync(async (instances, bad) =>
        {
            var study = new ScriptedStudy(instances);
            await study.RunAsync(request => StopAt(study, request, bad));
            return study.Present.Count >= instances - 1;
        });
    }

    /// <summary>Sends what stands before the first object that cannot be sent.</summary>
    private static (IEnumerable<PlannedInstance> Brought, DimseStatus Status) StopAt(
        ScriptedStudy study,
        Retrievers.RetrieveRequest request,
        params int[] bad)
    {
        var asked = study.AskedFor(request);
        var brought = asked.TakeWhile(instance => !bad.Any(number => instance.Key.SopInstanceUid == $"1.1.{number}")).ToArray();
        return (brought, brought.Length == asked.Count ? DimseStatus.Success : DimseStatus.UnableToProcess);
    }
}
