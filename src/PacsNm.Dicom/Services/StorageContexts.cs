using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>
/// Plans what the associations of a C-GET propose (PS3.4 C.5.3, PS3.7 D.3.3): the GET SOP class, the storage classes of the
/// expected objects, and for each of them the SCP role. Each compressed transfer syntax has a context of its own, since a peer
/// chooses one syntax of a context, and sends an object that is stored in another one only if it can transcode.
/// </summary>
public static class StorageContexts
{
    /// <summary>Offered in one context: a peer can convert objects to each of them.</summary>
    private static readonly string[] Uncompressed =
    [
        TransferSyntax.ExplicitVRLittleEndian.Uid,
        TransferSyntax.ImplicitVRLittleEndian.Uid,
        TransferSyntax.ExplicitVRBigEndian.Uid,
    ];

    /// <summary>
    /// The usual compressed transfer syntaxes. They are in the same association as the uncompressed ones, where a peer that can
    /// transcode chooses once, and sends nothing twice.
    /// </summary>
    private static readonly string[] Common =
    [
        TransferSyntaxUids.JPEGLosslessSV1,
        TransferSyntaxUids.JPEGLossless,
        TransferSyntaxUids.JPEGBaseline8Bit,
        TransferSyntaxUids.JPEGExtended12Bit,
        TransferSyntaxUids.JPEG2000Lossless,
        TransferSyntaxUids.JPEG2000,
        TransferSyntaxUids.JPEGLSLossless,
        TransferSyntaxUids.JPEGLSNearLossless,
        TransferSyntaxUids.RLELossless,
    ];

    /// <summary>The other storage syntaxes of PS3.6, which fill the room that is left, and then further associations.</summary>
    private static readonly string[] Rare =
    [
        .. TransferSyntax.All.Where(syntax => syntax.IsForStorage).Select(syntax => syntax.Uid)
            .Except(Uncompressed).Except(Common).Except([TransferSyntax.DeflatedExplicitVRLittleEndian.Uid]),
    ];

    /// <summary>
    /// The classes to plan for in any case if the classes of a study are not known. Those of video are among them, since video is
    /// compressed.
    /// </summary>
    private static readonly string[] CommonClasses =
    [
        SopClassUids.NuclearMedicineImageStorage,
        SopClassUids.PositronEmissionTomographyImageStorage,
        SopClassUids.CTImageStorage,
        SopClassUids.MRImageStorage,
        SopClassUids.SecondaryCaptureImageStorage,
        SopClassUids.ComputedRadiographyImageStorage,
        SopClassUids.DigitalXRayImageStorageForPresentation,
        SopClassUids.UltrasoundImageStorage,
        SopClassUids.UltrasoundMultiFrameImageStorage,
        SopClassUids.XRayAngiographicImageStorage,
        SopClassUids.KeyObjectSelectionDocumentStorage,
        SopClassUids.GrayscaleSoftcopyPresentationStateStorage,
        SopClassUids.EnhancedSRStorage,
        SopClassUids.ComprehensiveSRStorage,
        SopClassUids.XRayRadiationDoseSRStorage,
        SopClassUids.RawDataStorage,
        SopClassUids.EncapsulatedPDFStorage,
        SopClassUids.VideoEndoscopicImageStorage,
        SopClassUids.VideoMicroscopicImageStorage,
        SopClassUids.VideoPhotographicImageStorage,
    ];

    /// <summary>The compressed transfer syntaxes that a caller should request one by one if a request for all of them fails.</summary>
    public static IReadOnlyList<string> CompressedSyntaxes => Common;

