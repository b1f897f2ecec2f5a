using System.Runtime.Serialization;
using PacsNm.Dicom.Network;
using PacsNm.Dicom.Services;

namespace PacsNm.Servers;

/// <summary>A server as it is stored in the file. A member that is missing there has the value of a new <see cref="PacsServer"/>.</summary>
[DataContract]
internal sealed class SavedServer
{
    [DataMember(Order = 0)]
    public string Name { get; set; } = "";

    [DataMember(Order = 1)]
    public string ComputerName { get; set; } = "";

    [DataMember(Order = 2)]
    public int Port { get; set; }

    [DataMember(Order = 3)]
    public string CalledAETitle { get; set; } = "";

    [DataMember(Order = 4)]
    public string CallingAETitle { get; set; } = "";

    [DataMember(Order = 5, EmitDefaultValue = false)]
    public string? InformationModel { get; set; }

    [DataMember(Order = 6, EmitDefaultValue = false)]
    public int? ConnectTimeoutSeconds { get; set; }

    [DataMember(Order = 7, EmitDefaultValue = false)]
    public int? AcseTimeoutSeconds { get; set; }

    [DataMember(Order = 8, EmitDefaultValue = false)]
    public int? DimseTimeoutSeconds { get; set; }

    [DataMember(Order = 9, EmitDefaultValue = false)]
    public bool UseTls { get; set; }

    [DataMember(Order = 10, EmitDefaultValue = false)]
    public bool SkipCertificateCheck { get; set; }

    [DataMember(Order = 11, EmitDefaultValue = false)]
    public int? MaximumMatches { get; set; }

    /// <summary>The former name of <see cref="MaximumMatches"/>. It is read but not written.</summary>
    [DataMember(Order = 11, EmitDefaultValue = false)]
    public int? AnswerCap { get; set; }

    [DataMember(Order = 12, EmitDefaultValue = false)]
    public string? Retriever { get; set; }

    [DataMember(Order = 13, EmitDefaultValue = false)]
    public int? LocalPort { get; set; }

    [DataMember(Order = 14, EmitDefaultValue = false)]
    public string? CertificateThumbprint { get; set; }

    [DataMember(Order = 15, EmitDefaultValue = false)]
    public string? CertificatePath { get; set; }

    [DataMember(Order = 16, EmitDefaultValue = false)]
    public string? ActiveHours { get; set; }

    [DataMember(Order = 17, EmitDefaultValue = false)]
    public int MaxAssociations { get; set; }

    [DataMember(Order = 18, EmitDefaultValue = false)]
    public long MaxBytesPerSecond { get; set; }

    /// <summary>Converts a server to its stored form.</summary>
    public static SavedServer From(PacsServer server) => new()
    {
        Name = server.Name,
        ComputerName = server.ComputerName,
        Port = server.Port,
        CalledAETitle = server.CalledAETitle,
        CallingAETitle = server.CallingAETitle,
        InformationModel = $"{server.InformationModel}",
        ConnectTimeoutSeconds = server.ConnectTimeoutSeconds,
        AcseTimeoutSeconds = server.AcseTimeoutSeconds,
        DimseTimeoutSeconds = server.DimseTimeoutSeconds,
        UseTls = server.UseTls,
        SkipCertificateCheck = server.SkipCertificateCheck,
        MaximumMatches = server.MaximumMatches,
        Retriever = $"{server.Retriever}",
        LocalPort = server.LocalPort,
        CertificateThumbprint = server.CertificateThumbprint,
        CertificatePath = server.CertificatePath,
        ActiveHours = server.ActiveHours.Length > 0 ? server.ActiveHours : null,
        MaxAssociations = server.MaxAssociations,
        MaxBytesPerSecond = server.MaxBytesPerSecond,
    };

    /// <summary>Converts the stored form to a server.</summary>
    public PacsServer ToServer(bool isDefault)
    {
        var plain = new PacsServer();
        return new PacsServer
        {
            Name = Name,
            IsDefault = isDefault,
            ComputerName = ComputerName,
            Port = Port,
            CalledAETitle = CalledAETitle,
            CallingAETitle = CallingAETitle,
            InformationModel = Value<InformationModel>(InformationModel),
            ConnectTimeoutSeconds = ConnectTimeoutSeconds ?? plain.ConnectTimeoutSeconds,
            AcseTimeoutSeconds = AcseTimeoutSeconds ?? plain.AcseTimeoutSeconds,
            DimseTimeoutSeconds = DimseTimeoutSeconds ?? plain.DimseTimeoutSeconds,
            UseTls = UseTls,
            SkipCertificateCheck = SkipCertificateCheck,
            MaximumMatches = MaximumMatches ?? AnswerCap,
            Retriever = Value<Retriever>(Retriever),
            LocalPort = LocalPort,
            CertificateThumbprint = CertificateThumbprint,
            CertificatePath = CertificatePath,
            ActiveHours = ActiveHours ?? "",
            MaxAssociations = MaxAssociations,
            MaxBytesPerSecond = MaxBytesPerSecond,
        };
    }

    /// <summary>Returns why the server cannot be used; null if it can.</summary>
    public string? FindProblem() =>
        !PacsServer.IsName(Name) ? $"'{Name}' is not a valid name for a server."
        : string.IsNullOrWhiteSpace(ComputerName) ? Demand(nameof(ComputerName), "a host name or an address")
        : !IsPort(Port) ? Demand(nameof(Port), "1 to 65535")
        : !AETitle.IsValid(CalledAETitle) ? Demand(nameof(CalledAETitle), "an AE title of 1 to 16 characters")
        : !AETitle.IsValid(CallingAETitle) ? Demand(nameof(CallingAETitle), "an AE title of 1 to 16 characters")
        : !IsOneOf<InformationModel>(InformationModel) ? Demand(nameof(InformationModel), "StudyRoot or PatientRoot")
        : !IsOneOf<Retriever>(Retriever) ? Demand(nameof(Retriever), string.Join(", ", Enum.GetNames(typeof(Retriever))))
        : LocalPort is { } port && !IsPort(port) ? Demand(nameof(LocalPort), "1 to 65535")
        : new[] { ConnectTimeoutSeconds, AcseTimeoutSeconds, DimseTimeoutSeconds }.Any(seconds => seconds is < 1 or > 86400)
            ? Demand("each timeout", "1 to 86400 seconds")
        : MaxAssociations < 0 || MaxBytesPerSecond < 0 ? Demand("each limit", "0 or more")
        : ActiveHours is { } hours && Jobs.ActiveHours.FindProblem(hours) is { } problem ? $"Server '{Name}': {problem}"
        : null;

    private static bool IsPort(int number) => number is >= 1 and <= 65535;

    private static bool IsOneOf<T>(string? text)
        where T : struct => text is null || (Enum.TryParse<T>(text, out var value) && Enum.IsDefined(typeof(T), value));

    private string Demand(string what, string right) => $"Server '{Name}': {what} must be {right}.";

    private static T Value<T>(string? text)
        where T : struct => text is null ? default : (T)Enum.Parse(typeof(T), text);
}
