using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Dicom.Tests.Services;

public sealed class StorageContextsTests
{
    private const string Get = "1.2.840.10008.5.1.4.1.2.2.3";
    private const string Nm = "1.2.840.10008.5.1.4.1.1.20";
    private const string KeyObject = "1.2.840.10008.5.1.4.1.1.88.59";
    private const string Private = "1.2.826.0.1.3680043.10.999.1";

    [Fact]
    public void A_study_of_a_few_classes_takes_one_association()
    {
        var contexts = Assert.Single(StorageContexts.Plan(Get, [Nm, KeyObject, Private]));
        Assert.Equal(Get, contexts[0].AbstractSyntax);
        Assert.Equal(contexts.Select((_, index) => (byte)((2 * index) + 1)), contexts.Select(context => context.Id));
        Assert.Equal([Nm, KeyObject, Private], StorageContexts.Roles(contexts).Select(role => role.SopClassUid));
        Assert.All(StorageContexts.Roles(contexts), role => Assert.True(role.Scp));
    }

    [Fact]
    public void Compressed_syntaxes_are_offered_apart_and_for_what_may_be_an_image()
    {
        var contexts = StorageContexts.Plan(Get, [Nm, KeyObject, Private])[0];
        Assert.Equal(
            [TransferSyntax.ExplicitVRLittleEndian.Uid, TransferSyntax.DeflatedExplicitVRLittleEndian.Uid],
            contexts.Where(context => context.AbstractSyntax == KeyObject).Select(context => context.TransferSyntaxes[0]));
        foreach (var image in new[] { Nm, Private })
        {
            var offers = contexts.Where(context => context.AbstractSyntax == image).Select(context => context.TransferSyntaxes).ToArray();
            Assert.Contains(TransferSyntax.ImplicitVRLittleEndian.Uid, offers[0]);
            Assert.DoesNotContain(offers[0], uid => TransferSyntax.Find(uid).IsEncapsulated);
            Assert.All(offers.Skip(1), offer => Assert.Single(offer));
            Assert.Contains(offers, offer => offer.SequenceEqual(["1.2.840.10008.1.2.4.70"]));
        }
    }

    [Fact]
    public void More_classes_than_an_association_holds_take_further_ones()
    {
        string[] classes = [.. Enumerable.Range(1, 40).Select(number => $"{Private}.{number}")];
        var associations = StorageContexts.Plan(Get, classes);
        Assert.True(associations.Count > 1);
        Assert.All(associations, contexts => Assert.InRange(contexts.Count, 2, PresentationContext.MaximumCount));
        Assert.All(associations, contexts => Assert.Equal(Get, contexts[0].AbstractSyntax));
        Assert.Equal(classes, associations.SelectMany(StorageContexts.Roles).Select(role => role.SopClassUid).Distinct());
    }

    /// <summary>PS3.6 table A-1, in groups: JPEG, JPEG-LS, JPEG 2000, JPIP, MPEG, HEVC, JPEG XL, HTJ2K, and the others.</summary>
    private static readonly string[] StorageSyntaxes =
    [
        .. new[] { 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 70 }.Select(OfFour),
        .. new[] { 80, 81, 90, 91, 92, 93, 94, 95, 100, 101, 102, 103, 104, 105, 106, 107, 108, 110, 111, 112 }.Select(OfFour),
        .. new[] { 100, 101, 102, 103, 104, 105, 106 }.Select(profile => OfFour(profile) + ".1"),
        .. new[] { 201, 202, 203, 204, 205 }.Select(OfFour),
        "1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1",
    ];

    [Fact]
    public void Every_storage_syntax_of_the_standard_has_a_context_of_its_own_in_one_association()
    {
        var contexts = Assert.Single(StorageContexts.Plan(Get, [Nm, KeyObject]));
        Assert.Equal(
            StorageSyntaxes.Order(),
            SinglesOf(Nm, contexts).Order());
    }

    [Fact]
    public void Every_class_of_many_gets_every_syntax_and_the_common_ones_with_the_uncompressed_one()
    {
        string[] classes = [.. Enumerable.Range(1, 9).Select(number => $"{Private}.{number}")];
        var associations = StorageContexts.Plan(Get, classes);
        Assert.All(associations, contexts => Assert.InRange(contexts.Count, 2, PresentationContext.MaximumCount));
        Assert.All(classes, uid => Assert.Equal(
            StorageSyntaxes.Order(),
            SinglesOf(uid, associations.SelectMany(contexts => contexts)).Order()));
        Assert.All(
            classes,
            uid => Assert.Contains(associations[0], context => context.AbstractSyntax == uid && context.TransferSyntaxes.Count > 1));
    }

    [Fact]
    public void Private_syntaxes_are_offered_for_every_class_once_and_alone()
    {
        string[] further = ["1.2.840.113619.5.2", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2"];
        var contexts = Assert.Single(StorageContexts.Plan(Get, [Nm, KeyObject], further: further));
        foreach (var sopClass in new[] { Nm, KeyObject })
        {
            var own = contexts.Where(context => context.AbstractSyntax == sopClass);
            var offers = own.SelectMany(context => context.TransferSyntaxes).ToArray();
            Assert.All(further, syntax => Assert.Single(offers, syntax));
        }
    }

    /// <summary>The transfer syntaxes of a class that have a context of their own.</summary>
    private static IEnumerable<string> SinglesOf(string sopClass, IEnumerable<PresentationContext> contexts) => contexts
        .Where(context => context.AbstractSyntax == sopClass && context.TransferSyntaxes.Count == 1)
        .Select(context => context.TransferSyntaxes[0]);

    private static string OfFour(int number) => $"1.2.840.10008.1.2.4.{number}";

    [Fact]
    public void Where_no_class_is_known_the_common_ones_come_first_and_all_come()
    {
        foreach (var classes in new string?[][] { [], [null], ["no UID"] })
        {
            var associations = StorageContexts.Plan(Get, classes);
            Assert.Contains(associations[0], context => context.AbstractSyntax == Nm);
            var planned = associations.SelectMany(StorageContexts.Roles).Select(role => role.SopClassUid).Distinct();
            Assert.Equal(SopClasses.Storage.Order(), planned.Order());
        }
    }

    [Fact]
    public void A_syntax_alone_is_offered_for_images_alone()
    {
        var contexts = Assert.Single(StorageContexts.Plan(Get, [Nm, KeyObject], "1.2.840.10008.1.2.5"));
        Assert.Equal([Get, Nm], contexts.Select(context => context.AbstractSyntax));
        Assert.Equal(["1.2.840.10008.1.2.5"], contexts[1].TransferSyntaxes);
    }

    [Theory]
    [InlineData(Nm, "1.2.840.10008.1.2.5")]
    [InlineData(KeyObject, "1.2.840.10008.1.2.1")]
    [InlineData(Private, "1.2.840.113619.5.2")]
    public void One_class_can_be_asked_for_in_one_syntax(string sopClass, string syntax)
    {
        var contexts = StorageContexts.PlanOne(Get, sopClass, syntax);
        Assert.Equal([Get, sopClass], contexts.Select(context => context.AbstractSyntax));
        Assert.Equal([syntax], contexts[1].TransferSyntaxes);
        Assert.Equal([sopClass], StorageContexts.Roles(contexts).Select(role => role.SopClassUid));
    }
}
