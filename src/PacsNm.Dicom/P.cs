namespace PacsNm.Dicom; internal static class Placeholder { }
