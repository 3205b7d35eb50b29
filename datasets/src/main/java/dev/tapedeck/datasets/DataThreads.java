package dev.tapedeck.datasets;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Daemon threads that make elements, and end a second after they have nothing to do. */
final class DataThreads {
  private DataThreads() {}

  /**
   * Returns a pool without an upper bound, since what runs on a thread may wait for another one.
   *
   * @param name start of the threads' names
   */
  static Executor named(String name) {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Thread.ofPlatform().daemon().name(name, 1).factory());
  }
}
