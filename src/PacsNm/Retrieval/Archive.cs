using PacsNm.Dicom.Data;

namespace PacsNm.Retrieval;

/// <summary>
/// The folder that retrieved files are kept in: PatientID/StudyInstanceUID/SeriesInstanceUID/SOPInstanceUID.dcm.
/// </summary>
internal sealed class Archive(string root, bool overwrite)
{
    /// <summary>What belongs to the module and not to the archive lies in here.</summary>
    private const string OwnFolder = ".pacsnm";

    /// <summary>The archive's folder.</summary>
    public string Root { get; } = root;

    /// <summary>Makes an empty folder beside the files, on their file system, for a retriever to write into.</summary>
    public string CreateStaging()
    {
        var folder = Path.Combine(Root, OwnFolder, "staging", Path.GetRandomFileName());
        CreateFolder(folder);
        return folder;
    }

    /// <summary>Removes a staging folder and what is in it. What cannot be removed stays, and harms nobody.</summary>
    public static void RemoveStaging(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Moves a file that is whole to its place, in one step.</summary>
    /// <returns>The study's folder, and whether the place was taken already and left alone.</returns>
    public (string StudyFolder, bool AlreadyPresent) File(string stagedPath, Part10Summary file)
    {
        var study = Path.Combine(Root, SafeName.From(file.PatientId), file.StudyInstanceUid!);
        var folder = Path.Combine(study, Uid.IsValid(file.SeriesInstanceUid) ? file.SeriesInstanceUid! : SafeName.Unknown);
        var path = Path.Combine(folder, file.SopInstanceUid + ".dcm");
        CreateFolder(folder);
        if (System.IO.File.Exists(path))
        {
            if (!overwrite)
                return (study, true);
            System.IO.File.Replace(stagedPath, path, null);
        }
        else
        {
            System.IO.File.Move(stagedPath, path);
        }

        return (study, false);
    }

    /// <summary>Patients' data: what is new is for its owner only.</summary>
    private static void CreateFolder(string path)
    {
#if NET
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return;
        }
#endif
        Directory.CreateDirectory(path);
    }
}
