using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>
/// Plans the presentation contexts of the associations of a C-GET (PS3.4 C.5.3, PS3.7 D.3.3): the GET SOP class, the storage classes of
/// the expected objects, and the SCP role for each of them. Each compressed transfer syntax has its own context, because a peer chooses
/// one syntax of a context, and sends an object that is stored in another syntax only if it can transcode.
/// </summary>
public static class StorageContexts
{
    /// <summary>Offered in one context, because a peer can convert objects to each of them.</summary>
    private static readonly string[] Uncompressed =
    [
        TransferSyntax.ExplicitVRLittleEndian.Uid,
        TransferSyntax.ImplicitVRLittleEndian.Uid,
        TransferSyntax.ExplicitVRBigEndian.Uid,
    ];

    /// <summary>
    /// The usual compressed transfer syntaxes. They are in the same association as the uncompressed ones, so that a peer that can transcode
    /// chooses once and sends nothing twice.
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

    /// <summary>The other storage syntaxes of PS3.6. They fill the remaining room, and then further associations.</summary>
    private static readonly string[] Rare =
    [
        .. TransferSyntax.All.Where(syntax => syntax.IsForStorage).Select(syntax => syntax.Uid)
            .Except(Uncompressed).Except(Common).Except([TransferSyntax.DeflatedExplicitVRLittleEndian.Uid]),
    ];

    /// <summary>
    /// The classes that are always planned for if the classes of a study are not known. They include those of video, because video is
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
    /// Plans the associations, each with at most 127 of the 128 contexts that PS3.8 9.3.2.2 allows, and only one if that is enough. The
    /// uncompressed and the usual compressed contexts of a class are in the same association. Rare syntaxes come last, because a caller stops after
    /// it has received all objects. <see cref="NegotiatedSyntaxes"/> removes the syntaxes that the peer does not accept.
    /// </summary>
    /// <param name="getSopClass">The GET SOP class UID of the model.</param>
    /// <param name="sopClasses">
    /// The classes of the expected objects, including private classes; null for an unknown class. With a null or without any class, all
    /// storage classes are planned for, the common ones first, in up to 8 associations.
    /// </param>
    /// <param name="onlySyntax">
    /// A compressed transfer syntax that is the only one to offer for classes that may have pixel data. Some peers use only one context per
    /// class, and do not send objects that are stored in another transfer syntax. See also <see cref="PlanOne"/>.
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
    /// <param name="getSopClass">The GET SOP class UID of the model.</param>
    /// <param name="sopClass">The storage class UID.</param>
    /// <param name="transferSyntax">The transfer syntax UID, compressed or not.</param>
    /// <returns>Two presentation contexts: that of the GET SOP class and that of the storage class.</returns>
    public static IReadOnlyList<PresentationContext> PlanOne(string getSopClass, string sopClass, string transferSyntax)
    {
        var packing = new ContextPacking(getSopClass, [.. Uncompressed.Take(2)]);
        packing.AddTogether(sopClass, [[transferSyntax]]);
        return packing.Associations[0];
    }

    /// <summary>The SCP role for each storage class of an association, because we receive its objects (PS3.7 D.3.3.4).</summary>
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

    /// <summary>The contexts of a class.</summary>
    /// <param name="SopClass">The UID of the class.</param>
    /// <param name="Contexts">The transfer syntaxes of each context that must be in the same association.</param>
    /// <param name="Rare">Transfer syntaxes that each have a context in any association.</param>
    private sealed record Offer(string SopClass, IReadOnlyList<string[]> Contexts, IReadOnlyList<string> Rare);
}
