package dev.tapedeck.ops.kernels;

import java.util.function.Supplier;

/**
 * Actions whose kernels give the same bits on any number of threads.
 *
 * <p>How a product is divided depends on the number of threads that a kernel may use, and so do its
 * last bits. In these actions it is one.
 */
public final class OneThread {
  /** What kernels that a thread calls may do. */
  private enum Use {
    /** Divide their work among all threads. */
    ALL,
    /** Divide work whose results do not depend on the division. */
    SAME_BITS,
    /** Use the calling thread alone. */
    CALLER
  }

  private static final ThreadLocal<Use> USE = ThreadLocal.withInitial(() -> Use.ALL);

  private OneThread() {}

  /** Runs an action on the calling thread alone, so that others may run theirs beside it. */
  public static <T> T run(Supplier<T> action) {
    return in(Use.CALLER, action);
  }

  /** Runs an action whose kernels divide only what gives the same bits in any number of parts. */
  public static <T> T sameBits(Supplier<T> action) {
    return in(Use.SAME_BITS, action);
  }

  private static <T> T in(Use use, Supplier<T> action) {
    Use outer = USE.get();
    USE.set(use);
    try {
      return action.get();
    } finally {
      USE.set(outer);
    }
  }

  /** Returns whether results may depend on the number of threads. */
  public static boolean mayDivide() {
    return USE.get() == Use.ALL;
  }

  /** Returns whether other threads may help the calling one. */
  public static boolean mayShare() {
    return USE.get() != Use.CALLER;
  }
}
