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
        Assert.Single(contexts, context => context.AbstractSyntax == KeyObject);
        foreach (var image in new[] { Nm, Private })
        {
            var offers = contexts.Where(context => context.AbstractSyntax == image).Select(context => context.TransferSyntaxes).ToArray();
            Assert.Contains(TransferSyntax.ImplicitVRLittleEndian.Uid, offers[0]);
            Assert.DoesNotContain(offers[0], uid => TransferSyntax.Find(uid).IsEncapsulated);
            Assert.All(offers.Skip(1), offer => Assert.All(offer, uid => Assert.True(TransferSyntax.Find(uid).IsEncapsulated)));
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
        Assert.Equal(classes, associations.SelectMany(StorageContexts.Roles).Select(role => role.SopClassUid));
    }

    [Fact]
    public void Where_no_class_is_known_the_common_ones_come_first_and_all_come()
    {
        foreach (var classes in new string?[][] { [], [null], ["no UID"] })
        {
            var associations = StorageContexts.Plan(Get, classes);
            Assert.Contains(associations[0], context => context.AbstractSyntax == Nm);
            Assert.Equal(SopClasses.Storage.Order(), associations.SelectMany(StorageContexts.Roles).Select(role => role.SopClassUid).Order());
        }
    }

    [Fact]
    public void A_syntax_alone_is_offered_for_images_alone()
    {
        var contexts = Assert.Single(StorageContexts.Plan(Get, [Nm, KeyObject], "1.2.840.10008.1.2.5"));
        Assert.Equal([Get, Nm], contexts.Select(context => context.AbstractSyntax));
        Assert.Equal(["1.2.840.10008.1.2.5"], contexts[1].TransferSyntaxes);
    }
}
