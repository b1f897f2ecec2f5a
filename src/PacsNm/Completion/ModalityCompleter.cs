namespace PacsNm.Completion;

/// <summary>Completes a modality. It offers the defined terms of PS3.3 C.7.3.1.1.1 that a PACS may have studies of.</summary>
public sealed class ModalityCompleter : Completer
{
    private static readonly (string, string)[] Modalities =
    [
        ("NM", "Nuclear Medicine"), ("PT", "Positron emission tomography"), ("CT", "Computed Tomography"), ("MR", "Magnetic Resonance"),
        ("CR", "Computed Radiography"), ("DX", "Digital Radiography"), ("RF", "Radio Fluoroscopy"), ("XA", "X-Ray Angiography"),
        ("MG", "Mammography"), ("US", "Ultrasound"), ("BMD", "Bone Densitometry"), ("ECG", "Electrocardiography"),
        ("ES", "Endoscopy"), ("IO", "Intra-Oral Radiography"), ("IVUS", "Intravascular Ultrasound"), ("KO", "Key Object Selection"),
        ("OP", "Ophthalmic Photography"), ("OPT", "Ophthalmic Tomography"), ("OT", "Other"), ("PR", "Presentation State"),
        ("PX", "Panoramic X-Ray"), ("REG", "Registration"), ("RTDOSE", "Radiotherapy Dose"), ("RTIMAGE", "Radiotherapy Image"),
        ("RTPLAN", "Radiotherapy Plan"), ("RTSTRUCT", "Radiotherapy Structure Set"), ("SC", "Secondary Capture, as some PACS have it"),
        ("SEG", "Segmentation"), ("SM", "Slide Microscopy"), ("SR", "Structured Report"), ("TG", "Thermography"),
        ("XC", "External-camera Photography"),
    ];

    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string ToolTip)> Values(string word) => Modalities;
}
