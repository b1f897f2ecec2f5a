using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>
/// The transfer syntaxes that a peer accepted and refused in earlier associations, so that later ones do not offer what it does
/// not have.
/// </summary>
public sealed class NegotiatedSyntaxes
{
    private readonly HashSet<string> _classes = [];
    private readonly HashSet<string> _accepted = [];
    private readonly HashSet<string> _refused = [];

    /// <summary>Learns from an association.</summary>
    public void Add(Association association)
    {
        foreach (var context in association.Contexts)
        {
            _classes.Add(context.AbstractSyntax);
            _accepted.Add(context.TransferSyntax.Uid);
        }

        // A peer that does not have the class says nothing about the syntax.
        _refused.UnionWith(association.Request.PresentationContexts
            .Where(context => context.TransferSyntaxes.Count == 1 && _classes.Contains(context.AbstractSyntax))
            .Select(context => context.TransferSyntaxes[0]));
        _refused.ExceptWith(_accepted);
    }

    /// <summary>The contexts that the peer may accept as far as is known, with new numbers.</summary>
    public IReadOnlyList<PresentationContext> WithoutRefused(IEnumerable<PresentationContext> contexts) =>
    [
        .. contexts
            .Where(context => context.TransferSyntaxes.Count > 1 || !_refused.Contains(context.TransferSyntaxes[0]))
            .Select((context, index) => context with { Id = (byte)((2 * index) + 1) }),
    ];
}
