package dev.tapedeck.checkpoint;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A save on a background thread, one at a time. A normal exit of the JVM waits for it; {@code
 * System.exit} does not.
 */
final class BackgroundSave {
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  /** Starts a save; the one before must have been awaited. */
  void start(Runnable work) {
    running =
        CompletableFuture.runAsync(
            work,
            task -> Thread.ofPlatform().name("tapedeck-checkpoint").daemon(false).start(task));
  }

  /** Waits uninterruptibly for the save, and throws its exception, once. */
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
