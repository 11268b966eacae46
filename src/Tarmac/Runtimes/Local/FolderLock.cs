using Tarmac.Model.Runtimes;

namespace Tarmac.Runtimes.Local;

/// <summary>One at a time changes a process folder, across programs too; the kernel lets go when the holder dies.</summary>
internal static class FolderLock
{
    public static async Task<IDisposable> TakeAsync(ProcessFolder folder, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new FileStream(folder.RuntimeLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (DirectoryNotFoundException)
            {
                throw LocalRuntimeException.UnknownProcess(Path.GetFileName(folder.Path));
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, ct);
            }
        }
    }

    // EWOULDBLOCK, as flock reports a lock held elsewhere.
    private const int WouldBlock = 11;
}
