package dev.tapedeck.ops.kernels;

import java.util.function.Supplier;

/**
 * A runner of computations that must not be interrupted by a stack overflow, on a thread with a
 * stack of its own: if the caller's stack overflowed while a class is initialized, the class could
 * never be used again.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class FreshStack {
  private FreshStack() {}

  /** Returns the result of a computation on a thread of its own; rethrows what it throws. */
  public static <T> T get(Supplier<T> computation) {
    Result<T> result = new Result<>(computation);
    Thread thread = Thread.ofPlatform().daemon().name("tapedeck-preparation").start(result);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result.get();
  }

  private static final class Result<T> implements Runnable {
    private final Supplier<T> computation;
    private T value;
    private Throwable failure;

    Result(Supplier<T> computation) {
      this.computation = computation;
    }

    @Override
    public void run() {
      try {
        value = computation.get();
      } catch (Throwable e) {
        failure = e;
      }
    }

    T get() {
      if (failure instanceof Error error) {
        throw error;
      } else if (failure != null) {
        throw (RuntimeException) failure;
      }
      return value;
    }
  }
}
