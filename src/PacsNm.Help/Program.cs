using System.Management.Automation;
using System.Reflection;
using PacsNm.Help;

// PacsNm.Help <assembly> <folder of Markdown> <file to write> <XML documentation>…
// Writes the help of all cmdlets from the docstrings, the attributes, and one page of Markdown per cmdlet.
if (args is not [var assemblyPath, var pages, var output, .. var documentation])
{
    Console.Error.WriteLine("Usage: PacsNm.Help <assembly> <folder of Markdown> <file to write> <XML documentation>...");
    return 64;
}

var docs = XmlDocs.Load(documentation);
var cmdlets = Assembly.LoadFrom(assemblyPath).GetExportedTypes()
    .Where(type => !type.IsAbstract && type.IsDefined(typeof(CmdletAttribute), inherit: false))
    .Select(type => new CmdletDescription(type, docs))
    .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)
    .ToArray();
try
{
    var maml = Maml.Write(cmdlets.Select(cmdlet => (cmdlet, HelpPage.Read(Path.Combine(pages, cmdlet.Name + ".md")))), docs);
    Directory.CreateDirectory(Path.GetDirectoryName(output)!);
    if (!File.Exists(output) || File.ReadAllText(output) != maml)
        File.WriteAllText(output, maml);
    return 0;
}
catch (Exception exception) when (exception is InvalidDataException or IOException)
{
    // A build recognizes this format as an error.
    Console.Error.WriteLine($"{output}: error HELP001: {exception.Message}");
    return 1;
}
