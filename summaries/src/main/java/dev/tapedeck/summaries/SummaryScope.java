package dev.tapedeck.summaries;

import dev.tapedeck.ops.Dispatch;

/**
 * A setting of {@link Summaries} for the current thread, in effect until it is closed.
 *
 * <p>Scopes are made by {@link SummaryWriter#asDefault} and {@link Summaries#recordEvery}. They
 * nest, and an inner one overrides an outer one of its kind; new threads do not inherit them. A
 * scope that a traced function opens is part of its graph.
 */
public final class SummaryScope implements AutoCloseable {
  private static final SummaryScope NONE = new SummaryScope(null, null, 0, false);
  private static final ThreadLocal<SummaryScope> CURRENT = ThreadLocal.withInitial(() -> NONE);

  private final SummaryScope outer;
  private final SummaryWriter writer; // null: inherited from the enclosing scopes
  private final int every; // 0: inherited
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
    // The scopes around a traced function may be others when its graph runs.
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

  /** Returns the settings made so far within the function that is being traced. */
  static SummaryScope ofTrace() {
    SummaryScope scope = CURRENT.get();
    return scope.traced ? scope : NONE;
  }

  /**
   * Returns the writer if its step is to be recorded, otherwise null; what this scope inherits
   * comes from the thread's scopes outside of traced functions.
   */
  SummaryWriter recordingWriter() {
    SummaryScope around = CURRENT.get();
    while (around.traced) { // a graph may also run while its function is being traced
      around = around.outer;
    }
    SummaryWriter chosen = writer == null ? around.writer : writer;
    int steps = every == 0 ? Math.max(around.every, 1) : every;
    return chosen != null && chosen.step() % steps == 0 ? chosen : null;
  }

  /**
   * Restores the enclosing settings; closing again does nothing.
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
