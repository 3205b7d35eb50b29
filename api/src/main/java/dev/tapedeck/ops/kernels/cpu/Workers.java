package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.Kernels.Range;
import dev.tapedeck.ops.kernels.OneThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A pool of helper threads for the work of one kernel at a time.
 *
 * <p>Work is divided into parts; whichever thread is free takes the next, so the division must not
 * depend on that. Each thread begins with the same share every time, which its cache may still
 * hold. The caller starts at once and never waits for a helper that has not started. An idle helper
 * polls for work for a while before it sleeps, since waking takes some 40 microseconds, longer than
 * most kernels: it stays awake through a training step.
 *
 * <p>Parts access memory by address, so no helper may be in a job when its caller returns, whatever
 * error occurs in either: a helper is in a job while its field says so, and the caller waits by
 * reading fields only, which cannot overflow the stack.
 */
@SuppressWarnings("ThreadPriorityCheck") // yields to compiler and collector, not for ordering
final class Workers {
  /** A numbered part of work. */
  @FunctionalInterface
  interface Part {
    void run(int part);
  }

  static final int THREADS = available();

  /** The minimum elements of a part; tests set it lower. */
  static final long LEAST = Long.getLong("tapedeck.kernels.least", 1 << 15);

  /** The number of minimum parts from which on waking helpers pays. */
  private static final int WAKING = 8;

  /** The maximum number of parts per thread, several to balance the load. */
  private static final int PARTS = 4;

  /** How long a helper polls for work before it sleeps. */
  private static final long AWAKE_NANOS = 200_000;

  /** The polls between two readings of the clock, and of a caller between yields. */
  private static final int LOOKS = 50;

  private static final Helper[] HELPERS = new Helper[THREADS - 1];
  private static final VarHandle CURRENT = current(MethodHandles.lookup());

  /** The current job, one at a time; null for none. */
  private static volatile Job current;

  static {
    for (int i = 0; i < HELPERS.length; i++) {
      HELPERS[i] = new Helper(i + 1);
      Thread.ofPlatform().daemon().name("tapedeck-kernels-" + i).start(HELPERS[i]);
    }
  }

  private Workers() {}

  private static VarHandle current(MethodHandles.Lookup lookup) {
    try {
      return lookup.findStaticVarHandle(Workers.class, "current", Job.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static int available() {
    String setting = System.getenv("OMP_NUM_THREADS");
    int available = Runtime.getRuntime().availableProcessors();
    try {
      return setting == null ? available : Math.clamp(Integer.parseInt(setting), 1, available);
    } catch (NumberFormatException e) {
      return available;
    }
  }

  /** Returns how many threads a kernel whose result depends on that may use. */
  static int threads() {
    return OneThread.mayDivide() ? THREADS : 1;
  }

  /**
   * Runs work over {@code 0 .. count}, divided at multiples of a grain.
   *
   * @param grain the minimum size of a part
   */
  static void run(long count, long grain, Range work) {
    long parts = Math.min((long) PARTS * THREADS, count / grain);
    parts -= parts > THREADS ? parts % THREADS : 0;
    if (parts < 2) {
      work.run(0, count);
      return;
    }
    long size = Math.ceilDiv(Math.ceilDiv(count, parts), grain) * grain;
    run(
        (int) Math.ceilDiv(count, size),
        count / grain >= WAKING,
        part -> work.run(part * size, Math.min((part + 1) * size, count)));
  }

  /**
   * Runs all parts, in any order.
   *
   * @param wake whether to wake sleeping helpers; those that are awake help anyway
   */
  static void run(int parts, boolean wake, Part work) {
    boolean divided = parts > 1 && (wake || anyAwake()) && current == null && OneThread.mayShare();
    Job job = divided ? new Job(parts, work) : null;
    if (!divided || !CURRENT.compareAndSet((Job) null, job)) {
      for (int i = 0; i < parts; i++) {
        work.run(i);
      }
      return;
    }
    try {
      for (int i = 0; wake && i < Math.min(parts - 1, HELPERS.length); i++) {
        HELPERS[i].wake();
      }
      job.help(0);
      job.await();
    } finally {
      // No calls here: see the class comment.
      job.closed = true;
      for (int i = 0; i < HELPERS.length; i++) {
        while (HELPERS[i].job == job) {
          // It ends its part.
        }
      }
      current = null;
    }
    job.rethrow();
  }

  private static boolean anyAwake() {
    boolean awake = false;
    for (Helper helper : HELPERS) {
      awake |= !helper.asleep;
    }
    return awake;
  }

  private static final class Job {
    private final int parts;
    private final Part work;
    private final AtomicIntegerArray begun;
    private final AtomicInteger left;
    private volatile boolean closed;
    private volatile Throwable failure;

    Job(int parts, Part work) {
      this.parts = parts;
      this.work = work;
      begun = new AtomicIntegerArray(parts);
      left = new AtomicInteger(parts);
    }

    boolean isOpen() {
      return !closed && left.get() > 0;
    }

    /** Runs parts that no thread has started, beginning with the thread's own share. */
    void help(int thread) {
      int first = thread * parts / THREADS;
      for (int i = 0; i < parts && isOpen(); i++) {
        int part = (first + i) % parts;
        if (begun.compareAndSet(part, 0, 1)) {
          left.getAndDecrement();
          work.run(part);
        }
      }
    }

    /** Waits until no helper is in this job, yielding meanwhile. */
    void await() {
      for (Helper helper : HELPERS) {
        for (int i = 1; helper.job == this; i++) {
          if (i % LOOKS == 0) {
            Thread.yield();
          } else {
            Thread.onSpinWait();
          }
        }
      }
    }

    void rethrow() {
      if (failure instanceof Error error) {
        throw error;
      } else if (failure != null) {
        throw (RuntimeException) failure;
      }
    }
  }

  private static final class Helper implements Runnable {
    private final int number;
    private volatile boolean asleep;
    private volatile Thread thread;

    /** The job that it works on; null between jobs, so that it keeps no tensors reachable. */
    private volatile Job job;

    Helper(int number) {
      this.number = number;
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      thread = Thread.currentThread();
      while (true) {
        help(next());
      }
    }

    private void help(Job open) {
      job = open;
      try {
        // The caller reads the field after closing the job, so one sees the other's write.
        if (!open.closed) {
          open.help(number);
        }
      } catch (Throwable e) {
        open.failure = e;
      } finally {
        job = null;
      }
    }

    private static Job open() {
      Job job = current;
      return job != null && job.isOpen() ? job : null;
    }

    private Job next() {
      long end = System.nanoTime() + AWAKE_NANOS;
      for (int i = 1; ; i++) {
        Job job = open();
        if (job != null) {
          return job;
        }
        if (i % LOOKS != 0) {
          Thread.onSpinWait();
        } else if (System.nanoTime() < end) {
          Thread.yield();
        } else {
          sleep();
          end = System.nanoTime() + AWAKE_NANOS;
        }
      }
    }

    private void sleep() {
      asleep = true;
      // Work submitted just before would not wake it.
      if (open() == null) {
        LockSupport.park(this);
      }
      asleep = false;
    }
  }
}
