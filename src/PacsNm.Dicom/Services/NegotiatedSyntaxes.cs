using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>
/// Remembers the transfer syntaxes that a peer accepted and refused in earlier associations, so that later associations do not offer
/// syntaxes that the peer does not support.
/// </summary>
public sealed class NegotiatedSyntaxes
{
    private readonly HashSet<string> _classes = [];
    private readonly HashSet<string> _accepted = [];
    private readonly HashSet<string> _refused = [];

    /// <summary>Records the answers of an association.</summary>
    public void Add(Association association)
    {
        foreach (var context in association.Contexts)
        {
            _classes.Add(context.AbstractSyntax);
            _accepted.Add(context.TransferSyntax.Uid);
        }

        // The answer of a peer that does not support the class says nothing about the transfer syntax.
        _refused.UnionWith(association.Request.PresentationContexts
            .Where(context => context.TransferSyntaxes.Count == 1 && _classes.Contains(context.AbstractSyntax))
            .Select(context => context.TransferSyntaxes[0]));
        _refused.ExceptWith(_accepted);
    }

    /// <summary>Returns the contexts that the peer may accept, according to earlier answers, with new numbers.</summary>
    public IReadOnlyList<PresentationContext> WithoutRefused(IEnumerable<PresentationContext> contexts) =>
    [
        .. contexts
            .Where(context => context.TransferSyntaxes.Count > 1 || !_refused.Contains(context.TransferSyntaxes[0]))
            .Select((context, index) => context with { Id = (byte)((2 * index) + 1) }),
    ];
}
