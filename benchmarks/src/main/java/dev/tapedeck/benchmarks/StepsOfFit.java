package dev.tapedeck.benchmarks;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Trainable;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * A training in a thread of its own, of which some steps are taken at a time: what begins or ends
 * with it is not timed.
 */
final class StepsOfFit implements Callback {
  private static final int STEPS = 4;

  private final Semaphore wanted = new Semaphore(0);
  private final Semaphore over = new Semaphore(0);
  private final Thread thread;
  private int left;
  private long taken;
  private long last;
  private long fastest;
  private volatile Throwable failure;

  /** Starts a training, given the options to train with. */
  StepsOfFit(Consumer<FitOptions> fit) {
    FitOptions options =
        FitOptions.epochs(Integer.MAX_VALUE).verbosity(Verbosity.SILENT).callback(this);
    thread = Thread.ofPlatform().daemon().start(() -> train(fit, options));
  }

  private void train(Consumer<FitOptions> fit, FitOptions options) {
    try {
      fit.accept(options);
    } catch (RuntimeException | Error e) {
      failure = e;
      over.release();
    }
  }

  @Override
  public void onTrainBatchBegin(Trainable<?, ?> model, int step) {
    if (left == 0) {
      wanted.acquireUninterruptibly();
      left = STEPS;
      fastest = Long.MAX_VALUE;
    } else {
      fastest = Math.min(fastest, System.nanoTime() - last);
    }
    last = System.nanoTime();
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    left--;
    taken++;
    if (left == 0) {
      over.release();
    }
  }

  /** Returns the number of steps so far. */
  long taken() {
    return taken;
  }

  /** Takes four steps, and returns the nanoseconds from the begin of one to that of the next. */
  long run() {
    take();
    return fastest;
  }

  /** Takes four steps, and returns the nanoseconds of one on the processor, in fit's own thread. */
  long runOnProcessor() {
    long before = processor();
    take();
    return (processor() - before) / STEPS;
  }

  private long processor() {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
  }

  private void take() {
    wanted.release();
    over.acquireUninterruptibly();
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
