using System.Management.Automation;
using PacsNm.Dicom.Services;
using PacsNm.Queries;

namespace PacsNm.Commands;

/// <summary>
/// Creates the keys of one input of Find-PacsStudy from its parameters, which come from the command line and from the columns of a row. An
/// empty cell is ignored. An input without any key is refused, because it would find all recent studies.
/// </summary>
/// <param name="given">The parameters of the command line.</param>
/// <param name="isPipeline">Whether the other parameters come from the pipeline.</param>
internal sealed class StudyKeyReader(ICollection<string> given, bool isPipeline)
{
    /// <summary>The parameters that identify a study or a patient, or limit a search. The other parameters narrow it.</summary>
    private static readonly string[] Identifying =
    [
        nameof(FindPacsStudyCommand.StudyInstanceUid), nameof(FindPacsStudyCommand.AccessionNumber),
        nameof(FindPacsStudyCommand.PatientId), nameof(FindPacsStudyCommand.PatientName), nameof(FindPacsStudyCommand.StudyDate),
    ];

    /// <summary>The parameters whose VR does not allow a list in a query.</summary>
    private static readonly string[] Single =
    [
        nameof(FindPacsStudyCommand.AccessionNumber), nameof(FindPacsStudyCommand.PatientId),
        nameof(FindPacsStudyCommand.PatientName), nameof(FindPacsStudyCommand.StudyDescription),
    ];

    private const string Advice =
        "Give at least one key that names a study. An empty value, or a cell with nothing but wildcards, does not.";

    private readonly Dictionary<string, string[]> _keys = [];

    /// <summary>Reads the parameters that are bound now.</summary>
    /// <param name="command">The cmdlet.</param>
    /// <param name="server">The PACS.</param>
    /// <param name="error">Why the input is refused; null if it is not.</param>
    /// <returns>The keys, whose UIDs are not checked; null if the input is refused.</returns>
    public StudyKeys? Read(FindPacsStudyCommand command, PacsServer server, out ErrorRecord? error)
    {
        _keys.Clear();
        Add(nameof(command.StudyInstanceUid), command.StudyInstanceUid);
        Add(nameof(command.AccessionNumber), command.AccessionNumber);
        Add(nameof(command.PatientId), command.PatientId);
        Add(nameof(command.PatientName), command.PatientName is null ? null : [command.PatientName]);
        Add(nameof(command.StudyDate), command.StudyDate);
        Add(nameof(command.StudyDescription), command.StudyDescription is null ? null : [command.StudyDescription]);
        Add(nameof(command.Modality), command.Modality is { Length: > 0 } ? command.Modality : null);
        var isRow = _keys.Keys.Any(IsFromRow);
        var isServerPiped = command.Server is not null && IsFromRow(nameof(command.Server));
        error = FindMissing(isServerPiped) is { } missing ? ErrorRecords.InputMissing(command.InputObject, missing, Advice) : null;
        if (error is null && IsFromRow(nameof(command.StudyInstanceUid)) && Of(nameof(command.StudyInstanceUid)).Length > 0)
            KeepUidOfRow(server);
        error ??= FindInvalid(command.InputObject);
        if (error is not null)
            return null;
        try
        {
            var isDateOfRow = IsFromRow(nameof(command.StudyDate)) && Of(nameof(command.StudyDate)).Length > 0;
            return new StudyKeys
            {
                IsRow = isRow,
                Uids = Of(nameof(command.StudyInstanceUid)),
                AccessionNumbers = Of(nameof(command.AccessionNumber)),
                PatientIds = Of(nameof(command.PatientId)),
                PatientName = Of(nameof(command.PatientName)).FirstOrDefault(),
                StudyDescription = Of(nameof(command.StudyDescription)).FirstOrDefault(),
                Modalities = Of(nameof(command.Modality)),
                Dates = isDateOfRow ? DateRange.Parse(PlainValue.OfAll(command.StudyDate)) : null,
            };
        }
        catch (FormatException exception)
        {
            error = ErrorRecords.InvalidDateRange(nameof(command.StudyDate), command.InputObject, exception.Message);
            return null;
        }
    }

    private bool IsFromRow(string parameter) => isPipeline && !given.Contains(parameter);

    private string[] Of(string parameter) => _keys.TryGetValue(parameter, out var texts) ? texts : [];

    /// <summary>Adds the values of a key, without empty values. For a row it also leaves out values that match anything.</summary>
    private void Add(string parameter, object?[]? values)
    {
        if (values is null && !given.Contains(parameter))
            return;
        _keys[parameter] =
        [
            .. (values ?? []).Select(value => $"{value}".Trim())
                .Where(text => text.Length > 0 && !(IsFromRow(parameter) && StudyKeys.IsWildcardAlone(text)))
                .SelectMany(text => parameter == nameof(FindPacsStudyCommand.Modality) ? text.Split('\\') : [text])
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Ignores the other keys of a row that has a UID, because the PACS may store their values in another form. The Patient Root model
    /// needs the Patient ID with the UID (PS3.4 C.4.1.2.1).
    /// </summary>
    private void KeepUidOfRow(PacsServer server)
    {
        var isPatientNeeded = server.InformationModel == InformationModel.PatientRoot;
        foreach (var name in _keys.Keys.Where(IsFromRow).ToArray())
        {
            var isNeeded = isPatientNeeded && name == nameof(FindPacsStudyCommand.PatientId);
            if (name != nameof(FindPacsStudyCommand.StudyInstanceUid) && !isNeeded)
                _keys.Remove(name);
        }
    }

    private string? FindMissing(bool isServerPiped)
    {
        foreach (var source in Identifying.Where(_keys.ContainsKey).GroupBy(IsFromRow))
        {
            if (source.All(name => _keys[name].Length == 0))
                return $"There is no value in {string.Join(", ", source)}.";
        }

        return isPipeline && !isServerPiped && !_keys.Any(key => IsFromRow(key.Key) && key.Value.Length > 0)
            ? $"The input has no value in any of {string.Join(", ", Identifying)}, StudyDescription and Modality."
            : null;
    }

    private ErrorRecord? FindInvalid(object? target)
    {
        if (Single.FirstOrDefault(name => Of(name).Any(text => text.Contains('\\'))) is { } parameter)
        {
            return ErrorRecords.InvalidKey(
                parameter, target,
                "A value has a backslash, which separates the values of a list, and only UIDs may be a list (PS3.4 C.2.2.2.2).");
        }

        return Of(nameof(FindPacsStudyCommand.AccessionNumber)).Length > 1 && Of(nameof(FindPacsStudyCommand.PatientId)).Length > 1
            ? ErrorRecords.InvalidKey(
                nameof(FindPacsStudyCommand.PatientId), target,
                "It cannot have several values together with several of -AccessionNumber. Pipe in rows with both columns.")
            : null;
    }
}
