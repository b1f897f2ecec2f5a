using System.Reflection;
using PacsNm.Dicom.Data;

namespace PacsNm.Dicom.Tests.Data;

/// <summary>Failures of the file system are distinguished from other exceptions of the same types.</summary>
public sealed class FileFailureTests
{
    [Fact]
    public void What_the_file_system_refuses_is_one()
    {
        var missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString());
        Assert.True(FileFailure.Is(Assert.Throws<FileNotFoundException>(() => File.OpenRead(missing))));
        Assert.True(FileFailure.Is(Assert.Throws<DirectoryNotFoundException>(() => File.OpenRead(Path.Combine(missing, "file")))));
        Assert.True(FileFailure.Is(Assert.Throws<UnauthorizedAccessException>(() => File.OpenRead(Path.GetTempPath()))));
        Assert.True(FileFailure.Is(new IOException("The disk is full.")));
    }

    [Fact]
    public void An_assembly_that_cannot_be_loaded_is_none()
    {
        const string Missing = "Missing, Version=1.0.0.0, Culture=neutral";
        Assert.False(FileFailure.Is(Assert.Throws<FileNotFoundException>(() => Assembly.Load(Missing))));
        Assert.False(FileFailure.Is(new FileLoadException("Another version is loaded.")));
        Assert.False(FileFailure.Is(new InvalidOperationException()));
    }
}
