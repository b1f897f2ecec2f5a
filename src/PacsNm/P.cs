namespace PacsNm; internal static class Placeholder { }
