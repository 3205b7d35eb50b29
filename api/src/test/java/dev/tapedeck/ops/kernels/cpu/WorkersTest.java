package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tapedeck.tensor.Overflow;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds whatever error strikes: no part runs any more when a call has returned. */
@Timeout(60)
final class WorkersTest {
  private static final int PARTS = 8;

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicIntegerArray done = new AtomicIntegerArray(PARTS);

  @BeforeEach
  void helpersAreNeeded() {
    assumeTrue(Workers.THREADS > 1);
  }

  private static boolean isHelper() {
    return Thread.currentThread().getName().startsWith("tapedeck-kernels-");
  }

  /** Runs parts, which all wait till a helper has begun one, and asserts that they are over. */
  private void run(Workers.Part part) {
    CountDownLatch helped = new CountDownLatch(1);
    try {
      Workers.run(
          PARTS,
          true,
          i -> {
            running.incrementAndGet();
            try {
              if (isHelper()) {
                helped.countDown();
              } else {
                await(helped);
              }
              part.run(i);
              done.incrementAndGet(i);
            } finally {
              running.decrementAndGet();
            }
          });
    } finally {
      assertEquals(0, running.get());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertAllAreDone() {
    for (int i = 0; i < PARTS; i++) {
      assertEquals(1, done.getAndSet(i, 0), "part " + i);
    }
  }

  /** Keeps a helper in its part until the caller has had time to go away. */
  private static void linger() {
    LockSupport.parkNanos(1_000_000);
  }

  @Test
  void partsAreDoneOnce() {
    for (int i = 0; i < 100; i++) {
      run(part -> {});
      assertAllAreDone();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anErrorInOnePartWaitsForTheOthers(boolean ofHelper) {
    for (int i = 0; i < 50; i++) {
      Error error = new OutOfMemoryError("for a test");
      assertSame(
          error,
          assertThrows(
              Error.class,
              () ->
                  run(
                      part -> {
                        if (isHelper() == ofHelper) {
                          throw error;
                        }
                        linger();
                      })));
      for (int part = 0; part < PARTS; part++) {
        assertTrue(done.getAndSet(part, 0) <= 1);
      }
      run(part -> {});
      assertAllAreDone();
    }
  }

  /** At every depth: also where there is stack for the part but not for what comes around it. */
  @Test
  void anOverflowOfTheCallersStackWaitsForHelpers() {
    int overflows = 0;
    for (int left = 0; left < 120; left++) {
      overflows += Overflow.near(left, () -> run(part -> linger())) ? 1 : 0;
      assertEquals(0, running.get());
      for (int part = 0; part < PARTS; part++) {
        assertTrue(done.getAndSet(part, 0) <= 1);
      }
    }
    assertTrue(overflows > 0, "none overflowed");
    run(part -> {});
    assertAllAreDone();
  }

  @Test
  void whatIsRunInsideAPartIsRunByItsThread() {
    AtomicInteger inner = new AtomicInteger();
    run(
        part -> {
          Thread thread = Thread.currentThread();
          Workers.run(
              3,
              true,
              i -> {
                assertSame(thread, Thread.currentThread());
                inner.incrementAndGet();
              });
        });
    assertAllAreDone();
    assertEquals(3 * PARTS, inner.get());
  }
}
