package dev.tapedeck.cli;

import dev.tapedeck.train.Model;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A shutdown hook that, while open, lets a training end cleanly on an interrupt such as Ctrl-C. */
final class Interruption implements AutoCloseable {
  /** Exit code of an interrupted process in shells: 128 plus the number of the signal. */
  static final int EXIT_CODE = 130;

  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean interrupted;

  Interruption(Model model) {
    hook =
        new Thread(
            () -> {
              interrupted = true;
              try {
                // Repeatedly, since a training that is just starting resets the flag.
                for (int i = 0; i < 10 * PATIENCE_SECONDS; i++) {
                  model.stopTraining();
                  if (ended.await(100, TimeUnit.MILLISECONDS)) {
                    return;
                  }
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "tapedeck-interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Returns whether an interrupt has come. */
  boolean isInterrupted() {
    return interrupted;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook is waiting for this.
    }
    ended.countDown();
  }
}
