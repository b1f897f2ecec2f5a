using PacsNm.Dicom.Data;

namespace PacsNm.Simulator;

/// <summary>Structured documents (PS3.3 C.17, C.18).</summary>
internal static class SyntheticDocuments
{
    private const string Dicom = "DCM";

    /// <summary>Creates a key object selection of one instance (PS3.3 A.35.4, PS3.16 TID 2010).</summary>
    public static Dataset KeyObjects(string studyUid, string seriesUid, string sopClassUid, string sopInstanceUid)
    {
        var reference = new Dataset()
            .With("ReferencedSOPClassUID", sopClassUid)
            .With("ReferencedSOPInstanceUID", sopInstanceUid);
        var evidence = new Dataset()
            .With("StudyInstanceUID", studyUid)
            .With("ReferencedSeriesSequence", new Dataset()
                .With("SeriesInstanceUID", seriesUid)
                .With("ReferencedSOPSequence", reference));
        return Container(null, DatasetBuilding.Code("113000", Dicom, "Of Interest"), Item("CONTAINS", "IMAGE", null)
                .With("ReferencedSOPSequence", reference))
            .With("ReferencedPerformedProcedureStepSequence", Array.Empty<Dataset>())
            .With("CurrentRequestedProcedureEvidenceSequence", evidence);
    }

    /// <summary>Creates a radiopharmaceutical radiation dose report (PS3.3 A.35.14, PS3.16 TID 10021, 10022).</summary>
    public static Dataset DoseReport(Radiopharmaceutical tracer, string date)
    {
        var activity = new Dataset()
            .With("NumericValue", $"{tracer.Megabecquerels}")
            .With("MeasurementUnitsCodeSequence", DatasetBuilding.Code("MBq", "UCUM", "megabecquerel"));
        var administration = Container("CONTAINS", DatasetBuilding.Code("113502", Dicom, "Radiopharmaceutical Administration"),
            Item("CONTAINS", "TEXT", DatasetBuilding.Code("111516", Dicom, "Agent Name")).With("TextValue", tracer.Name),
            Item("CONTAINS", "CODE", DatasetBuilding.Code("C-10072", "SRT", "Radionuclide"))
                .With("ConceptCodeSequence", DatasetBuilding.Code("C-163A8", "SRT", "Technetium Tc^99m^")),
            Item("CONTAINS", "NUM", DatasetBuilding.Code("113507", Dicom, "Administered activity"))
                .With("MeasuredValueSequence", activity),
            Item("CONTAINS", "DATETIME", DatasetBuilding.Code("123003", Dicom, "Radiopharmaceutical Start DateTime"))
                .With("DateTime", $"{date}080000"));
        return Container(null, DatasetBuilding.Code("113500", Dicom, "Radiopharmaceutical Radiation Dose Report"), administration)
            .With("CompletionFlag", "COMPLETE")
            .With("VerificationFlag", "UNVERIFIED")
            .With("ReferencedPerformedProcedureStepSequence", Array.Empty<Dataset>())
            .With("PerformedProcedureCodeSequence", Array.Empty<Dataset>());
    }

    private static Dataset Container(string? relationship, Dataset name, params Dataset[] content) =>
        Item(relationship, "CONTAINER", name).With("ContinuityOfContent", "SEPARATE").With("ContentSequence", content);

    private static Dataset Item(string? relationship, string valueType, Dataset? name)
    {
        var item = new Dataset().With("ValueType", valueType);
        if (relationship is not null)
            item.With("RelationshipType", relationship);
        return name is null ? item : item.With("ConceptNameCodeSequence", name);
    }
}