    /// <summary>
    /// Plans the associations, with 128 contexts at most each (PS3.8 9.3.2.2), and only one if that is enough. The uncompressed and
    /// the usual compressed contexts of a class are in one of them. Rare syntaxes come last: a caller stops when it has all objects,
    /// and <see cref="NegotiatedSyntaxes"/> drops the syntaxes that the peer does not accept.
    /// </summary>
    /// <param name="getSopClass">The model's GET SOP class UID.</param>
    /// <param name="sopClasses">
    /// The classes of the expected objects, with private ones; null for an unknown class. With a null, or without any class, all
    /// storage classes are planned for, the common ones first: up to 8 associations.
    /// </param>
    /// <param name="onlySyntax">
    /// A compressed transfer syntax, to offer nothing else for the classes that may have pixel data. Some peers use only one context
    /// per class, and do not send objects that are stored in another transfer syntax. See also <see cref="PlanOne"/>.
    /// </param>
    /// <param name="further">Transfer syntaxes to offer for each class in addition to those of PS3.6, such as private ones.</param>
    /// <returns>The presentation contexts of each association.</returns>
    public static IReadOnlyList<IReadOnlyList<PresentationContext>> Plan(
        string getSopClass,
        IReadOnlyCollection<string?> sopClasses,
        string? onlySyntax = null,
        IReadOnlyCollection<string>? further = null)
    {
        var packing = new ContextPacking(getSopClass, [.. Uncompressed.Take(2)]);
        var offers = OffersOf(sopClasses, further ?? []).ToArray();
        if (onlySyntax is not null)
        {
            foreach (var offer in offers.Where(offer => SopClasses.MayBeImage(offer.SopClass)))
                packing.AddTogether(offer.SopClass, [[onlySyntax]]);
            return packing.Associations;
        }

        foreach (var offer in offers)
            packing.AddTogether(offer.SopClass, offer.Contexts);
        foreach (var offer in offers)
            packing.AddSingly(offer.SopClass, offer.Rare);
        return packing.Associations;
    }

    /// <summary>Plans one association for one storage class in one transfer syntax, whatever they are.</summary>
    /// <param name="getSopClass">The model's GET SOP class UID.</param>
    /// <param name="sopClass">The storage class UID.</param>
    /// <param name="transferSyntax">The transfer syntax UID, compressed or not.</param>
    /// <returns>Two presentation contexts: of the GET SOP class, and of the storage class.</returns>
    public static IReadOnlyList<PresentationContext> PlanOne(string getSopClass, string sopClass, string transferSyntax)
    {
        var packing = new ContextPacking(getSopClass, [.. Uncompressed.Take(2)]);
        packing.AddTogether(sopClass, [[transferSyntax]]);
        return packing.Associations[0];
    }

    /// <summary>The SCP role for each storage class of an association, since we receive its objects (PS3.7 D.3.3.4).</summary>
    public static IReadOnlyList<RoleSelection> Roles(IEnumerable<PresentationContext> contexts) =>
    [
        .. contexts.Skip(1).Select(context => context.AbstractSyntax).Distinct()
            .Select(uid => new RoleSelection(uid, Scu: false, Scp: true)),
    ];

    private static IEnumerable<Offer> OffersOf(IReadOnlyCollection<string?> sopClasses, IReadOnlyCollection<string> further)
    {
        var offers = sopClasses.Where(Uid.IsValid).Distinct().Select(uid => OfferOf(uid!, withCompressed: true, further));
        return sopClasses.Count > 0 && sopClasses.All(Uid.IsValid)
            ? offers
            : offers
                .Concat(CommonClasses.Except(sopClasses).Select(uid => OfferOf(uid!, withCompressed: true, further)))
                .Concat(SopClasses.Storage.Except(CommonClasses).Except(sopClasses)
                    .Select(uid => OfferOf(uid!, withCompressed: false, further)));
    }

    private static Offer OfferOf(string sopClass, bool withCompressed, IReadOnlyCollection<string> further)
    {
        var mayBeImage = SopClasses.MayBeImage(sopClass);
        string[] alone =
        [
            .. withCompressed && mayBeImage ? Common : [],
            .. further,
            .. withCompressed || !mayBeImage ? new[] { TransferSyntax.DeflatedExplicitVRLittleEndian.Uid } : [],
        ];
        IEnumerable<string[]> contexts = [Uncompressed, .. alone.Except(Uncompressed).Select(syntax => new[] { syntax })];
        return new Offer(sopClass, [.. contexts], withCompressed && mayBeImage ? [.. Rare.Except(alone)] : []);
    }

    /// <summary>What is offered for a class.</summary>
    /// <param name="SopClass">Its UID.</param>
    /// <param name="Contexts">The transfer syntaxes of each context that must be in one association.</param>
    /// <param name="Rare">Transfer syntaxes that each have a context anywhere.</param>
    private sealed record Offer(string SopClass, IReadOnlyList<string[]> Contexts, IReadOnlyList<string> Rare);
}
