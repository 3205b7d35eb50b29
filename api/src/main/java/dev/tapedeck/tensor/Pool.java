package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/**
 * The memory pool for all tensors of the process: off-heap blocks, kept by size class and reused.
 *
 * <p>A tensor of more than {@link #SMALL} bytes has a block of its own, and one phantom reference
 * that returns the block when the tensor is collected. Smaller ones share 64 KB chunks, because one
 * reference per tensor would lengthen the collector's young pauses.
 *
 * <p>Blocks come in four sizes per power of two, so at most a quarter of one is unused. Allocation
 * asks the collector to run when the bytes in use are half as many again as when it last ran, and
 * when the limit is near: by itself it sees only the small Java objects, not the memory behind
 * them. Blocks that no allocation has needed for a while go back to the system.
 *
 * <p>Every call and allocation may fail with a stack overflow or a full heap. So everything that
 * can fail comes before the first change, and changes are field assignments in one method that
 * calls nothing.
 */
final class Pool {
  static final long SMALL = 4096;
  static final long CHUNK = 64 * 1024;
  private static final long ALIGNMENT = 64;
  private static final int SIZE_CLASSES = 4 * Long.SIZE;
  private static final long FIRST_COLLECTION = 256L << 20;
  private static final int TRIES = 8;

  /** The allocations between two looks at which blocks were not needed. */
  private static final int PERIOD = 1 << 14;

  /** Larger sums of bytes could overflow. */
  private static final long LARGEST = Long.MAX_VALUE / 4;

  private static final Pool POOL = new Pool();
  private static final ThreadLocal<Chunk> CHUNK_OF_THREAD = new ThreadLocal<>();

  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private final Block[] free = new Block[SIZE_CLASSES];

  /** Blocks whose pages were returned to the system; only the addresses are kept. */
  private final Block[] discarded = new Block[SIZE_CLASSES];

  /** The number of free blocks of each size class, and the fewest since the last look. */
  private final int[] kept = new int[SIZE_CLASSES];

  private final int[] spare = new int[SIZE_CLASSES];

  private final Lease leases = new Lease(null, null, null);

  /** The lease of a collected tensor, while its block is returned to the pool. */
  private Lease arrived;

  private long limit = Memory.initialLimit();
  private long live;
  private long pooled;
  private long peak;
  private long nextCollection = FIRST_COLLECTION;
  private int allocations;

  private Pool() {}

