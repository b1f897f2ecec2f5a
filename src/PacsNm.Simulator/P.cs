namespace PacsNm.Simulator; internal static class Placeholder { }
