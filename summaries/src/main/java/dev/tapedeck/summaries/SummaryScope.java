package dev.tapedeck.summaries;

/**
 * A setting of {@link Summaries} for the current thread, in force until it is closed.
 *
 * <p>Scopes are made by {@link SummaryWriter#asDefault} and {@link Summaries#recordEvery}. They
 * nest, and an inner one wins over an outer one of its kind; threads started meanwhile do not
 * inherit them.
 */
public final class SummaryScope implements AutoCloseable {
  private static final SummaryScope NONE = new SummaryScope(null, null, 1);
  private static final ThreadLocal<SummaryScope> CURRENT = ThreadLocal.withInitial(() -> NONE);

  private final SummaryScope outer;
  private final SummaryWriter writer; // null: nothing is recorded
  private final int every;
  private boolean closed;

  private SummaryScope(SummaryScope outer, SummaryWriter writer, int every) {
    this.outer = outer;
    this.writer = writer;
    this.every = every;
  }

  static SummaryScope withWriter(SummaryWriter writer) {
    SummaryScope outer = CURRENT.get();
    return enter(new SummaryScope(outer, writer, outer.every));
  }

  static SummaryScope withEvery(int every) {
    SummaryScope outer = CURRENT.get();
    return enter(new SummaryScope(outer, outer.writer, every));
  }

  private static SummaryScope enter(SummaryScope scope) {
    CURRENT.set(scope);
    return scope;
  }

  /** Returns the thread's writer if its step is one to record, otherwise null. */
  static SummaryWriter recordingWriter() {
    SummaryScope scope = CURRENT.get();
    boolean recording = scope.writer != null && scope.writer.step() % scope.every == 0;
    return recording ? scope.writer : null;
  }

  /**
   * Restores what was in force before; closing again does nothing.
   *
   * @throws IllegalStateException if an inner scope is still open, or on another thread
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (CURRENT.get() != this) {
      throw new IllegalStateException(
          "SummaryScope.close: not the innermost scope of thread "
              + Thread.currentThread().getName()
              + "; close scopes in reverse order, on the thread that opened them");
    }
    closed = true;
    if (outer == NONE) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }
}
