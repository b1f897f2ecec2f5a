using System.Diagnostics;
using System.IO.Compression;
using CsCheck;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Tests.Network;

namespace PacsNm.Dicom.Tests;

/// <summary>
/// No bytes crash a reader, hold it up, or take memory beyond a small multiple of their own length. A fixed number of cases
/// runs with all tests; CsCheck_Time=600 in the environment has each property tried for so many seconds. What fails is shown
/// with a seed for CsCheck_Seed.
/// </summary>
public sealed class FuzzTests
{
    /// <summary>Cases of each property, unless the environment says otherwise.</summary>
    private const int Cases = 4_000;

    /// <summary>Bytes that a reader may allocate for one that it reads: most go to items of sequences, 8 bytes each.</summary>
    private const int MemoryFactor = 64;

    /// <summary>Bytes that a reader may allocate whatever it reads.</summary>
    private const int MemoryBase = 1 << 20;

    /// <summary>What one case may take, on a machine that has much else to do.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    private static readonly NetworkTimeouts Timeouts = new() { Acse = TimeSpan.FromSeconds(10), Dimse = TimeSpan.FromSeconds(10) };

    public static TheoryData<string> Syntaxes =>
    [
        TransferSyntax.ImplicitVRLittleEndian.Uid, TransferSyntax.ExplicitVRLittleEndian.Uid, TransferSyntax.ExplicitVRBigEndian.Uid,
        TransferSyntax.DeflatedExplicitVRLittleEndian.Uid, "1.2.840.10008.1.2.4.70", "1.2.3.4",
    ];

    [Theory, MemberData(nameof(Syntaxes))]
    public void The_dataset_reader_gives_a_dataset_or_its_own_exception(string uid)
    {
        var syntax = TransferSyntax.Find(uid);
        var plain = Gen.OneOf(HostileBytes.Dataset, HostileBytes.Spoilt(HostileBytes.GoodDataset(syntax)));
        var bytes = syntax.IsDeflated ? Gen.OneOf(plain, plain.Select(Deflate), plain.Select(Deflate).SelectMany(SpoiltIfAny)) : plain;
        Check(bytes, hostile => Expect<DicomDataException>(() =>
        {
            foreach (var element in DatasetReader.Read(hostile, syntax))
                Assert.True(syntax.IsDeflated || element.Value.Length <= hostile.Length);
        }));
    }

    [Theory, MemberData(nameof(Syntaxes))]
    public void The_file_reader_gives_a_summary_whatever_the_file_is(string uid)
    {
        var syntax = TransferSyntax.Find(uid);
        var header = Part10File.WriteHeader("1.2.840.10008.5.1.4.1.1.7", "1.2.3", syntax);
        byte[] good = [.. header, .. HostileBytes.GoodDataset(syntax)];
        var bytes = Gen.OneOf(
            HostileBytes.Spoilt(good),
            HostileBytes.Dataset.Select(body => (byte[])[.. header, .. body]),
            HostileBytes.Dataset);
        Check(bytes, hostile =>
        {
            using var stream = new MemoryStream(hostile);
            var summary = Part10File.Verify(stream, Tags.PatientName);
            Assert.InRange(summary.DatasetLength, 0, hostile.Length);
        });
    }

    [Fact]
    public void The_command_reader_gives_a_command_or_its_own_exception() => Check(
        Gen.OneOf(HostileBytes.Dataset, HostileBytes.Spoilt(HostileBytes.GoodCommandSet())),
        hostile => Expect<ProtocolViolationException>(() => CommandSet.Decode(hostile)));

    [Fact]
    public void Decoded_text_of_any_character_set_is_no_longer_than_its_bytes() => Check(
        Gen.Select(
            Gen.OneOfConst("ISO_IR 192", "GB18030", "GBK", @"\ISO 2022 IR 87", @"ISO 2022 IR 13\ISO 2022 IR 159", @"\ISO 2022 IR 149", "nonsense"),
            Gen.OneOf(Gen.Byte, Gen.OneOfConst<byte>(0x1B, 0x24, 0x28, 0x29, 0x42, 0x5C, 0x5E)).Array[0, 200],
            (set, bytes) => (set, bytes)),
        hostile => Assert.InRange(SpecificCharacterSet.Parse(hostile.set).Decode(hostile.bytes, VR.PN).Length, 0, hostile.bytes.Length),
        hostile => hostile.bytes.Length);

    [Fact]
    public void An_acceptor_ends_in_an_association_or_in_an_exception_of_the_network()
    {
        var good = AssociateBytes();
        var bytes = Gen.Select(
            Gen.OneOf(Gen.Const(good), HostileBytes.Spoilt(good), HostileBytes.Pdus),
            Gen.OneOf(HostileBytes.Pdus, HostileBytes.Dataset.Select(AsMessage), HostileBytes.Spoilt(AsMessage(HostileBytes.GoodCommandSet()))),
            (first, then) => (byte[])[.. first, .. then]);
        Check(bytes, hostile => Expect<DicomNetworkException>(() => AcceptAsync(hostile).GetAwaiter().GetResult()));
    }

