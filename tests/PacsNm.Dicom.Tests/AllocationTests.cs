using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Dicom.Tests.Network;

namespace PacsNm.Dicom.Tests;

/// <summary>
/// What each PDU and each match costs in memory, as the difference between many and few of them. Beside no other test:
/// the allocations of the whole process are counted. Without optimisation each call of an async method allocates its
/// state, so that the bounds which matter are those of Release.
/// </summary>
[CollectionDefinition(DisableParallelization = true)]
[Collection(typeof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Few = 500;
    private const int Many = 4500;
    private const int Measurements = 5;

#if DEBUG
    private const double PerPdu = 512;
    private const double PerRelayedPdu = 1024;
    private const double PerMatch = 420;
#else
    private const double PerPdu = 8;
    private const double PerRelayedPdu = 8;
    private const double PerMatch = 200;
#endif

    private static readonly byte[] Match = DatasetWriter.Write(MakeMatch(), TransferSyntax.ImplicitVRLittleEndian);

    [Fact]
    public Task A_retrieve_allocates_nothing_for_each_PDU() =>
        AssertPerPduAsync(PerPdu, null, (peer, receiver) => peer.GetAsync(receiver, new RetrieveObserver(), default));

    [Fact]
    public Task Nor_does_it_through_TLS()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return AssertPerPduAsync(PerPdu, certificate, (peer, receiver) => peer.GetByTlsAsync(receiver));
    }

    [Fact]
    public Task Nor_does_the_relay() => AssertPerPduAsync(PerRelayedPdu, null, (peer, receiver) => peer.GetByRelayAsync(receiver));

    [Fact]
    public Task Nor_does_a_limit_that_is_not_reached() =>
        AssertPerPduAsync(PerPdu, null, (peer, receiver) => peer.GetAsync(receiver, new RateLimit(long.MaxValue)));

    [Fact]
    public async Task A_match_allocates_its_own_bytes_and_elements_and_little_else()
    {
        // An element is a tag, a VR, a slice and the items of a sequence; a match of usual size has room for 16.
        const int elements = 16 * 32;
        Assert.InRange(await DifferenceAsync(OfMatchesAsync) - Match.Length - elements, double.MinValue, PerMatch);
    }

    private static async Task AssertPerPduAsync(double bound, X509Certificate2? certificate, Func<GetPeer, CountingReceiver, Task> get) =>
        Assert.InRange(await DifferenceAsync(count => OfPdusAsync(count, certificate, get)), double.MinValue, bound);

    /// <summary>
    /// Bytes for each, once all is warm, by the least of several measurements: the states of async methods are pooled for each
    /// thread, and now and then one more thread takes part.
    /// </summary>
    private static async Task<double> DifferenceAsync(Func<int, Task<long>> allocation)
    {
        var (fewer, more) = (long.MaxValue, long.MaxValue);
        for (var measurement = 0; measurement < Measurements; measurement++)
        {
            fewer = Math.Min(fewer, await allocation(Few));
            more = Math.Min(more, await allocation(Many));
        }

        return (double)(more - fewer) / (Many - Few);
    }

    /// <summary>Bytes allocated by the whole process while an object of so many PDUs is retrieved.</summary>
    private static async Task<long> OfPdusAsync(int pdus, X509Certificate2? certificate, Func<GetPeer, CountingReceiver, Task> get)
    {
        const int fragment = 16384;
        using var peer = new GetPeer(
            async (association, stream, request) =>
            {
                await association.SendAsync(3, Instance.Store(1, "1.2.3"), new byte[2], default);
                await association.ReceiveAsync(default);
                stream.Write(DataPdu.Of(3, isCommand: true, isLast: true, Instance.Store(2, "1.2.4").Encode()));
                var data = DataPdu.Of(3, isCommand: false, isLast: false, new byte[fragment]);
                for (var number = 1; number < pdus; number++)
                    stream.Write(data);
                stream.Write(DataPdu.Of(3, isCommand: false, isLast: true, new byte[fragment]));
                await association.ReceiveAsync(default);
                await association.SendAsync(1, Instance.End(request, DimseStatus.Success), default, default);
            },
            certificate);
        var receiver = new CountingReceiver();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await get(peer, receiver);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Equal(2 + ((long)pdus * fragment), receiver.Bytes);
        return allocated;
    }

    private static Dataset MakeMatch()
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

    /// <summary>Bytes allocated while so many matches of a query are read that have come.</summary>
    private static async Task<long> OfMatchesAsync(int matches)
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
                said.Write(DataPdu.Of(1, isCommand: false, isLast: true, Match));
        }

        using var association = await Association.RequestAsync(
            new PduStream(new ScriptedStream(said.ToArray())), proposed, new NetworkTimeouts(), default);
        var query = await QueryOperation.StartAsync(association, InformationModel.StudyRoot, new Dataset(), default);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var count = 0;
        while (await query.NextAsync(default) is not null)
            count++;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Equal(matches, count);
        return allocated;
    }
}
