package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PoolTest {
  private static final long MB = 1 << 20;

  private final long limit = Memory.stats().limit();

  @AfterEach
  void restoreTheLimit() {
    Memory.limit(limit);
  }

  private static Tensor bytes(long count) {
    return EagerTensor.allocate(new TensorSpec(DType.UINT8, Shape.of(count)));
  }

  private static long live() {
    return Memory.stats().live();
  }

  /** Returns the bytes in use once nothing unreachable is counted any more. */
  private static long settled() throws InterruptedException {
    long before = -1;
    for (long now = live(); now != before; now = live()) {
      before = now;
      System.gc();
      Thread.sleep(50);
    }
    return before;
  }

  /** A block is at most a quarter larger than what was asked for, and is used again. */
  @ParameterizedTest
  @ValueSource(longs = {4097, 5000, 65_536, 100_000, 1_000_000, 33_333_333})
  void releasedBlocksAreUsedAgain(long size) throws InterruptedException {
    long start = settled();
    Tensor tensor = bytes(size);
    long taken = live() - start;
    assertTrue(taken >= size && taken <= size * 5 / 4 + 64, size + " bytes took " + taken);
    long address = ((EagerTensor) tensor).memory().address();
    assertEquals(0, address % 64);
    tensor.release();
    assertEquals(start, live());
    assertTrue(Memory.stats().pooled() >= taken);
    Tensor again = bytes(size);
    assertEquals(address, ((EagerTensor) again).memory().address());
    again.release();
  }

  @Test
  void collectedTensorsComeBack() throws InterruptedException {
    long start = settled();
    for (int i = 0; i < 100; i++) {
      bytes(i % 2 == 0 ? MB : 100).reshape(-1);
    }
    assertTrue(live() >= start);
    assertTrue(settled() <= start + Pool.CHUNK, "still live: " + (live() - start));
  }

  /** A view keeps the memory, also when the tensor it was made of is gone. */
  @Test
  void viewsKeepMemory() throws InterruptedException {
    Tensor view = Tensor.ones(DType.INT32, 1000, 1000).transpose();
    settled();
    List<Tensor> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      others.add(Tensor.zeros(DType.INT32, 1000, 1000));
    }
    assertEquals(1_000_000, view.sum().item());
    others.forEach(Tensor::release);
  }

  @Test
  void theLimitIsKeptAndNamed() throws InterruptedException {
    long start = settled();
    Memory.limit(start + 20 * MB);
    List<Tensor> held = new ArrayList<>();
    TensorMemoryException error =
        assertThrows(
            TensorMemoryException.class,
            () -> {
              while (true) {
                held.add(bytes(MB));
              }
            });
    assertTrue(held.size() >= 15 && held.size() <= 20, held.size() + " fitted");
    assertEquals(
        ("out of tensor memory: %d bytes asked for, %d in use, the limit is %d; raise it with"
                + " -Dtapedeck.memory.limit=SIZE (4g) or Memory.limit(bytes), or use smaller"
                + " batches")
            .formatted(MB, live(), start + 20 * MB),
        error.getMessage());
    assertThrows(TensorMemoryException.class, () -> bytes(Long.MAX_VALUE / 2));
    assertThrows(TensorMemoryException.class, () -> bytes(Long.MAX_VALUE));
    held.removeLast().release();
    held.add(bytes(MB));
    assertEquals(held.size(), held.stream().distinct().count());
    held.forEach(Tensor::release);
    assertEquals(start, settled());
  }

  /** Garbage never makes an allocation fail: it is collected first. */
  @Test
  void garbageIsCollectedAtTheLimit() throws InterruptedException {
    Memory.limit(settled() + 32 * MB);
    for (int i = 0; i < 60; i++) {
      assertEquals(4 * MB, bytes(4 * MB).shape().count());
    }
  }

  /** An interrupted thread waits for the collector as well, and stays interrupted. */
  @Test
  void anInterruptedThreadAllocatesNearTheLimit() throws InterruptedException {
    Memory.limit(settled() + 32 * MB);
    for (int i = 0; i < 40; i++) {
      Thread.currentThread().interrupt();
      try {
        assertEquals(4 * MB, bytes(4 * MB).shape().count());
      } finally {
        assertTrue(Thread.interrupted());
      }
    }
  }

  /** The memory of small tensors is nobody else's, also after the thread has got no more of it. */
  @Test
  void theChunkBeforeAFailureIsNotGivenAwayWhileItIsInUse() throws Exception {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              List<Tensor> small = new ArrayList<>();
              for (long used = 0; used + 4096 < Pool.CHUNK; used += 4096) {
                small.add(bytes(4096));
              }
              small.add(bytes(64));
              Memory.limit(settled());
              assertThrows(TensorMemoryException.class, () -> bytes(4096));
              Memory.limit(limit);
              small.forEach(Tensor::release);
              List<Tensor> blocks = new ArrayList<>();
              for (int i = 0; i < 20; i++) {
                blocks.add(Tensor.zeros(DType.UINT8, Pool.CHUNK));
              }
              Tensor ones = Tensor.ones(DType.UINT8, 64);
              for (Tensor block : blocks) {
                for (float value : block.toFloatArray()) {
                  assertEquals(0, value);
                }
              }
              assertEquals(64, ones.sum().item());
              return null;
            });
    new Thread(task).start(); // which has a chunk of its own
    task.get();
  }

  /** Wherever the stack overflows, no memory is lost and none is counted twice. */
  @Test
  void overflowsLeaveThePoolAsItWas() throws InterruptedException {
    Runnable work =
        () -> {
          for (long size : new long[] {64, 4000, 5000, 100_000, 3 * MB}) {
            bytes(size).release();
            bytes(size);
          }
        };
    for (int i = 0; i < 1000; i++) {
      work.run(); // every class is there
    }
    long start = settled();
    Memory.limit(start + 40 * MB);
    int overflows = 0;
    for (int calls = 0; calls < 150; calls += calls < 40 ? 1 : 3) { // compiled code needs few
      overflows += Overflow.near(calls, work) ? 1 : 0;
      Memory.Stats stats = Memory.stats();
      assertTrue(stats.live() + stats.pooled() <= stats.limit(), stats.toString());
    }
    assertTrue(overflows > 10, overflows + " overflows");
    assertTrue(settled() <= start + 2 * Pool.CHUNK, "still live: " + (live() - start));
    List<Tensor> held = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      held.add(Tensor.full(DType.INT32, i, 50_000));
    }
    for (int i = 0; i < held.size(); i++) {
      assertEquals(50_000.0 * i, held.get(i).sum().item());
    }
    held.forEach(Tensor::release);
  }

  /** Pooled blocks of other sizes make room. */
  @Test
  void pooledMemoryCountsAgainstTheLimit() throws InterruptedException {
    long start = settled();
    Memory.limit(start + 32 * MB);
    for (long size : new long[] {MB, 3 * MB, 7 * MB, 20 * MB, 28 * MB, MB}) {
      bytes(size).release();
      Memory.Stats stats = Memory.stats();
      assertTrue(stats.live() + stats.pooled() <= stats.limit(), stats.toString());
    }
    Memory.limit(start + MB);
    assertTrue(Memory.stats().pooled() <= MB, Memory.stats().toString());
  }

  @Test
  void blocksThatAreNotNeededGoBackToTheSystem() {
    List<Tensor> many = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      many.add(bytes(MB));
    }
    many.forEach(Tensor::release);
    assertTrue(Memory.stats().pooled() >= 64 * MB);
    for (int i = 0; i < 40_000; i++) { // two looks, and a bit more
      Tensor one = bytes(MB);
      Tensor other = bytes(5000);
      one.release();
      other.release();
    }
    long pooled = Memory.stats().pooled();
    assertTrue(pooled < 32 * MB, pooled + " bytes are kept");
  }

  @Test
  void thePeakIsTheMostThatWasLive() throws InterruptedException {
    long start = settled();
    Memory.Stats before = Memory.stats();
    assertTrue(before.peak() >= before.live());
    long size = before.peak() - start + 8 * MB;
    bytes(size).release();
    assertTrue(Memory.stats().peak() >= start + size);
    long peak = Memory.stats().peak();
    bytes(MB).release();
    assertEquals(peak, Memory.stats().peak());
  }

  /** Each thread's tensors keep what was written to them, whatever the others take and give. */
  @Test
  void threadsShareThePool() throws Exception {
    long start = settled();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      int mark = n + 1;
      tasks.add(
          () -> {
            Random random = new Random(mark);
            List<Tensor> held = new ArrayList<>();
            int checked = 0;
            for (int i = 0; i < 3000; i++) {
              held.add(Tensor.full(DType.INT32, mark * 10_000 + i, random.nextInt(1, 3000)));
              if (held.size() > 20) {
                Tensor taken = held.remove(random.nextInt(held.size()));
                int[] values = taken.toIntArray();
                assertEquals(mark, values[0] / 10_000);
                for (int value : values) {
                  assertEquals(values[0], value);
                }
                checked++;
                if (random.nextBoolean()) {
                  taken.release();
                }
              }
            }
            held.forEach(Tensor::release);
            return checked;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Integer> result : threads.invokeAll(tasks)) {
        assertEquals(2980, result.get());
      }
    }
    // A thread's last chunk goes with the thread.
    assertTrue(settled() <= start + 4 * Pool.CHUNK, "still live: " + (live() - start));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "64k, 65536", "256m, 268435456", "4G, 4294967296", "' 1t ', 1099511627776"})
  void sizesAreParsed(String text, long bytes) {
    assertEquals(bytes, Memory.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "m", "0", "-1m", "1.5g", "4gb", "9999999999t"})
  void otherSizesAreRefused(String text) {
    assertEquals(
        "tapedeck.memory.limit: expected a size such as 256m or 4g, received \""
            + text
            + "\"; write a whole number above 0, with k, m, g or t behind it or none for"
            + " bytes",
        assertThrows(IllegalArgumentException.class, () -> Memory.parse(text)).getMessage());
    assertEquals(
        "Memory.limit: must be above 0 bytes, received 0; give the bytes that"
            + " tensors may"
            + " take, as 4L << 30 for 4 GiB",
        assertThrows(IllegalArgumentException.class, () -> Memory.limit(0)).getMessage());
  }
}
