using System.Management.Automation;
using PacsNm.Servers;

namespace PacsNm.Commands;

/// <summary>Finds saved servers by the names that a user gives.</summary>
internal static class ServerNames
{
    /// <summary>The servers of a name, which may contain wildcards. A name without wildcards that is not saved is an error.</summary>
    public static PacsServer[] Match(this Cmdlet cmdlet, SavedServers saved, string name)
    {
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        PacsServer[] found = [.. saved.All().Where(server => pattern.IsMatch(server.Name))];
        if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            cmdlet.WriteError(ErrorRecords.ServerNotFound(name, $"No server is saved under '{name}'."));
        return found;
    }
}
