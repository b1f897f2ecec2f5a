using PacsNm.Retrievers;

namespace PacsNm.Core.Tests.Retrieval;

/// <summary>The final status in what DCMTK 3.6.7's getscu and movescu write.</summary>
public sealed class DcmtkStatusTests
{
    [Theory]
    [InlineData("DIMSE status is: Refused: OutOfResourcesSubOperations", 0xA702)]
    [InlineData("DIMSE status is: Refused: OutOfResourcesNumberOfMatches", 0xA701)]
    [InlineData("DIMSE status is: Failed: UnableToProcess", 0xC000)]
    [InlineData("DIMSE status is: Warning: SubOperationsCompleteOneOrMoreFailures", 0xB000)]
    [InlineData("Move response with error status (Refused: MoveDestinationUnknown)", 0xA801)]
    [InlineData("Move response with error status (Unknown Status: 0x110)", 0x0110)]
    [InlineData("Move response with error status (Refused: OutOfResourcesSubOperations)", 0xA702)]
    [InlineData("Move response with warning status (Warning: SubOperationsCompleteOneOrMoreFailures)", 0xB000)]
    [InlineData("Move response with error status (Unknown Status: 0xa7ff)", 0xA7FF)]
    public void A_status_is_found_by_its_name_or_its_number(string line, int code) =>
        Assert.Equal(code, (int?)DcmtkStatus.Find([line])?.Code);

    [Theory]
    [InlineData("Association Request Failed: 0006:031a Failed to establish association")]
    [InlineData("Association Release Failed: 0006:0316 DUL P-Data PDU arrived")]
    [InlineData("Association Rejected:")]
    [InlineData("Move Request Failed: 0006:0317 Peer aborted Association (or never connected)")]
    [InlineData("cannot create file: /tmp/0xA702")]
    [InlineData("")]
    public void What_is_no_status_is_none(string line) => Assert.Null(DcmtkStatus.Find([line]));

    [Fact]
    public void The_first_of_several_counts() => Assert.Equal(
        0xA801,
        (int?)DcmtkStatus.Find(
        [
            "Association Release Failed: 0006:0316 DUL P-Data PDU arrived",
            "Move response with error status (Refused: MoveDestinationUnknown)",
            "DIMSE status is: Failed: UnableToProcess",
        ])?.Code);
}
