using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>Distributes presentation contexts among associations. The first context of each is that of the GET SOP class.</summary>
/// <param name="getSopClass">The GET SOP class UID of the model.</param>
/// <param name="getSyntaxes">The transfer syntaxes to offer for it.</param>
internal sealed class ContextPacking(string getSopClass, string[] getSyntaxes)
{
    private readonly List<List<PresentationContext>> _associations = [];
    private int _firstWithRoom;

    /// <summary>The presentation contexts of each association.</summary>
    public IReadOnlyList<IReadOnlyList<PresentationContext>> Associations => _associations;

    /// <summary>Adds contexts of one class that must be in the same association.</summary>
    public void AddTogether(string sopClass, IReadOnlyList<string[]> contexts)
    {
        if (_associations.Count == 0 || RoomIn(_associations.Count - 1) < contexts.Count)
            Begin();
        foreach (var syntaxes in contexts)
            Add(_associations[_associations.Count - 1], sopClass, syntaxes);
    }

    /// <summary>Adds one context per transfer syntax of a class, in any association with room.</summary>
    public void AddSingly(string sopClass, IReadOnlyList<string> syntaxes)
    {
        foreach (var syntax in syntaxes)
        {
            while (_firstWithRoom < _associations.Count && RoomIn(_firstWithRoom) == 0)
                _firstWithRoom++;
            if (_firstWithRoom == _associations.Count)
                Begin();
            Add(_associations[_firstWithRoom], sopClass, [syntax]);
        }
    }

    private static void Add(List<PresentationContext> association, string sopClass, string[] syntaxes) =>
        association.Add(new PresentationContext((byte)((2 * association.Count) + 1), sopClass, syntaxes));

    private void Begin() => _associations.Add([new PresentationContext(1, getSopClass, getSyntaxes)]);

    /// <summary>One context of each association stays free, so that a caller can query on the same association.</summary>
    private int RoomIn(int index) => PresentationContext.MaximumCount - 1 - _associations[index].Count;
}
