using System.Runtime.Serialization;

namespace PacsNm.Servers;

/// <summary>The servers that a user has saved, and which is taken where none is named. It holds no secret.</summary>
[DataContract]
internal sealed class SavedServers
{
    /// <summary>Names a server, in place of the default that is saved; AETITLE@host:port is taken too.</summary>
    public const string Variable = "PACSNM_SERVER";

    /// <summary>The name of the default; null for none.</summary>
    [DataMember(Order = 0, EmitDefaultValue = false)]
    public string? Default { get; set; }

    /// <summary>The servers, by name.</summary>
    [DataMember(Order = 1)]
    public List<SavedServer> Servers { get; set; } = [];

    /// <summary>Looks a server up by its name; null where there is none.</summary>
    public PacsServer? Find(string name) => All().FirstOrDefault(server => IsName(server.Name, name));

    /// <summary>
    /// A server of an address that is shown as AETITLE@host:port, the default first: so a column of a CSV file finds the
    /// rest of what is known of it.
    /// </summary>
    public PacsServer? FindAddress(PacsServer address) => All()
        .OrderByDescending(server => server.IsDefault)
        .FirstOrDefault(server => server.ToString().Equals($"{address}", StringComparison.OrdinalIgnoreCase));

    /// <summary>All of them, by name.</summary>
    public IEnumerable<PacsServer> All() =>
        Servers.Select(saved => saved.ToServer(IsName(saved.Name, Default))).OrderBy(server => server.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Saves a server in the place of the one of its name.</summary>
    public void Set(PacsServer server)
    {
        Remove(server.Name);
        Servers.Add(SavedServer.From(server));
        Servers = [.. Servers.OrderBy(saved => saved.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Forgets a server.</summary>
    public void Remove(string name) => Servers.RemoveAll(saved => IsName(saved.Name, name));

    /// <summary>The server that is taken where none is named: PACSNM_SERVER, the saved default, the built-in default.</summary>
    /// <exception cref="FormatException">The variable names none, or the file is broken.</exception>
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

    /// <summary>The first server in it that cannot be used, and why; null if all can.</summary>
    public (string Name, string Problem)? FindProblem()
    {
        // A file without the list is one without servers.
        Servers ??= [];
        foreach (var server in Servers)
        {
            if (server.FindProblem() is { } problem)
                return (server.Name, problem);
        }

        return Servers.GroupBy(server => server.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? (twice.Key, $"There are two servers '{twice.Key}'.")
            : null;
    }

    private static bool IsName(string? name, string? other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
