using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

namespace PacsNm.Tests;

/// <summary>Makes another version or build of an assembly by changing its file: a build for each would take minutes.</summary>
internal static class AssemblyFile
{
    /// <summary>Changes the version wherever a file says which version of an assembly it is or wants (ECMA-335 II.22.2, II.22.5).</summary>
    public static void SetVersion(string file, string assembly, Version version) => Change(file, (bytes, image, metadata) =>
    {
        int Row(TableIndex table, int number) => image.PEHeaders.MetadataStartOffset
            + metadata.GetTableMetadataOffset(table) + metadata.GetTableRowSize(table) * (number - 1);
        var places = metadata.AssemblyReferences
            .Where(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name) == assembly)
            .Select(reference => Row(TableIndex.AssemblyRef, MetadataTokens.GetRowNumber(reference)));
        if (metadata.GetString(metadata.GetAssemblyDefinition().Name) == assembly)
            places = places.Append(Row(TableIndex.Assembly, 1) + sizeof(int));
        foreach (var place in places)
        {
            BitConverter.GetBytes((ushort)version.Major).CopyTo(bytes, place);
            BitConverter.GetBytes((ushort)version.Minor).CopyTo(bytes, place + 2);
            BitConverter.GetBytes((ushort)version.Build).CopyTo(bytes, place + 4);
        }
    });

    /// <summary>Makes it another build: every compilation has its own module version ID (ECMA-335 II.22.30).</summary>
    public static void SetBuild(string file) => Change(file, (bytes, image, metadata) =>
        Guid.NewGuid().ToByteArray().CopyTo(bytes, image.PEHeaders.MetadataStartOffset + metadata.GetHeapMetadataOffset(HeapIndex.Guid)));

    /// <summary>Gives an assembly another name of the same length.</summary>
    public static void SetName(string file, string name) => Change(file, (bytes, image, metadata) =>
    {
        var place = image.PEHeaders.MetadataStartOffset + metadata.GetHeapMetadataOffset(HeapIndex.String)
            + metadata.GetHeapOffset(metadata.GetAssemblyDefinition().Name);
        Assert.Equal(metadata.GetString(metadata.GetAssemblyDefinition().Name).Length, name.Length);
        Encoding.UTF8.GetBytes(name).CopyTo(bytes, place);
    });

    private static void Change(string file, Action<byte[], PEReader, MetadataReader> change)
    {
        var bytes = File.ReadAllBytes(file);
        using var image = new PEReader(new MemoryStream([.. bytes]));
        change(bytes, image, image.GetMetadataReader());
        File.WriteAllBytes(file, bytes);
    }
}
