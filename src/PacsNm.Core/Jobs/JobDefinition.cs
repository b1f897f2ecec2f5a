using System.Globalization;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;
using System.Text;
using PacsNm.Servers;

namespace PacsNm.Jobs;

/// <summary>What a job retrieves, as it is stored. How it does so, such as the retriever and the hours, belongs to each run.</summary>
[DataContract]
internal sealed class JobDefinition
{
    private static readonly DataContractJsonSerializer Serializer = new(typeof(JobDefinition));

    [DataMember(Order = 0)]
    public string Name { get; set; } = "";

    /// <summary>The PACS. If a server of its name is still saved, that one is used.</summary>
    [DataMember(Order = 1)]
    public SavedServer Server { get; set; } = new();

    [DataMember(Order = 2)]
    public string Layout { get; set; } = "";

    /// <summary>When it was made, in UTC, ISO 8601.</summary>
    [DataMember(Order = 3)]
    public string Created { get; set; } = "";

    /// <summary>The meaning of columns whose names do not tell it.</summary>
    [DataMember(Order = 4, EmitDefaultValue = false)]
    public string[]? Map { get; set; }

    [DataMember(Order = 5, EmitDefaultValue = false)]
    public string[]? Modality { get; set; }

    [DataMember(Order = 6, EmitDefaultValue = false)]
    public string[]? ExcludeModality { get; set; }

    [DataMember(Order = 7, EmitDefaultValue = false)]
    public int MinimumInstances { get; set; }

    /// <summary>The text of a script block that selects series.</summary>
    [DataMember(Order = 8, EmitDefaultValue = false)]
    public string? SeriesFilter { get; set; }

    [DataMember(Order = 9, EmitDefaultValue = false)]
    public int MaximumStudiesPerRow { get; set; } = 1;

    /// <summary>For a job without a list: the days before today that each run searches at least. 0 for a job with a list.</summary>
    [DataMember(Order = 10, EmitDefaultValue = false)]
    public int LastDays { get; set; }

    /// <summary>The number of rows of the list.</summary>
    [DataMember(Order = 11, EmitDefaultValue = false)]
    public int Rows { get; set; }

    /// <summary>Whether the job finds its studies itself.</summary>
    public bool IsDaily => LastDays > 0;

    /// <summary>Whether it retrieves series rather than whole studies.</summary>
    public bool SelectsSeries =>
        Modality is { Length: > 0 } || ExcludeModality is { Length: > 0 } || MinimumInstances > 0 || SeriesFilter is not null;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt =>
        DateTimeOffset.TryParse(Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default;

    /// <summary>The meaning of columns, by the name of the column.</summary>
    public Dictionary<string, string> ColumnMap => (Map ?? []).Select(pair => pair.Split('\t')).Where(pair => pair.Length == 2)
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns its text, a JSON object.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = JsonReaderWriterFactory.CreateJsonWriter(stream, Encoding.UTF8, ownsStream: false, indent: true))
            Serializer.WriteObject(writer, this);
        return stream.ToArray();
    }

    /// <summary>Parses the text.</summary>
    /// <exception cref="SerializationException">The text is damaged.</exception>
    public static JobDefinition FromJson(byte[] json)
    {
        using var stream = new MemoryStream(json);
        return Serializer.ReadObject(stream) is JobDefinition { Name.Length: > 0, Server: not null, Layout: not null } definition
            ? definition
            : throw new SerializationException();
    }
}
