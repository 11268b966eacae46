using System.Globalization;
using System.Text;

namespace Tarmac.Delivery.Git;

/// <summary>
/// Adds progress to the answer of a push. The report of git's receive-pack is sent first but for its closing flush; lines
/// of ours follow on the progress band, which clients print as <c>remote: …</c>, and the flush comes last
/// (gitprotocol-pack, side-band-64k). A client that asked for no sideband gets the plain report.
/// </summary>
internal sealed class SidebandProgress
{
    private const int LargestLine = 900;
    private static readonly byte[] Flush = "0000"u8.ToArray();

    private readonly ReadOnlyMemory<byte> report;
    private readonly Stream client;
    private readonly bool hasSideband;
    private bool gone;

    private SidebandProgress(ReadOnlyMemory<byte> report, Stream client)
    {
        this.client = client;
        hasSideband = report.Length > 9 && report.Span[4] is 1 or 2 or 3 && report.Span[^4..].SequenceEqual(Flush);
        this.report = hasSideband ? report[..^4] : report;
    }

    public static SidebandProgress Of(ReadOnlyMemory<byte> report, Stream client) => new(report, client);

    public Task SendReport(CancellationToken cancellation) => Send(report, cancellation);

    public async Task Say(string text, CancellationToken cancellation)
    {
        if (!hasSideband) return;
        var clean = new string([.. text.Where(c => !char.IsControl(c) || c == '\t')]);
        var line = Encoding.UTF8.GetBytes((clean.Length > LargestLine ? clean[..LargestLine] + "…" : clean) + "\n");
        var packet = new byte[line.Length + 5];
        Encoding.ASCII.GetBytes((line.Length + 5).ToString("x4", CultureInfo.InvariantCulture), packet);
        packet[4] = 2;
        line.CopyTo(packet.AsSpan(5));
        await Send(packet, cancellation);
    }

    public Task Close(CancellationToken cancellation) => hasSideband ? Send(Flush, cancellation) : Task.CompletedTask;

    private async Task Send(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (gone) return;
        try
        {
            await client.WriteAsync(bytes, cancellation);
            await client.FlushAsync(cancellation);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            gone = true;
        }
    }
}
