using System.Net;
using System.Net.Sockets;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>Loopback ports that nobody uses, below the range that the system gives to outgoing connections; none is given twice.</summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static readonly Lock Gate = new();
    private static int _next = Environment.ProcessId * 97 % Count;

    public static int Take()
    {
        lock (Gate)
        {
            for (var tries = 0; tries < Count; tries++)
            {
                var port = First + (_next++ % Count);
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                    return port;
                }
                catch (SocketException)
                {
                    // Taken: the next one.
                }
            }
        }

        throw new InvalidOperationException("No free loopback port.");
    }
}
