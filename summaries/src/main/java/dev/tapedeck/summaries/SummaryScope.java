package dev.tapedeck.summaries;

import dev.tapedeck.ops.Dispatch;

/**
 * A setting of {@link Summaries} for the current thread, in force until it is closed.
 *
 * <p>Scopes are made by {@link SummaryWriter#asDefault} and {@link Summaries#recordEvery}. They
 * nest, and an inner one wins over an outer one of its kind; threads started meanwhile do not
 * inherit them. One that a traced function opens holds in its graph.
 */
public final class SummaryScope implements AutoCloseable {
  private static final SummaryScope NONE = new SummaryScope(null, null, 0, false);
  private static final ThreadLocal<SummaryScope> CURRENT = ThreadLocal.withInitial(() -> NONE);

  private final SummaryScope outer;
  private final SummaryWriter writer; // null: that of the scopes around the call, if there is one
  private final int every; // 0: likewise
  private final boolean traced;
  private boolean closed;

  private SummaryScope(SummaryScope outer, SummaryWriter writer, int every, boolean traced) {
    this.outer = outer;
    this.writer = writer;
    this.every = every;
    this.traced = traced;
  }

  static SummaryScope withWriter(SummaryWriter writer) {
    return enter(writer, 0);
  }

  static SummaryScope withEvery(int every) {
    return enter(null, every);
  }

  private static SummaryScope enter(SummaryWriter writer, int every) {
    SummaryScope outer = CURRENT.get();
    boolean traced = !Dispatch.executingEagerly();
    // What is around the call of a traced function may be another thing when its graph runs.
    SummaryScope inherited = traced && !outer.traced ? NONE : outer;
    SummaryScope scope =
        new SummaryScope(
            outer,
            writer == null ? inherited.writer : writer,
            every == 0 ? inherited.every : every,
            traced);
    CURRENT.set(scope);
    return scope;
  }

  /** Returns what the code of the function that is being traced has set so far. */
  static SummaryScope ofTrace() {
    SummaryScope scope = CURRENT.get();
    return scope.traced ? scope : NONE;
  }

  /**
   * Returns the writer if its step is one to record, otherwise null: what this scope leaves open is
   * as the thread has it, outside of traced functions.
   */
  SummaryWriter recordingWriter() {
    SummaryScope around = CURRENT.get();
    while (around.traced) { // a graph also runs while its function is still being traced
      around = around.outer;
    }
    SummaryWriter chosen = writer == null ? around.writer : writer;
    int steps = every == 0 ? Math.max(around.every, 1) : every;
    return chosen != null && chosen.step() % steps == 0 ? chosen : null;
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
