package dev.tapedeck.summaries;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A shutdown hook that flushes the queues that are still open; one for all of them. */
final class ExitFlush {
  private static final Set<EventQueue> OPEN = ConcurrentHashMap.newKeySet();

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(ExitFlush::flushAll, "tapedeck-summaries-exit"));
    } catch (IllegalStateException e) {
      // The JVM is already exiting, too late for a hook: writers opened now must be closed.
    }
  }

  private ExitFlush() {}

  static void add(EventQueue queue) {
    OPEN.add(queue);
  }

  static void remove(EventQueue queue) {
    OPEN.remove(queue);
  }

  /**
   * Flushes all and leaves them open: other threads may still be training and must not see
   * exceptions.
   */
  private static void flushAll() {
    OPEN.forEach(EventQueue::flush);
  }
}
