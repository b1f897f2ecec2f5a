using System.Globalization;
using System.IO.Compression;
using CsCheck;
using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;
using PacsNm.Dicom.Tests.Network;

namespace PacsNm.Dicom.Tests.Fuzzing;

/// <summary>
/// Any bytes end in what they say or in the exception that a reader has for them, in memory that is a small multiple of
/// their length. PACSNM_FUZZ_CASES says how many cases each test tries.
/// </summary>
public sealed class FuzzTests
{
    private const long UsualCases = 5_000;

    /// <summary>Bytes that may be taken for each byte of a case, and beside that for anything at all.</summary>
    private const long MemoryRatio = 64;

    private static long Cases =>
        long.TryParse(Environment.GetEnvironmentVariable("PACSNM_FUZZ_CASES"), CultureInfo.InvariantCulture, out var cases)
            ? cases
            : UsualCases;

    [Theory]
    [InlineData("explicit", "1.2.840.10008.1.2.1")]
    [InlineData("implicit", "1.2.840.10008.1.2")]
    [InlineData("bigendian", "1.2.840.10008.1.2.2")]
    public void The_dataset_reader(string corpus, string transferSyntax) =>
        Try(Corpus.Of($"dataset-{corpus}").Concat(Corpus.Of("dataset")), bytes => ReadAll(bytes, TransferSyntax.Find(transferSyntax)));

    [Fact]
    public void The_dataset_reader_behind_deflate()
    {
        // What inflates may be a hundred times as long.
        const long memory = 100 * 1024 * MemoryRatio;
        var deflated = TransferSyntax.DeflatedExplicitVRLittleEndian;
        Try(Corpus.Of("dataset"), bytes => ReadAll(Deflate(bytes), deflated), memory);
        Try(Corpus.Of("dataset").Select(Deflate), bytes => ReadAll(bytes, deflated), memory);
    }

    [Fact]
    public void A_megabyte_of_zeros_that_a_kilobyte_inflates_to_is_refused() =>
        Assert.Throws<DicomDataException>(
            () => DatasetReader.Read(Deflate(new byte[1_000_000]), TransferSyntax.DeflatedExplicitVRLittleEndian));

    [Theory]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.2")]
    [InlineData("1.2.840.10008.1.2.1.99")]
    [InlineData("1.2.840.10008.1.2.4.70")]
    public void The_file_reader(string transferSyntax)
    {
        var header = Part10File.WriteHeader("1.2", "1.2.3", TransferSyntax.Find(transferSyntax));
        Try(Corpus.Of("dataset").Select(dataset => (byte[])[.. header, .. dataset]), bytes => Part10File.Verify(new MemoryStream(bytes)));
    }

    [Fact]
    public void The_command_reader() => Try(Corpus.Of("command"), bytes => CommandSet.Decode(bytes));

    [Fact]
    public void A_requestor() => Try(Corpus.Of("answer").Concat(Corpus.Of("request")), bytes => QueryAsync(bytes).GetAwaiter().GetResult());

    [Fact]
    public void An_acceptor() =>
        Try(Corpus.Of("request").Concat(Corpus.Of("answer")), bytes => AcceptAsync(bytes).GetAwaiter().GetResult());

    /// <summary>Tries the corpus as it is, then what is near to it.</summary>
    private static void Try(IEnumerable<byte[]> corpus, Action<byte[]> read, long memory = 1024 * 1024)
    {
        byte[][] seeds = [.. corpus];
        foreach (var seed in seeds)
            TryOne(seed, read, memory);
        Mutations.Of(seeds).Sample(bytes => TryOne(bytes, read, memory), iter: Cases);
    }

    private static void TryOne(byte[] bytes, Action<byte[]> read, long memory)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(bytes);
        }
        catch (Exception exception) when (exception is DicomDataException or DicomNetworkException)
        {
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken <= memory + (MemoryRatio * bytes.Length), $"{taken} bytes for {bytes.Length}: {Convert.ToHexString(bytes)}");
    }

    private static void ReadAll(byte[] bytes, TransferSyntax transferSyntax)
    {
        var dataset = DatasetReader.Read(bytes, transferSyntax);
        foreach (var element in dataset)
        {
            dataset.GetValue(element.Tag);
            dataset.GetRawText(element.Tag);
            dataset.GetDateTime(element.Tag, element.Tag);
            dataset.GetPersonName(element.Tag);
        }

        DatasetWriter.Write(dataset, TransferSyntax.ExplicitVRLittleEndian);
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(bytes);
        return deflated.ToArray();
    }

    private static async Task QueryAsync(byte[] answers)
    {
        using var association = await Association.RequestAsync(
            new PduStream(new ScriptedStream(answers)),
            new AssociateRequest
            {
                CalledAETitle = "PACS",
                CallingAETitle = "ME",
                PresentationContexts = [new PresentationContext(1, InformationModel.StudyRoot.FindSopClass(), ["1.2.840.10008.1.2"])],
            },
            new NetworkTimeouts(),
            CancellationToken.None);
        var operation = await QueryOperation.StartAsync(association, InformationModel.StudyRoot, new Dataset(), CancellationToken.None);
        while (await operation.NextAsync(CancellationToken.None) is not null)
        {
        }

        await association.ReleaseAsync(CancellationToken.None);
    }

    private static async Task AcceptAsync(byte[] requests)
    {
        using var association = await Association.AcceptAsync(
            new PduStream(new ScriptedStream(requests)),
            request => new AssociateAccept
            {
                CalledAETitle = request.CalledAETitle,
                CallingAETitle = request.CallingAETitle,
                PresentationContexts = [.. request.PresentationContexts.Select(
                    context => new PresentationContextResult(context.Id, 0, context.TransferSyntaxes.FirstOrDefault() ?? ""))],
                UserInformation = new UserInformation(),
            },
            new NetworkTimeouts(),
            CancellationToken.None);
        while (await association.ReceiveAsync(CancellationToken.None) is not null)
        {
        }
    }
}