    [Fact]
    public void A_requestor_ends_in_an_association_or_in_an_exception_of_the_network()
    {
        var good = Accepted();
        var bytes = Gen.Select(
            Gen.OneOf(Gen.Const(good), HostileBytes.Spoilt(good), HostileBytes.Pdus),
            Gen.OneOf(HostileBytes.Pdus, HostileBytes.Dataset.Select(AsMessage), HostileBytes.Spoilt(AsMessage(HostileBytes.GoodCommandSet()))),
            (first, then) => (byte[])[.. first, .. then]);
        Check(bytes, hostile => Expect<DicomNetworkException>(() => RequestAsync(hostile).GetAwaiter().GetResult()));
    }

    private static void Check(Gen<byte[]> bytes, Action<byte[]> read) => Check(bytes, read, hostile => hostile.Length);

    /// <summary>Tries cases on this thread alone, whose memory and time are counted.</summary>
    private static void Check<T>(Gen<T> cases, Action<T> read, Func<T, int> lengthOf)
    {
        var isLong = Environment.GetEnvironmentVariable("CsCheck_Time") is not null;
        cases.Sample(
            hostile =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var clock = Stopwatch.StartNew();
                read(hostile);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MemoryBase + ((long)MemoryFactor * lengthOf(hostile)));
                Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeLimit);
            },
            iter: isLong ? -1 : Cases,
            threads: 1);
    }

    private static void Expect<T>(Action read)
        where T : Exception
    {
        try
        {
            read();
        }
        catch (T)
        {
        }
    }

    private static Gen<byte[]> SpoiltIfAny(byte[] bytes) => bytes.Length == 0 ? Gen.Const(bytes) : HostileBytes.Spoilt(bytes);

    private static byte[] Deflate(byte[] plain)
    {
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.Fastest))
            stream.Write(plain);
        return deflated.ToArray();
    }

    private static AssociateRequest Request() => new()
    {
        CalledAETitle = "A",
        CallingAETitle = "B",
        PresentationContexts = [new(1, "1.2.840.10008.1.1", [TransferSyntax.ImplicitVRLittleEndian.Uid])],
        UserInformation = new UserInformation { RoleSelections = [new("1.2.840.10008.5.1.4.1.1.20", true, true)] },
    };

    private static AssociateAccept Accept(AssociateRequest request) => new()
    {
        CalledAETitle = request.CalledAETitle,
        CallingAETitle = request.CallingAETitle,
        PresentationContexts = [.. request.PresentationContexts.Select(context =>
            new PresentationContextResult(context.Id, PresentationContextAnswer.Acceptance, context.TransferSyntaxes.FirstOrDefault() ?? ""))],
    };

    /// <summary>The request as our own requestor writes it.</summary>
    private static byte[] AssociateBytes()
    {
        var peer = new ScriptedStream([]);
        Expect<AssociationAbortedException>(() => Association
            .RequestAsync(new PduStream(peer), Request(), Timeouts, CancellationToken.None).GetAwaiter().GetResult());
        return peer.Written;
    }

    /// <summary>The acceptance as our own acceptor writes it.</summary>
    private static byte[] Accepted()
    {
        var peer = new ScriptedStream(AssociateBytes());
        Association.AcceptAsync(new PduStream(peer), Accept, Timeouts, CancellationToken.None).GetAwaiter().GetResult();
        return peer.Written;
    }

    private static byte[] AsMessage(byte[] command)
    {
        var length = command.Length + 2;
        return [0x04, 0, 0, 0, (byte)((length + 4) >> 8), (byte)(length + 4), 0, 0, (byte)(length >> 8), (byte)length, 1, 3, .. command];
    }

    private static async Task AcceptAsync(byte[] hostile)
    {
        using var association = await Association.AcceptAsync(Stream(hostile), Accept, Timeouts, CancellationToken.None);
        await ReadAllAsync(association);
    }

    private static async Task RequestAsync(byte[] hostile)
    {
        using var association = await Association.RequestAsync(Stream(hostile), Request(), Timeouts, CancellationToken.None);
        await ReadAllAsync(association);
    }

    /// <summary>A connection with a buffer of its own that is small, as the memory of the case is counted.</summary>
    private static PduStream Stream(byte[] hostile) => new(new ScriptedStream(hostile), maximumLength: 16384);

    private static async Task ReadAllAsync(Association association)
    {
        while (await association.ReceiveAsync(CancellationToken.None) is not null)
        {
        }
    }
}
