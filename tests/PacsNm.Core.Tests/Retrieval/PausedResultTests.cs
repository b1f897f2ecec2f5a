namespace PacsNm.Core.Tests.Retrieval;

/// <summary>The result of a retrieval that the end of the hours paused.</summary>
public sealed class PausedResultTests
{
    [Fact]
    public void The_parts_add_up_and_what_the_first_brought_was_not_there_before()
    {
        var first = Result(SaveStatus.Partial, received: 3, present: 2, bytes: 30);
        var both = Result(SaveStatus.Complete, received: 1, present: 5, bytes: 10).After(first);
        Assert.Equal((SaveStatus.Complete, 4, 2, 40L), (both.Status, both.Received, both.AlreadyPresent, both.Bytes));
    }

    [Fact]
    public void A_last_part_that_found_everything_completes_it() =>
        Assert.Equal(
            SaveStatus.Complete,
            Result(SaveStatus.Skipped, received: 0, present: 3).After(Result(SaveStatus.Partial, received: 3, present: 0)).Status);

    [Fact]
    public void A_last_part_that_saw_no_file_loses_none()
    {
        var both = Result(SaveStatus.Failed, received: 0, present: 0).After(Result(SaveStatus.Partial, received: 3, present: 2));
        Assert.Equal((3, 2), (both.Received, both.AlreadyPresent));
    }

    private static PacsSavedItem Result(SaveStatus status, int received, int present, long bytes = 0) => new PacsSavedStudy
    {
        StudyInstanceUid = "1.2.3",
        Server = new PacsServer { ComputerName = "pacs" },
        Status = status,
        Received = received,
        AlreadyPresent = present,
        Bytes = bytes,
    };
}
