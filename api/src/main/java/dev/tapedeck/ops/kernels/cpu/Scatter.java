package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.cpu.ScatterRows.Share;
import dev.tapedeck.ops.kernels.cpu.ScatterRows.Sources;
import dev.tapedeck.tensor.EagerTensor;
import java.lang.ref.Reference;

/**
 * A sum of rows at given places, divided among threads: each adds some elements of long rows, and
 * some of the short ones, whose memory a thread waits for.
 *
 * @param copies how many places each row is added to, one after the other
 * @param first the number of the first place
 */
record Scatter(EagerTensor rows, long size, long copies, long first, EagerTensor output) {
  /** The number of elements from which a row is long. */
  private static final long LONG = 1024;

  /** Adds the rows, at places in the output. */
  @SuppressWarnings("ReachabilityFenceUsage") // a try block, since work may fail
  void add(long[] places) {
    ScatterRows loops = ScatterRows.of(output.dtype(), size);
    try {
      if (places.length * size < Workers.LEAST) {
        loops.add(sources(0), output.address(), places, size, Share.ALL);
      } else if (size >= LONG) {
        Workers.run(size, LONG / 2, (from, to) -> columns(loops, places, from, to));
      } else {
        int threads = Integer.highestOneBit(Workers.THREADS);
        Workers.run(
            threads,
            true,
            thread ->
                loops.add(sources(0), output.address(), places, size, share(thread, threads)));
      }
    } finally {
      // Loops use raw addresses: the memory must not be collected while they run.
      Reference.reachabilityFence(rows);
      Reference.reachabilityFence(output);
    }
  }

  private Sources sources(long column) {
    long bytes = output.dtype().bytes();
    return new Sources(rows.address() + column * bytes, size * bytes, copies, first);
  }

  private void columns(ScatterRows loops, long[] places, long from, long to) {
    long address = output.address() + from * output.dtype().bytes();
    loops.add(sources(from), address, places, to - from, Share.ALL);
  }

  /** Returns a thread's share of rows, none shorter than a cache line. */
  private Share share(int thread, int threads) {
    long least = Math.max(size, ScatterRows.VECTORS);
    return new Share(Long.SIZE - Long.numberOfLeadingZeros(least - 1), threads - 1L, thread);
  }
}
