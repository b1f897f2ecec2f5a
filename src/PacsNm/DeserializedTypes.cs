using System.Management.Automation;
using PacsNm.Dicom.Services;

namespace PacsNm;

/// <summary>
/// PowerShell brings an enum back from CliXml or a job as a number that only looks like its name: a result's Status would
/// not equal 'Complete'. With this type data it comes back as it was, and so does a server. It is registered by code, since a
/// types file would be refused when a second copy of the module is imported.
/// </summary>
public sealed class DeserializedTypes : IModuleAssemblyInitializer
{
    private static readonly Type[] Types =
    [
        typeof(SaveStatus), typeof(SaveExpectation), typeof(MissingReason), typeof(RetrieveEnd), typeof(ArchiveStatus),
        typeof(InstanceAvailability), typeof(Retriever),
        typeof(InformationModel), typeof(PacsServer),
    ];

    /// <summary>Registers the types in the session. One that does not allow it has the numbers.</summary>
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
            // A session with few commands: nothing else depends on this.
        }
    }
}
