using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Services;

/// <summary>The Query/Retrieve information models (PS3.4 C.3).</summary>
public enum InformationModel
{
    /// <summary>Study Root (PS3.4 C.3.2): study, series, composite instance.</summary>
    StudyRoot,

    /// <summary>Patient Root (PS3.4 C.3.1): patient, study, series, composite instance.</summary>
    PatientRoot,
}

/// <summary>The SOP classes of the models (PS3.4 C.6).</summary>
public static class InformationModels
{
    /// <summary>Verification (PS3.4 A.4).</summary>
    public const string Verification = SopClassUids.Verification;

    /// <summary>The FIND SOP class UID of the model.</summary>
    public static string FindSopClass(this InformationModel model) =>
        model == InformationModel.PatientRoot
            ? SopClassUids.PatientRootQueryRetrieveInformationModelFind
            : SopClassUids.StudyRootQueryRetrieveInformationModelFind;

    /// <summary>The MOVE SOP class UID of the model.</summary>
    public static string MoveSopClass(this InformationModel model) =>
        model == InformationModel.PatientRoot
            ? SopClassUids.PatientRootQueryRetrieveInformationModelMove
            : SopClassUids.StudyRootQueryRetrieveInformationModelMove;

    /// <summary>The GET SOP class UID of the model.</summary>
    public static string GetSopClass(this InformationModel model) =>
        model == InformationModel.PatientRoot
            ? SopClassUids.PatientRootQueryRetrieveInformationModelGet
            : SopClassUids.StudyRootQueryRetrieveInformationModelGet;
}
