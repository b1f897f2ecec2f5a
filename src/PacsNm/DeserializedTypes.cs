using System.Management.Automation;
using PacsNm.Dicom.Services;

namespace PacsNm;

/// <summary>
/// Registers type data so that enum values and servers keep their type when they come from CliXml or a job. Without it an enum value
/// becomes a number that only looks like its name, and a result's Status does not equal 'Complete'. It is registered by code, because a
/// types file would fail when a second copy of the module is imported.
/// </summary>
public sealed class DeserializedTypes : IModuleAssemblyInitializer
{
    private static readonly Type[] Types =
    [
        typeof(SaveStatus), typeof(SaveExpectation), typeof(MissingReason), typeof(RetrieveEnd), typeof(ArchiveStatus),
        typeof(InstanceAvailability), typeof(Retriever), typeof(JobOutcome), typeof(DifferenceState),
        typeof(InformationModel), typeof(PacsServer),
    ];

    /// <summary>Registers the types in the session. In a session that does not allow it, enum values remain numbers.</summary>
    public void OnImport()
    {
        try
        {
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            foreach (var type in Types)
            {
                shell.AddStatement().AddCommand(@"Microsoft.PowerShell.Utility\Update-TypeData")
                    .AddParameter("TypeName", $"Deserialized.{type.FullName}")
                    .AddParameter("TargetTypeForDeserialization", type)
                    .AddParameter("Force");
            }

            shell.Invoke();
        }
        catch (RuntimeException)
        {
            // A session with few commands. Nothing else depends on the type data.
        }
    }
}
