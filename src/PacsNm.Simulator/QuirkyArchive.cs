using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>Applies the quirks that change instances to an archive: DuplicateUid, SurplusBytes, BadUids and CommandMismatch.</summary>
internal sealed class QuirkyArchive(IStudyArchive archive, Quirks quirks) : IStudyArchive
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyCollection<TransferSyntax>> Storage => archive.Storage;

    /// <inheritdoc/>
    public IEnumerable<SimulatedStudy> Find(Dataset identifier) =>
        archive.Find(identifier).Select(study => new SimulatedStudy(study.Attributes, () => Change(study.Series)));

    private IReadOnlyList<SimulatedSeries> Change(IReadOnlyList<SimulatedSeries> all)
    {
        if (quirks.Has(QuirkName.BadUids))
            all = [.. all.Select(WithBadUids)];
        if (quirks.Has(QuirkName.DuplicateUid) && all.Count > 1)
            all = [all[0], WithFirstUid(all[1], all[0].Instances[0].Uid), .. all.Skip(2)];
        if (quirks.Has(QuirkName.CommandMismatch))
            all = [.. all.Select(series => ForEach(series, WithMismatch))];
        return quirks.ValueOf(QuirkName.SurplusBytes) is { } count
            ? [.. all.Select(series => ForEach(series, instance => instance with { SurplusBytes = count }))]
            : all;
    }

    private static SimulatedSeries ForEach(SimulatedSeries series, Func<SimulatedInstance, SimulatedInstance> change) =>
        series with { Instances = [.. series.Instances.Select(change)] };

    private static SimulatedSeries WithBadUids(SimulatedSeries series, int index)
    {
        var uid = BadUid(series.Attributes.GetString(Tags.SeriesInstanceUID) ?? "", index);
        return new SimulatedSeries(
            Copy(series.Attributes, (Tags.SeriesInstanceUID, uid)),
            [
                .. series.Instances.Select((instance, number) =>
                    WithUid(instance, BadUid(instance.Uid, index + number + 1), (Tags.SeriesInstanceUID, uid))),
            ]);
    }

    /// <summary>Adds one of four faults. The result begins with the valid UID, so that different UIDs stay different.</summary>
    private static string BadUid(string uid, int kind) => (kind % 4) switch
    {
        0 => $"{uid}.ABC",
        1 => $"{uid}.".PadRight(70, '1'),
        2 => $"{uid}.",
        _ => $"{uid}.007",
    };

    private static SimulatedSeries WithFirstUid(SimulatedSeries series, string uid) =>
        series with { Instances = [WithUid(series.Instances[0], uid), .. series.Instances.Skip(1)] };

    /// <summary>Replaces the SOP Instance UID in matches and in the object, and other values only in the object.</summary>
    private static SimulatedInstance WithUid(SimulatedInstance instance, string uid, params (Tag Tag, string Value)[] others) =>
        Rewritten(instance, [(Tags.SOPInstanceUID, uid), .. others]) with
        {
            Attributes = Copy(instance.Attributes, (Tags.SOPInstanceUID, uid)),
        };

    private static SimulatedInstance WithMismatch(SimulatedInstance instance)
    {
        const string suffix = ".9";
        var most = Uid.MaximumLength - suffix.Length;
        var uid = instance.Uid.Length <= most ? instance.Uid : instance.Uid.Substring(0, most).TrimEnd('.');
        return Rewritten(
            instance,
            (Tags.SOPClassUID, AnotherThan(instance.SopClassUid)),
            (Tags.SOPInstanceUID, uid + suffix));
    }

    private static string AnotherThan(string sopClassUid) => sopClassUid == SopClassUids.SecondaryCaptureImageStorage
        ? SopClassUids.NuclearMedicineImageStorage
        : SopClassUids.SecondaryCaptureImageStorage;

    /// <summary>Replaces values in the object. A deflated instance becomes an inflated one, because the writer cannot deflate.</summary>
    private static SimulatedInstance Rewritten(SimulatedInstance instance, params (Tag Tag, string Value)[] values)
    {
        var storedAs = instance.StoredAs.IsDeflated ? TransferSyntax.ExplicitVRLittleEndian : instance.StoredAs;
        return instance with
        {
            StoredAs = storedAs,
            Read = () => DatasetWriter.Write(Set(DatasetReader.Read(instance.Read(), instance.StoredAs), values), storedAs),
        };
    }

    private static Dataset Copy(Dataset attributes, params (Tag Tag, string Value)[] values) =>
        Set(new Dataset().With(attributes), values);

    private static Dataset Set(Dataset dataset, (Tag Tag, string Value)[] values)
    {
        foreach (var (tag, value) in values)
            dataset.Set(tag, value);
        return dataset;
    }
}
