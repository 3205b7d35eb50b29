package dev.tapedeck.checkpoint;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Work on another thread, one piece at a time. The JVM does not exit before it is done, unless it
 * is told to.
 */
final class BackgroundSave {
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  /** Starts work; what went before must have been awaited. */
  void start(Runnable work) {
    running =
        CompletableFuture.runAsync(
            work,
            task -> Thread.ofPlatform().name("tapedeck-checkpoint").daemon(false).start(task));
  }

  /** Waits for the work, not to be interrupted, and throws once what went wrong. */
  void await() {
    CompletableFuture<Void> awaited = running;
    running = CompletableFuture.completedFuture(null);
    try {
      awaited.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        cause.addSuppressed(
            new IllegalStateException("checkpoint: it was saved in the background"));
        throw cause;
      }
      throw e;
    }
  }
}
