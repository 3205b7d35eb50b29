package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * All tensor memory of the process: off-heap blocks, kept by size and used again.
 *
 * <p>A tensor of more than {@link #SMALL} bytes has a block of its own, and one phantom reference
 * that brings the block back when the tensor is collected. Smaller ones share 64 KB chunks, because
 * a reference each would make the collector's young pauses long.
 *
 * <p>Blocks come in four sizes an octave, so at most a quarter of one is unused. Allocation asks
 * the collector to run when the bytes in use have doubled since it last ran, and when the limit is
 * near: it sees only the small Java objects, and would let the memory behind them grow.
 */
final class Pool {
  static final long SMALL = 4096;
  static final long CHUNK = 64 * 1024;
  private static final long ALIGNMENT = 64;
  private static final long FIRST_COLLECTION = 256L << 20;
  private static final int TRIES = 8;

  /** Larger sums of bytes could overflow. */
  private static final long LARGEST = Long.MAX_VALUE / 4;

  private static final Pool POOL = new Pool();
  private static final ThreadLocal<Chunk> CHUNK_OF_THREAD = new ThreadLocal<>();

  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private final NavigableMap<Long, Deque<MemorySegment>> free = new TreeMap<>();
  private final Lease leases = new Lease(null, null, null);
  private long limit = Memory.initialLimit();
  private long live;
  private long pooled;
  private long peak;
  private long nextCollection = FIRST_COLLECTION;

  private Pool() {}

  static Storage allocate(long bytes) {
    if (bytes > SMALL) {
      return POOL.block(bytes);
    }
    Chunk chunk = CHUNK_OF_THREAD.get();
    if (chunk == null || !chunk.fits(bytes)) {
      if (chunk != null) {
        chunk.retire();
      }
      chunk = POOL.chunk();
      CHUNK_OF_THREAD.set(chunk);
    }
    return chunk.take(bytes);
  }

  static Memory.Stats stats() {
    synchronized (POOL) {
      POOL.reclaim();
      return new Memory.Stats(POOL.live, POOL.pooled, POOL.peak, POOL.limit);
    }
  }

  static void limit(long bytes) {
    synchronized (POOL) {
      POOL.limit = bytes;
      POOL.reclaim();
      POOL.trim(bytes - POOL.live);
    }
  }

  private Storage block(long bytes) {
    MemorySegment block = take(bytes);
    // The action must not reach the storage: the lease that holds it would keep the storage alive.
    Lease[] lease = new Lease[1];
    Storage storage = Storage.ofBlock(block.asSlice(0, bytes), () -> giveBack(lease[0]));
    lease[0] = lease(storage, block);
    return storage;
  }

  private Chunk chunk() {
    MemorySegment block = take(CHUNK);
    Chunk chunk = new Chunk(block);
    chunk.lease = lease(chunk, block);
    return chunk;
  }

  private synchronized Lease lease(Object handle, MemorySegment block) {
    Lease lease = new Lease(handle, collected, block);
    lease.insertBehind(leases);
    return lease;
  }

  private synchronized void giveBack(Lease lease) {
    if (lease.unlink()) {
      long size = lease.block.byteSize();
      live -= size;
      pooled += size;
      free.computeIfAbsent(size, s -> new ArrayDeque<>()).push(lease.block);
    }
  }

  private synchronized MemorySegment take(long bytes) {
    if (bytes > Math.min(limit, LARGEST)) {
      throw exhausted(bytes);
    }
    long size = roundUp(bytes);
    reclaim();
    if (live + size > nextCollection) {
      collect(1);
      nextCollection = Math.max(FIRST_COLLECTION, 2 * (live + size));
    }
    for (int attempt = 0; attempt < TRIES; attempt++) {
      MemorySegment block = reuseOrMake(size);
      if (block != null) {
        live += size;
        peak = Math.max(peak, live);
        return block;
      }
      collect(attempt + 1);
    }
    throw exhausted(bytes);
  }

  private TensorMemoryException exhausted(long bytes) {
    return new TensorMemoryException(
        "out of tensor memory: "
            + bytes
            + " bytes asked for, "
            + live
            + " in use, the limit is "
            + limit
            + "; raise it with -Dtapedeck.memory.limit=SIZE (4g) or Memory.limit(bytes), or use smaller"
            + " batches");
  }

  private MemorySegment reuseOrMake(long size) {
    Deque<MemorySegment> blocks = free.get(size);
    if (blocks != null && !blocks.isEmpty()) {
      pooled -= size;
      return blocks.pop();
    }
    if (live + size > limit) {
      return null;
    }
    trim(limit - live - size);
    return NativeMemory.allocate(size, ALIGNMENT);
  }

  /**
   * Hands pooled blocks, largest first, back to the system until at most {@code bytes} are kept.
   */
  private void trim(long bytes) {
    while (pooled > Math.max(bytes, 0)) {
      var largest = free.lastEntry();
      if (largest.getValue().isEmpty()) {
        free.remove(largest.getKey());
      } else {
        pooled -= largest.getKey();
        NativeMemory.free(largest.getValue().pop());
      }
    }
  }

  private void collect(int attempt) {
    System.gc();
    try {
      // References arrive over a few milliseconds: the collection is done when none comes any more.
      long patience = 20L * attempt;
      for (Reference<?> lease = collected.remove(patience); lease != null; ) {
        giveBack((Lease) lease);
        lease = collected.remove(2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reclaim() {
    for (Reference<?> lease = collected.poll(); lease != null; lease = collected.poll()) {
      giveBack((Lease) lease);
    }
  }

  /** Rounds up to 1, 1.25, 1.5 or 1.75 times a power of two. */
  private static long roundUp(long bytes) {
    long step = Math.max(ALIGNMENT, Long.highestOneBit(bytes) >> 2);
    return (bytes + step - 1) / step * step;
  }

  /** A block in use, in a list that keeps the reference itself reachable. */
  private static final class Lease extends PhantomReference<Object> {
    private final MemorySegment block;
    private Lease before;
    private Lease behind;

    Lease(Object handle, ReferenceQueue<Object> queue, MemorySegment block) {
      super(handle, queue);
      this.block = block;
    }

    void insertBehind(Lease head) {
      before = head;
      behind = head.behind;
      if (behind != null) {
        behind.before = this;
      }
      head.behind = this;
    }

    boolean unlink() {
      if (before == null) {
        return false;
      }
      before.behind = behind;
      if (behind != null) {
        behind.before = before;
      }
      before = null;
      behind = null;
      clear();
      return true;
    }
  }

  /**
   * 64 KB that small tensors of one thread are cut from. Once all of them are released it is used
   * again from its start or, when the thread has gone on to another, given back.
   */
  private static final class Chunk {
    private final MemorySegment memory;
    private Lease lease;
    private long used;
    private int live;
    private boolean retired;

    Chunk(MemorySegment memory) {
      this.memory = NativeMemory.keeping(memory, this);
    }

    synchronized boolean fits(long bytes) {
      return used + bytes <= CHUNK;
    }

    synchronized Storage take(long bytes) {
      MemorySegment part = memory.asSlice(used, bytes);
      used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      live++;
      return Storage.ofPart(part, this::released);
    }

    synchronized void retire() {
      retired = true;
      reuse();
    }

    private synchronized void released() {
      live--;
      reuse();
    }

    private void reuse() {
      if (live == 0 && retired) {
        POOL.giveBack(lease);
      } else if (live == 0) {
        used = 0;
      }
    }
  }
}
