package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The off-heap memory of a tensor and of its views.
 *
 * <p>A storage counts its versions: it gets a new one when its memory goes back to the pool, and
 * when a variable writes into it. A tensor remembers the version it was made for, so that one
 * comparison detects both a use after release and a read of a variable's former value.
 */
public final class Storage {
  private static final VarHandle VERSION = version(MethodHandles.lookup());

  private final MemorySegment segment;
  private final Runnable giveBack;
  private int version;
  private String ending;
  private boolean lasting;
  private HasValue owner;
  Scope scope;

  private Storage(MemorySegment memory, boolean sole, Runnable giveBack) {
    this.segment = sole ? NativeMemory.keeping(memory, this) : memory;
    this.giveBack = giveBack;
  }

  private static VarHandle version(MethodHandles.Lookup lookup) {
    try {
      return lookup.findVarHandle(Storage.class, "version", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Makes a storage of a whole block. The memory returns to the pool when the storage is collected
   * or, through {@code giveBack}, released; once.
   */
  static Storage ofBlock(MemorySegment memory, Runnable giveBack) {
    return new Storage(memory, true, giveBack);
  }

  /**
   * Makes a storage of a part of a chunk, which the segment keeps reachable; {@code giveBack} runs
   * on release.
   */
  static Storage ofPart(MemorySegment memory, Runnable giveBack) {
    return new Storage(memory, false, giveBack);
  }

  /** Makes a storage over memory of another owner, which it keeps reachable. */
  static Storage over(MemorySegment memory, Object owner) {
    Storage storage = new Storage(NativeMemory.keeping(memory, owner), false, () -> {});
    storage.pin();
    return storage;
  }

  /**
   * Returns a storage of at least {@code bytes}, owned by the innermost open scope.
   *
   * @throws IllegalArgumentException if the number is negative
   */
  public static Storage allocate(long bytes) {
    if (bytes < 0) {
      throw Refusal.of(
          "storage", "needs 0 bytes or more", bytes, "take the number from TensorSpec.bytes");
    }
    Storage storage = Pool.allocate(bytes);
    Scope scope = Scope.current();
    if (scope != null) {
      scope.own(storage);
    }
    return storage;
  }

  /** Returns the memory; it is bounded to this storage, so that no index can leave it. */
  MemorySegment segment() {
    return segment;
  }

  long address() {
    return segment.address();
  }

  long bytes() {
    return segment.byteSize();
  }

  int version() {
    return version;
  }

  /** Returns whether the memory has gone back to the pool. */
  public boolean isReleased() {
    return version < 0;
  }

  /** Pins the memory, which others such as a variable hold as well; no tensor releases it. */
  public void pin() {
    lasting = true;
  }

  /** Pins the memory as that of a variable. */
  public void pinFor(HasValue variable) {
    owner = variable;
    pin();
  }

  /** Returns the variable whose memory this is; null for none. */
  public HasValue owner() {
    return owner;
  }

  boolean isLasting() {
    return lasting;
  }

  /** Marks the memory as overwritten: tensors made before throw {@code why} from now on. */
  public void overwritten(String why) {
    ending = why;
    // Before any element is written; atomic, because another thread may do the same.
    int _ = (int) VERSION.getAndAdd(this, 1);
  }

  /** Returns the memory to the pool; later calls do nothing. */
  void release(String why) {
    synchronized (this) {
      if (version < 0) {
        return;
      }
      ending = why;
      version = Integer.MIN_VALUE;
    }
    giveBack.run();
  }

  IllegalStateException stale() {
    return new IllegalStateException(ending);
  }

  @Override
  public String toString() {
    return "Storage[" + segment.byteSize() + " bytes]";
  }
}
