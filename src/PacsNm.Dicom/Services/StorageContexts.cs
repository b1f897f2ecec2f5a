using PacsNm.Dicom.Data;
using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>
/// Plans what the associations of a C-GET propose (PS3.4 C.5.3, PS3.7 D.3.3): the GET SOP class, the storage classes of
/// what is to come, and for each of them the SCP role.
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
    /// Each offered in a context of its own, since a peer chooses one syntax of a context and sends an object that is
    /// stored in another only if it transcodes. What is rare shares one.
    /// </summary>
    private static readonly string[][] Compressed =
    [
        ["1.2.840.10008.1.2.4.70"],
        ["1.2.840.10008.1.2.4.57"],
        ["1.2.840.10008.1.2.4.50"],
        ["1.2.840.10008.1.2.4.51"],
        ["1.2.840.10008.1.2.4.90"],
        ["1.2.840.10008.1.2.4.91"],
        ["1.2.840.10008.1.2.4.80"],
        ["1.2.840.10008.1.2.4.81"],
        ["1.2.840.10008.1.2.5"],
        ["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"],
        ["1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.107"],
    ];

    /// <summary>Where nobody says which classes a study has: NM, PET, CT, MR, SC, CR, DX, US, XA; KO, PR, SR, RAW, PDF.</summary>
    private static readonly string[] Common =
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
    ];

    /// <summary>The compressed transfer syntaxes that can be asked for alone.</summary>
    public static IReadOnlyList<string> CompressedSyntaxes { get; } = [.. Compressed.Where(syntaxes => syntaxes.Length == 1).Select(syntaxes => syntaxes[0])];

    /// <summary>
    /// Plans the associations, one where one suffices: 128 contexts at most each (PS3.8 9.3.2.2). The contexts of a class
    /// stay together.
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
    /// <returns>The presentation contexts of each association.</returns>
    public static IReadOnlyList<IReadOnlyList<PresentationContext>> Plan(
        string getSopClass,
        IReadOnlyCollection<string?> sopClasses,
        string? onlySyntax = null)
    {
        var offers = sopClasses.Where(Uid.IsValid).Distinct().Select(uid => OfferOf(uid!, withCompressed: true));
        if (sopClasses.Count == 0 || !sopClasses.All(Uid.IsValid))
        {
            offers = offers
                .Concat(Common.Except(sopClasses).Select(uid => OfferOf(uid!, withCompressed: true)))
                .Concat(SopClasses.Storage.Except(Common).Except(sopClasses).Select(uid => OfferOf(uid!, withCompressed: false)));
        }

        if (onlySyntax is not null)
            offers = offers.Where(offer => SopClasses.MayBeImage(offer.SopClass)).Select(offer => (offer.SopClass, new List<string[]> { new[] { onlySyntax } }));
        var associations = new List<List<PresentationContext>>();
        foreach (var (sopClass, contexts) in offers)
        {
            if (associations.Count == 0 || associations[associations.Count - 1].Count + contexts.Count > PresentationContext.MaximumCount)
                associations.Add([new PresentationContext(1, getSopClass, Uncompressed.Take(2).ToArray())]);
            var association = associations[associations.Count - 1];
            foreach (var syntaxes in contexts)
                association.Add(new PresentationContext((byte)((2 * association.Count) + 1), sopClass, syntaxes));
        }

        return associations;
    }

    /// <summary>The SCP role for each storage class of an association: we are to receive them (PS3.7 D.3.3.4).</summary>
    public static IReadOnlyList<RoleSelection> Roles(IEnumerable<PresentationContext> contexts) =>
        [.. contexts.Skip(1).Select(context => context.AbstractSyntax).Distinct().Select(uid => new RoleSelection(uid, Scu: false, Scp: true))];

    private static (string SopClass, List<string[]> Contexts) OfferOf(string sopClass, bool withCompressed) =>
        (sopClass, withCompressed && SopClasses.MayBeImage(sopClass) ? [Uncompressed, .. Compressed] : [Uncompressed]);
}
