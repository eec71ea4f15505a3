using System.Runtime.Versioning;

// The servers are Unix programs.
[assembly: SupportedOSPlatform("linux")]
