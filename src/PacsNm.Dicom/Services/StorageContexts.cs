using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>
/// Plans what the associations of a C-GET propose (PS3.4 C.5.3, PS3.7 D.3.3): the GET SOP class, the storage classes of
/// what is to come, and for each of them the SCP role. Each compressed transfer syntax has a context of its own, since a
/// peer chooses one syntax of a context and sends an object that is stored in another only if it transcodes.
/// </summary>
public static class StorageContexts
{
    /// <summary>Offered in one context: a peer has every object in whichever it chooses.</summary>
    private static readonly string[] Uncompressed =
    [
        TransferSyntax.ExplicitVRLittleEndian.Uid,
        TransferSyntax.ImplicitVRLittleEndian.Uid,
        TransferSyntax.ExplicitVRBigEndian.Uid,
    ];

    /// <summary>
    /// What objects are mostly compressed with: JPEG, JPEG 2000, JPEG-LS and RLE. These go in the association of the
    /// uncompressed ones, where a peer that can compress and decompress chooses once, and sends nothing twice.
    /// </summary>
    private static readonly string[] Common =
    [
        "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.57",
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.4.51",
        "1.2.840.10008.1.2.4.90",
        "1.2.840.10008.1.2.4.91",
        "1.2.840.10008.1.2.4.80",
        "1.2.840.10008.1.2.4.81",
        "1.2.840.10008.1.2.5",
    ];

    /// <summary>The other storage syntaxes of PS3.6: they fill what room there is, and then further associations.</summary>
    private static readonly string[] Rare =
    [
        .. TransferSyntax.All.Where(syntax => syntax.IsForStorage).Select(syntax => syntax.Uid)
            .Except(Uncompressed).Except(Common).Except([TransferSyntax.DeflatedExplicitVRLittleEndian.Uid]),
    ];

    /// <summary>
    /// Where nobody says which classes a study has: NM, PET, CT, MR, SC, CR, DX, US, XA, and video, which is compressed; KO, PR,
    /// SR, RAW, PDF.
    /// </summary>
    private static readonly string[] CommonClasses =
    [
        "1.2.840.10008.5.1.4.1.1.20",
        "1.2.840.10008.5.1.4.1.1.128",
        "1.2.840.10008.5.1.4.1.1.2",
        "1.2.840.10008.5.1.4.1.1.4",
        "1.2.840.10008.5.1.4.1.1.7",
        "1.2.840.10008.5.1.4.1.1.1",
        "1.2.840.10008.5.1.4.1.1.1.1",
        "1.2.840.10008.5.1.4.1.1.6.1",
        "1.2.840.10008.5.1.4.1.1.3.1",
        "1.2.840.10008.5.1.4.1.1.12.1",
        "1.2.840.10008.5.1.4.1.1.88.59",
        "1.2.840.10008.5.1.4.1.1.11.1",
        "1.2.840.10008.5.1.4.1.1.88.22",
        "1.2.840.10008.5.1.4.1.1.88.33",
        "1.2.840.10008.5.1.4.1.1.88.67",
        "1.2.840.10008.5.1.4.1.1.66",
        "1.2.840.10008.5.1.4.1.1.104.1",
        "1.2.840.10008.5.1.4.1.1.77.1.1.1",
        "1.2.840.10008.5.1.4.1.1.77.1.2.1",
        "1.2.840.10008.5.1.4.1.1.77.1.4.1",
    ];

    /// <summary>The compressed transfer syntaxes that are worth asking for alone, one after the other.</summary>
    public static IReadOnlyList<string> CompressedSyntaxes => Common;

    /// <summary>
    /// Plans the associations, one where one suffices: 128 contexts at most each (PS3.8 9.3.2.2). A class has its
    /// uncompressed and its commonly compressed contexts in one of them. Rare syntaxes come last: a caller that has all by
    /// then does not ask, and <see cref="NegotiatedSyntaxes"/> drops those that the peer does not accept.
    /// </summary>
    /// <param name="getSopClass">The model's GET SOP class UID.</param>
    /// <param name="sopClasses">
    /// The classes of what is to come, private ones too; null stands for an object of a class that is not known. With
    /// such a one, or without any, all storage classes are planned for, and the common ones first.
    /// </param>
    /// <param name="onlySyntax">
    /// A compressed transfer syntax, to offer nothing else: there are peers that send a class in one context alone, and
    /// an object not at all that is stored otherwise.
    /// </param>
    /// <param name="further">Transfer syntaxes to offer for every class beside those of PS3.6, such as private ones.</param>
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

    /// <summary>The SCP role for each storage class of an association: we are to receive them (PS3.7 D.3.3.4).</summary>
    public static IReadOnlyList<RoleSelection> Roles(IEnumerable<PresentationContext> contexts) =>
        [.. contexts.Skip(1).Select(context => context.AbstractSyntax).Distinct().Select(uid => new RoleSelection(uid, Scu: false, Scp: true))];

    private static IEnumerable<Offer> OffersOf(IReadOnlyCollection<string?> sopClasses, IReadOnlyCollection<string> further)
    {
        var offers = sopClasses.Where(Uid.IsValid).Distinct().Select(uid => OfferOf(uid!, withCompressed: true, further));
        return sopClasses.Count > 0 && sopClasses.All(Uid.IsValid)
            ? offers
            : offers
                .Concat(CommonClasses.Except(sopClasses).Select(uid => OfferOf(uid!, withCompressed: true, further)))
                .Concat(SopClasses.Storage.Except(CommonClasses).Except(sopClasses).Select(uid => OfferOf(uid!, withCompressed: false, further)));
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
