using PacsNm.Dicom.Data;

namespace PacsNm.Archive;

/// <summary>
/// The files of one study that were rejected. A file whose series is unknown counts for every instance that has its SOP Instance UID.
/// </summary>
internal sealed class Rejections
{
    private readonly Dictionary<InstanceKey, Rejection> _byInstance = [];
    private readonly HashSet<InstanceKey> _givenUp = [];

    /// <summary>The last rejection of each instance. The key has empty UIDs where the file has no usable SOP Instance UID.</summary>
    public IReadOnlyDictionary<InstanceKey, Rejection> All => _byInstance;

    /// <summary>Returns the last rejection of an instance; null if none of its files was rejected.</summary>
    public Rejection? Find(InstanceKey instance) =>
        _byInstance.TryGetValue(instance, out var exact) ? exact
        : _byInstance.TryGetValue(WithoutSeries(instance), out var ofUid) ? ofUid
        : null;

    /// <summary>Whether another request for an instance is useless: it has no place here, or it came twice with the same fault.</summary>
    public bool IsGivenUp(InstanceKey instance) => _givenUp.Contains(instance) || _givenUp.Contains(WithoutSeries(instance));

    /// <summary>Adds a rejection.</summary>
    public void Add(InstanceKey instance, Rejection rejection)
    {
        var key = Uid.IsUsable(instance.SopInstanceUid) ? instance : new InstanceKey("", "");
        if (rejection.IsFinal || (_byInstance.TryGetValue(key, out var before) && before == rejection))
            _givenUp.Add(key);
        _byInstance[key] = rejection;
    }

    /// <summary>Removes the rejection of an instance that arrived whole later.</summary>
    public void Remove(InstanceKey instance)
    {
        _byInstance.Remove(instance);
        _byInstance.Remove(WithoutSeries(instance));
    }

    private static InstanceKey WithoutSeries(InstanceKey instance) => instance with { SeriesInstanceUid = "" };
}
