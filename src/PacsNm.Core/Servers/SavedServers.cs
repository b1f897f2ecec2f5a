using System.Runtime.Serialization;

namespace PacsNm.Servers;

/// <summary>The servers that a user has saved, and the default. They hold no secrets.</summary>
[DataContract]
internal sealed class SavedServers
{
    /// <summary>The environment variable that replaces the saved default: the name of a saved server, or AETITLE@host:port.</summary>
    public const string Variable = "PACSNM_SERVER";

    /// <summary>The name of the default server; null for none.</summary>
    [DataMember(Order = 0, EmitDefaultValue = false)]
    public string? Default { get; set; }

    /// <summary>The saved servers, ordered by name.</summary>
    [DataMember(Order = 1)]
    public List<SavedServer> Servers { get; set; } = [];

    /// <summary>Finds a server by its name, ignoring case; null if there is none.</summary>
    public PacsServer? Find(string name) => All().FirstOrDefault(server => IsName(server.Name, name));

    /// <summary>
    /// Finds a server by its address, which is its text form AETITLE@host:port; the default comes first. A server in a column of a CSV file
    /// thus has its other settings too.
    /// </summary>
    public PacsServer? FindAddress(PacsServer address) => All()
        .OrderByDescending(server => server.IsDefault)
        .FirstOrDefault(server => server.ToString().Equals($"{address}", StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns all servers, ordered by name.</summary>
    public IEnumerable<PacsServer> All() =>
        Servers.Select(saved => saved.ToServer(IsName(saved.Name, Default)))
            .OrderBy(server => server.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Saves a server. It replaces the one with the same name.</summary>
    public void Set(PacsServer server)
    {
        Remove(server.Name);
        Servers.Add(SavedServer.From(server));
        Servers = [.. Servers.OrderBy(saved => saved.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Removes a server; does nothing if there is none of this name.</summary>
    public void Remove(string name) => Servers.RemoveAll(saved => IsName(saved.Name, name));

    /// <summary>
    /// Returns the server to use if none is given: that of PACSNM_SERVER, else the saved default, else <see cref="PacsServer.Default"/>.
    /// </summary>
    /// <exception cref="FormatException">The variable does not name a server, or the file is damaged.</exception>
    public static PacsServer FindDefault()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            try
            {
                return PacsServer.Parse(named);
            }
            catch (FormatException exception) when (exception is not ServerFileException)
            {
                throw new FormatException($"The environment variable {Variable}: {exception.Message}", exception);
            }
        }

        var saved = ServerFile.Read();
        return saved.Default is { } name && saved.Find(name) is { } server ? server : PacsServer.Default;
    }

    /// <summary>Returns the first server that cannot be used, and why; null if all can.</summary>
    public (string Name, string Problem)? FindProblem()
    {
        // A file without the list has no servers.
        Servers ??= [];
        foreach (var server in Servers)
        {
            if (server.FindProblem() is { } problem)
                return (server.Name, problem);
        }

        return Servers.GroupBy(server => server.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1) is { } twice
            ? (twice.Key, $"There are two servers '{twice.Key}'.")
            : null;
    }

    private static bool IsName(string? name, string? other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