  static Storage allocate(long bytes) {
    if (bytes > SMALL) {
      return POOL.block(bytes);
    }
    Chunk chunk = CHUNK_OF_THREAD.get();
    if (chunk == null || !chunk.fits(bytes)) {
      Chunk former = chunk;
      chunk = POOL.chunk();
      CHUNK_OF_THREAD.set(chunk);
      if (former != null) {
        former.retire(); // last: the memory may go to another thread at once
      }
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

  private synchronized Storage block(long bytes) {
    Block block = prepare(bytes);
    // The action must not refer to the storage: the lease that holds it would keep the storage
    // alive.
    Lease[] lease = new Lease[1];
    Storage storage = Storage.ofBlock(block.memory(bytes), () -> giveBack(lease[0]));
    lease[0] = new Lease(storage, collected, block);
    begin(lease[0]);
    return storage;
  }

  private synchronized Chunk chunk() {
    Block block = prepare(CHUNK);
    Chunk chunk = new Chunk(block.memory(CHUNK));
    chunk.lease = new Lease(chunk, collected, block);
    begin(chunk.lease);
    return chunk;
  }

  /** Takes the first free block of the lease's size class. */
  private void begin(Lease lease) {
    Block block = lease.block;
    int sizeClass = block.sizeClass;
    free[sizeClass] = block.next;
    kept[sizeClass]--;
    if (kept[sizeClass] < spare[sizeClass]) {
      spare[sizeClass] = kept[sizeClass];
    }
    allocations++;
    pooled -= block.size;
    live += block.size;
    if (live > peak) {
      peak = live;
    }
    lease.before = leases;
    lease.behind = leases.behind;
    if (lease.behind != null) {
      lease.behind.before = lease;
    }
    leases.behind = lease;
  }

  private synchronized void giveBack(Lease lease) {
    lease.clear();
    if (lease.before == null) {
      return;
    }
    lease.before.behind = lease.behind;
    if (lease.behind != null) {
      lease.behind.before = lease.before;
    }
    lease.before = null;
    lease.behind = null;
    Block block = lease.block;
    live -= block.size;
    pooled += block.size;
    block.next = free[block.sizeClass];
    free[block.sizeClass] = block;
    kept[block.sizeClass]++;
  }

  /**
   * Returns the first free block for a number of bytes; collects garbage or allocates if there is
   * none.
   */
  private Block prepare(long bytes) {
    if (bytes > Math.min(limit, LARGEST)) {
      throw exhausted(bytes);
    }
    int sizeClass = Block.sizeClass(bytes);
    long size = Block.size(sizeClass);
    reclaim();
    if (live + size > nextCollection) {
      collect(1);
      nextCollection = Math.max(FIRST_COLLECTION, (live + size) / 2 * 3);
    }
    if (allocations >= PERIOD) {
      returnSpare();
    }
    for (int attempt = 1; !isFree(sizeClass, size); attempt++) {
      if (attempt > TRIES) {
        throw exhausted(bytes);
      }
      collect(attempt);
    }
    return free[sizeClass];
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

  /** Returns whether there is a free block, or one could be made within the limit. */
  private boolean isFree(int sizeClass, long size) {
    if (free[sizeClass] == null && live + size <= limit) {
      trim(limit - live - size);
      Block block = discarded[sizeClass];
      if (block == null) {
        block = new Block(sizeClass);
        block.allocate();
      } else {
        discarded[sizeClass] = block.next;
      }
      block.next = null;
      free[sizeClass] = block;
      kept[sizeClass]++;
      pooled += size;
    }
    return free[sizeClass] != null;
  }

  /** Returns pooled blocks to the system, largest first, until at most {@code bytes} are kept. */
  private void trim(long bytes) {
    for (int sizeClass = SIZE_CLASSES - 1; sizeClass >= 0 && pooled > bytes; ) {
      if (free[sizeClass] == null) {
        sizeClass--;
      } else {
        discard(sizeClass);
      }
    }
  }

  /** Returns the blocks to the system that were free all the time since the last look. */
  private void returnSpare() {
    allocations = 0;
    for (int sizeClass = 0; sizeClass < SIZE_CLASSES; sizeClass++) {
      while (spare[sizeClass] > 0) {
        discard(sizeClass);
      }
      spare[sizeClass] = kept[sizeClass];
    }
  }

  private void discard(int sizeClass) {
    Block block = free[sizeClass];
    boolean addressed = block.discard();
    free[sizeClass] = block.next;
    kept[sizeClass]--;
    spare[sizeClass]--;
    pooled -= block.size;
    block.next = discarded[sizeClass];
    if (addressed) {
      discarded[sizeClass] = block;
    }
  }

  /** Runs the collector and waits for its references, also on an interrupted thread. */
  private void collect(int attempt) {
    System.gc();
    boolean interrupted = false;
    // References arrive over a few milliseconds; the collection is over when no more arrive.
    long patience = 20L * attempt;
    try {
      while (patience > 0) {
        try {
          reclaim();
          arrived = (Lease) collected.remove(patience);
          patience = arrived == null ? 0 : 2;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void reclaim() {
    while (arrived != null || (arrived = (Lease) collected.poll()) != null) {
      giveBack(arrived);
      arrived = null;
    }
  }

  /** A block in use, in a linked list that keeps this reference reachable. */
  private static final class Lease extends PhantomReference<Object> {
    private final Block block;
    private Lease before;
    private Lease behind;

    Lease(Object handle, ReferenceQueue<Object> queue, Block block) {
      super(handle, queue);
      this.block = block;
    }
  }

  /**
   * A 64 KB block that small tensors of one thread are cut from. Once all of them are released it
   * is reused from its start or, if the thread uses another chunk by then, returned to the pool.
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
      Storage part = Storage.ofPart(memory.asSlice(used, bytes), this::released);
      used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      live++;
      return part;
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
