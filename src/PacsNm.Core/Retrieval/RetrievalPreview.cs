namespace PacsNm.Retrieval;

/// <summary>Describes a retrieval for -WhatIf and -Confirm. It reads only the destination and sends nothing to the PACS.</summary>
internal static class RetrievalPreview
{
    /// <summary>Returns the text, without a patient's data.</summary>
    public static string Describe(StudyToSave study, SaveOptions options)
    {
        var instances = study.CountToRetrieve switch { null => "all instances", 1 => "1 instance", var count => $"{count} instances" };
        var known = options.Archive.Present(study.StudyInstanceUid, options.LocatorOf(study))
            .Where(entry => (study.SeriesInstanceUid ?? entry.SeriesInstanceUid) == entry.SeriesInstanceUid)
            .Where(entry => (study.SopInstanceUid ?? entry.SopInstanceUid) == entry.SopInstanceUid)
            .ToArray();
        var details = new List<string>();
        if (known.Length > 0)
            details.Add($"{known.Length} already on disk");
        if (known.Length > 0 && study.CountToRetrieve is { } all)
            details.Add($"about {known.Average(entry => entry.Bytes) * all / 1e6:0.0} MB in all");
        if (study.Availability != InstanceAvailability.Unknown)
            details.Add($"{study.Availability}");
        return $"Retrieve {instances} to '{options.Archive.Root}'{(details.Count == 0 ? "" : $" ({string.Join(", ", details)})")}";
    }
}
