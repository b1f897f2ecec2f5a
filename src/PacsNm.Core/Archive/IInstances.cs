namespace PacsNm.Archive;

/// <summary>What a retrieval needs to know about the instances of its study in the archive.</summary>
internal interface IInstances
{
    /// <summary>The instances that are in the archive.</summary>
    IReadOnlyCollection<InstanceKey> Present { get; }

    /// <summary>The instances that arrived in this run and are in the archive.</summary>
    IReadOnlyCollection<InstanceKey> Received { get; }

    /// <summary>Whether objects arrived that were rejected.</summary>
    bool HasRejections { get; }

    /// <summary>The line that the last run ended with; null if no run ended.</summary>
    ManifestEntry? LastEnd { get; }

    /// <summary>Whether another request for an instance is useless.</summary>
    bool IsGivenUp(InstanceKey instance);
}
