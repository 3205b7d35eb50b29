package dev.tapedeck.ops.cpu;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that share the work of one kernel at a time. A kernel that finds them at work does its
 * work alone.
 */
final class Workers {
  /** Work on the part of a range from one index up to, not including, another. */
  @FunctionalInterface
  interface Range {
    void run(long from, long to);
  }

  static final int THREADS = threads();

  /**
   * From so many elements on a loop is divided: waking a thread takes as long as some 100,000.
   * Tests set it lower.
   */
  static final long ENOUGH = Long.getLong("tapedeck.kernels.divided", 1 << 19);

  /** How often a thread looks for work, or for its end, before it sleeps: some 20 microseconds. */
  private static final int SPINS = 1000;

  private static final Worker[] WORKERS = new Worker[THREADS - 1];
  private static final ReentrantLock LOCK = new ReentrantLock();

  static {
    for (int i = 0; i < WORKERS.length; i++) {
      WORKERS[i] = new Worker();
      Thread.ofPlatform().daemon().name("tapedeck-kernels-" + i).start(WORKERS[i]);
    }
  }

  private Workers() {}

  private static int threads() {
    String setting = System.getenv("OMP_NUM_THREADS");
    int available = Runtime.getRuntime().availableProcessors();
    try {
      return setting == null ? available : Math.clamp(Integer.parseInt(setting), 1, available);
    } catch (NumberFormatException e) {
      return available;
    }
  }

  /**
   * Runs over {@code 0 .. count}, divided at multiples of a grain among the threads.
   *
   * @param grain of how many at least a part consists
   */
  static void run(long count, long grain, Range work) {
    long parts = Math.min(THREADS, count / grain);
    if (parts < 2 || !LOCK.tryLock()) {
      work.run(0, count);
      return;
    }
    try {
      long size = (count / parts + grain - 1) / grain * grain;
      for (int i = 1; i < parts; i++) {
        WORKERS[i - 1].give(
            work, i * size, i == parts - 1 ? count : Math.min((i + 1) * size, count));
      }
      Throwable failure = null;
      try {
        work.run(0, Math.min(size, count));
      } catch (Throwable e) {
        failure = e;
      }
      for (int i = 1; i < parts; i++) {
        Throwable other = WORKERS[i - 1].await();
        failure = failure == null ? other : failure;
      }
      if (failure instanceof Error error) {
        throw error;
      } else if (failure != null) {
        throw (RuntimeException) failure;
      }
    } finally {
      LOCK.unlock();
    }
  }

  private static final class Worker implements Runnable {
    private volatile Range work;
    private volatile Thread sleeping;
    private volatile Thread waiting;
    private long from;
    private long to;
    private Throwable failure;

    void give(Range range, long first, long end) {
      from = first;
      to = end;
      work = range;
      Thread thread = sleeping;
      if (thread != null) {
        LockSupport.unpark(thread);
      }
    }

    Throwable await() {
      for (int i = 0; work != null; i++) {
        if (i < SPINS) {
          Thread.onSpinWait();
        } else {
          waiting = Thread.currentThread();
          if (work != null) {
            LockSupport.parkNanos(this, 100_000);
          }
          waiting = null;
        }
      }
      Throwable result = failure;
      failure = null;
      return result;
    }

    @Override
    public void run() {
      while (true) {
        for (int i = 0; work == null && i < SPINS; i++) {
          Thread.onSpinWait();
        }
        while (work == null) {
          sleeping = Thread.currentThread();
          if (work == null) {
            LockSupport.park(this);
          }
          sleeping = null;
        }
        try {
          if (from < to) {
            work.run(from, to);
          }
        } catch (Throwable e) {
          failure = e;
        }
        work = null;
        Thread thread = waiting;
        if (thread != null) {
          LockSupport.unpark(thread);
        }
      }
    }
  }
}
