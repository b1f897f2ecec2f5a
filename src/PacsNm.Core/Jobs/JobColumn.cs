namespace PacsNm.Jobs;

/// <summary>What a column of a list means for a search.</summary>
internal enum JobColumn
{
    /// <summary>Study Instance UID (0020,000D).</summary>
    StudyInstanceUid,

    /// <summary>Accession Number (0008,0050).</summary>
    AccessionNumber,

    /// <summary>Patient ID (0010,0020).</summary>
    PatientId,

    /// <summary>Patient's Name (0010,0010).</summary>
    PatientName,

    /// <summary>Study Date (0008,0020): a day or a range of days.</summary>
    StudyDate,

    /// <summary>Modality (0008,0060).</summary>
    Modality,

    /// <summary>Series Description (0008,103E).</summary>
    SeriesDescription,
}

/// <summary>Finds what the columns of a list mean by the names that people's tables have.</summary>
internal static class JobColumns
{
    /// <summary>The names without blanks, underscores, hyphens, dots and case.</summary>
    private static readonly Dictionary<string, JobColumn> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["StudyInstanceUid"] = JobColumn.StudyInstanceUid,
        ["StudyUid"] = JobColumn.StudyInstanceUid,
        ["Suid"] = JobColumn.StudyInstanceUid,
        ["AccessionNumber"] = JobColumn.AccessionNumber,
        ["Accession"] = JobColumn.AccessionNumber,
        ["AccessionNo"] = JobColumn.AccessionNumber,
        ["AccNo"] = JobColumn.AccessionNumber,
        ["AccNumber"] = JobColumn.AccessionNumber,
        ["PatientId"] = JobColumn.PatientId,
        ["PatId"] = JobColumn.PatientId,
        ["Mrn"] = JobColumn.PatientId,
        ["PatientName"] = JobColumn.PatientName,
        ["PatientsName"] = JobColumn.PatientName,
        ["StudyDate"] = JobColumn.StudyDate,
        ["ExamDate"] = JobColumn.StudyDate,
        ["Date"] = JobColumn.StudyDate,
        ["Modality"] = JobColumn.Modality,
        ["Modalities"] = JobColumn.Modality,
        ["ModalitiesInStudy"] = JobColumn.Modality,
        ["SeriesDescription"] = JobColumn.SeriesDescription,
    };

    /// <summary>Finds what each column means.</summary>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="map">The meanings that the user gave: the name of the column, and that of the attribute.</param>
    /// <returns>The index of the column per meaning.</returns>
    /// <exception cref="FormatException">
    /// Two columns have the same meaning, or the map names no column or no attribute. The message says which.
    /// </exception>
    public static Dictionary<JobColumn, int> Find(IReadOnlyList<string> columns, IReadOnlyDictionary<string, string> map)
    {
        var mapped = new Dictionary<int, JobColumn>();
        foreach (var pair in map)
        {
            var index = IndexOf(columns, pair.Key);
            if (index < 0)
                throw new FormatException($"The list has no column '{pair.Key}'. Its columns are {string.Join(", ", columns)}.");
            if (!Names.TryGetValue(Plain(pair.Value), out var meaning))
            {
                throw new FormatException(
                    $"'{pair.Value}' is not an attribute that a list can have. These are {string.Join(", ", Enum.GetNames(typeof(JobColumn)))}.");
            }

            mapped[index] = meaning;
        }

        var found = new Dictionary<JobColumn, int>();
        for (var index = 0; index < columns.Count; index++)
        {
            // A column that the map does not name gives way to one that it names.
            var isMapped = mapped.TryGetValue(index, out var meaning);
            if (!isMapped && (!Names.TryGetValue(Plain(columns[index]), out meaning) || mapped.ContainsValue(meaning)))
                continue;
            if (found.TryGetValue(meaning, out var other))
            {
                throw new FormatException(
                    $"The columns '{columns[other]}' and '{columns[index]}' both mean {meaning}. Use -Map to choose one of them.");
            }

            found[meaning] = index;
        }

        return found;
    }

    private static int IndexOf(IReadOnlyList<string> columns, string name)
    {
        for (var index = 0; index < columns.Count; index++)
        {
            if (columns[index].Equals(name, StringComparison.OrdinalIgnoreCase))
                return index;
        }

        return -1;
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit));
}
