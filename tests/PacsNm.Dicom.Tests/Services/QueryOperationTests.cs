using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Dicom.Tests.Network;

namespace PacsNm.Dicom.Tests.Services;

/// <summary>What a C-FIND costs. Beside no other test: it counts allocations.</summary>
[Collection(nameof(Alone))]
public sealed class QueryOperationTests
{
    private static readonly byte[] Encoded = DatasetWriter.Write(Match(), TransferSyntax.ImplicitVRLittleEndian);

    [Fact]
    public async Task A_match_allocates_its_own_bytes_and_elements_and_little_else()
    {
        const int few = 500, many = 4500;

        // An element is a tag, a VR, a slice and the items of a sequence; a match of usual size has room for 16.
        const int elements = 16 * 32;

        // The match, its arrays, its message. Without optimisation each call of an async method allocates its state.
#if DEBUG
        const double bound = 420;
#else
        const double bound = 200;
#endif
        await AllocationAsync(few);
        var fewer = await AllocationAsync(few);
        var more = await AllocationAsync(many);
        var each = (double)(more - fewer) / (many - few);
        Assert.InRange(each - Encoded.Length - elements, double.MinValue, bound);
    }

    private static Dataset Match()
    {
        var match = new Dataset();
        match.Set(Tags.StudyDate, "20210901");
        match.Set(Tags.StudyTime, "101530");
        match.Set(Tags.AccessionNumber, "ACC00000001");
        match.Set(Tags.QueryRetrieveLevel, "STUDY");
        match.Set(Tags.InstanceAvailability, "ONLINE");
        match.Set(Tags.ModalitiesInStudy, @"NM\KO");
        match.Set(Tags.StudyDescription, "Synthetic study");
        match.Set(Tags.PatientName, "ZZTest^Synthetic");
        match.Set(Tags.PatientID, "TEST-00000001");
        match.Set(Tags.PatientBirthDate, "19500101");
        match.Set(Tags.PatientSex, "O");
        match.Set(Tags.StudyInstanceUID, "2.25.300000000000000000000000000000000001.1");
        match.Set(Tags.NumberOfStudyRelatedInstances, "12");
        return match;
    }

    /// <summary>Bytes allocated while the matches of a query are read that have come.</summary>
    private static async Task<long> AllocationAsync(int matches)
    {
        var sopClass = InformationModel.StudyRoot.FindSopClass();
        var proposed = new AssociateRequest
        {
            CalledAETitle = "PEER",
            CallingAETitle = "TEST",
            PresentationContexts = [new PresentationContext(1, sopClass, [TransferSyntax.ImplicitVRLittleEndian.Uid])],
        };
        var said = new MemoryStream();
        said.Write(DimseTests.Accept);
        for (var match = 0; match <= matches; match++)
        {
            var isLast = match == matches;
            var response = new CommandSet
            {
                Field = CommandField.FindResponse,
                MessageId = 1,
                SopClassUid = sopClass,
                Status = isLast ? DimseStatus.Success : DimseStatus.Pending,
                HasDataSet = !isLast,
            };
            said.Write(DataPdu.Of(1, isCommand: true, isLast: true, response.Encode()));
            if (!isLast)
                said.Write(DataPdu.Of(1, isCommand: false, isLast: true, Encoded));
        }

        using var association = await Association.RequestAsync(
            new PduStream(new ScriptedStream(said.ToArray())), proposed, new NetworkTimeouts(), CancellationToken.None);
        var query = await QueryOperation.StartAsync(association, InformationModel.StudyRoot, new Dataset(), CancellationToken.None);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var count = 0;
        while (await query.NextAsync(CancellationToken.None) is not null)
            count++;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Equal(matches, count);
        return allocated;
    }
}
