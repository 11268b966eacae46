using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Tarmac.Model.Runtimes;

public static unsafe partial class Posix
{
    private const int CurrentFolder = -100, NoFollow = 0x100;
    private const uint TypeOnly = 1;

    // struct statx is the same on every architecture: 256 bytes, the mode at 28.
    private const int StatxSize = 256, ModeAt = 28;
    private const int TypeMask = 0xF000, RegularType = 0x8000;

    /// <summary>Whether it is a plain file: no folder, link, pipe, socket or device. Opening one of those may wait for ever.</summary>
    public static bool IsRegularFile(string path)
    {
        var buffer = stackalloc byte[StatxSize];
        return statx(CurrentFolder, path, NoFollow, TypeOnly, buffer) == 0
            ? (BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(buffer + ModeAt, 2)) & TypeMask) == RegularType
            : throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* buffer);
}
