using PacsNm.Dicom.Network;

namespace PacsNm.Dicom.Services;

/// <summary>Divides presentation contexts among associations, each with the GET SOP class as its first context.</summary>
/// <param name="getSopClass">The model's GET SOP class UID.</param>
/// <param name="getSyntaxes">The transfer syntaxes that are offered for it.</param>
internal sealed class ContextPacking(string getSopClass, string[] getSyntaxes)
{
    private readonly List<List<PresentationContext>> _associations = [];
    private int _firstWithRoom;

    /// <summary>The contexts of each association.</summary>
    public IReadOnlyList<IReadOnlyList<PresentationContext>> Associations => _associations;

    /// <summary>Adds contexts of one class that must be in one association.</summary>
    public void AddTogether(string sopClass, IReadOnlyList<string[]> contexts)
    {
        if (_associations.Count == 0 || RoomIn(_associations.Count - 1) < contexts.Count)
            Begin();
        foreach (var syntaxes in contexts)
            Add(_associations[_associations.Count - 1], sopClass, syntaxes);
    }

    /// <summary>Adds a context for each of several transfer syntaxes of one class, wherever there is room.</summary>
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

    private int RoomIn(int index) => PresentationContext.MaximumCount - _associations[index].Count;
}
