using System.Management.Automation;

namespace PacsNm;

/// <summary>Creates the error records about tables. The ErrorIds are public API.</summary>
internal static class TableErrors
{
    /// <summary>The table cannot be written.</summary>
    public static ErrorRecord NotWritten(string path, Exception exception) => ErrorRecords.Create(
        new IOException($"The table {ErrorRecords.NameOf(path)} cannot be written: {ErrorRecords.ProblemOf(exception)}", exception),
        "TableNotWritten", ErrorCategory.WriteError, new FileInfo(path),
        "Check the folder and the space on its disk. Another program, such as Excel, may have the file open.");

    /// <summary>The name of the file does not say what to write.</summary>
    public static ErrorRecord UnknownFormat(string path) => ErrorRecords.Argument(
        "UnknownTableFormat", "Path", path, "-Path: The name of a table ends with .parquet or .csv.");

    /// <summary>Windows PowerShell cannot write Parquet files.</summary>
    public static ErrorRecord ParquetNotSupported() => ErrorRecords.Create(
        new PlatformNotSupportedException("Parquet files can be written in PowerShell 7.4 and later only."),
        "ParquetNotSupported", ErrorCategory.NotImplemented, null,
        "Start pwsh, or write a .csv file.");

    /// <summary>An attribute has no values that a table can hold.</summary>
    public static ErrorRecord NotTabular(string name) => ErrorRecords.Argument(
        "NotTabular", "Property", name,
        $"-Property: {name} is a sequence or binary. Name an attribute in the sequence, such as "
            + "RadiopharmaceuticalInformationSequence.RadiopharmaceuticalVolume.");

    /// <summary>An attribute is about the patient.</summary>
    public static ErrorRecord PatientNotIncluded(string name) => ErrorRecords.Argument(
        "PatientNotIncluded", "Property", name,
        $"-Property: {name} identifies or describes the patient, or is a person's name. Add -IncludePatient to have it in the table.");

    /// <summary>More attributes occur than a table can have columns.</summary>
    public static ErrorRecord TooManyColumns(int count, int most) => ErrorRecords.Create(
        new InvalidOperationException($"The table would have {count} columns. The most are {most}."),
        "TooManyColumns", ErrorCategory.LimitsExceeded, count,
        "Use -Property with the attributes that you need, instead of -AllProperties.");
}
