package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.next;
import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.numbersOf;
import static dev.tapedeck.datasets.Steps.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.train.Example;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PrefetchTest {
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicReference<Thread> thread = new AtomicReference<>();

  /** Counts, and notes the thread it runs on. */
  private Example observe(Example example) {
    thread.set(Thread.currentThread());
    made.incrementAndGet();
    return example;
  }

  @Test
  void keepsTheOrder() {
    Pipeline pipeline = numbers(1_000);
    assertEquals(order(pipeline), order(pipeline.prefetch(1)));
    assertEquals(order(pipeline), order(pipeline.prefetch(7).prefetch(2_000)));
  }

  @Test
  void makesSoManyAheadAndNoMore() throws InterruptedException {
    Iterator<Example> iterator = numbers(100).map(this::observe).prefetch(3).iterator();
    assertEquals(0, made.get(), "the thread starts with the first element");
    for (int taken = 1; taken <= 10; taken++) {
      iterator.next();
      int expected = taken + 3;
      await(() -> made.get() == expected);
    }
    Thread.sleep(20);
    assertEquals(13, made.get());
  }

  @Test
  void worksOnANamedDaemonThreadThatEnds() {
    order(numbers(5).map(this::observe).prefetch(2));
    assertNotEquals(Thread.currentThread(), thread.get());
    assertTrue(thread.get().getName().matches("tapedeck-prefetch-\\d+"), thread.get().getName());
    assertTrue(thread.get().isDaemon());
    await(() -> !thread.get().isAlive());
  }

  @Test
  void failuresSurfaceInTheirPlaceAndEndIt() {
    RuntimeException failure = new IllegalStateException("the third is broken");
    Iterator<Example> iterator =
        numbers(5)
            .map(
                example -> {
                  if (observe(example).x().item() == 2) {
                    throw failure;
                  }
                  return example;
                })
            .prefetch(4)
            .iterator();
    assertEquals(2, next(iterator, 2, Steps::numbersOf).size());
    assertTrue(iterator.hasNext());
    assertSame(failure, assertThrows(IllegalStateException.class, iterator::next));
    assertEquals(
        List.of("map: at element 2, counted from 0", "prefetch: asked for here"),
        Stream.of(failure.getSuppressed()).map(Throwable::getMessage).toList());
    assertFalse(iterator.hasNext());
    assertThrows(NoSuchElementException.class, iterator::next);
    await(() -> !thread.get().isAlive());
  }

  @Test
  void errorsSurfaceToo() {
    Iterator<Example> iterator =
        numbers(5)
            .map(
                example -> {
                  throw new StackOverflowError("deep");
                })
            .prefetch(1)
            .iterator();
    assertEquals("deep", assertThrows(StackOverflowError.class, iterator::next).getMessage());
  }

  @Test
  void anAbandonedIteratorsThreadEnds() {
    abandon();
    await(
        () -> {
          System.gc();
          return !thread.get().isAlive();
        });
  }

  /** In a method of its own, so that no stack frame keeps the iterator. */
  private void abandon() {
    Iterator<Example> iterator =
        numbers(100).map(this::observe).repeat().prefetch(2).batch(3).prefetch(2).iterator();
    iterator.next();
    assertTrue(thread.get().isAlive());
  }

  /** They have made what there is room for; that nobody takes it costs no thread. */
  @Test
  void waitingIteratorsHaveNoThreads() {
    List<Iterator<Example>> waiting = new ArrayList<>();
    Pipeline pipeline = numbers(9).repeat().map(this::observe).prefetch(2).batch(2).prefetch(2);
    for (int i = 0; i < 5_000; i++) {
      waiting.add(pipeline.iterator());
      waiting.getLast().next();
    }
    await(() -> threads() == 0);
    assertEquals(List.of(2, 3), numbersOf(waiting.getFirst().next()), "it goes on");
    for (int i = 1; i < 30; i++) {
      int first = (2 + 2 * i) % 9;
      assertEquals(List.of(first, (first + 1) % 9), numbersOf(waiting.getFirst().next()));
    }
  }

  /** To be interrupted is the function's own matter. */
  @Test
  void functionsMayInterruptTheirThread() {
    Pipeline pipeline =
        numbers(100)
            .map(
                example -> {
                  Thread.currentThread().interrupt();
                  return example;
                })
            .prefetch(2);
    assertEquals(order(numbers(100)), order(pipeline));
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("tapedeck-prefetch"))
        .count();
  }

  @Test
  void forgottenIteratorsAreCollected() {
    List<WeakReference<Iterator<Example>>> forgotten =
        IntStream.range(0, 100).mapToObj(i -> forget()).toList();
    await(
        () -> {
          System.gc();
          return forgotten.stream().allMatch(iterator -> iterator.refersTo(null));
        });
  }

  /** In a method of its own, so that no stack frame keeps the iterator. */
  private WeakReference<Iterator<Example>> forget() {
    Iterator<Example> iterator = numbers(100).map(this::observe).prefetch(2).iterator();
    iterator.next();
    return new WeakReference<>(iterator);
  }

  @Test
  void anInterruptedConsumerIsToldAndStaysInterrupted() {
    CountDownLatch never = new CountDownLatch(1);
    Iterator<Example> iterator =
        numbers(1)
            .map(
                example -> {
                  awaitUninterruptibly(never);
                  return example;
                })
            .prefetch(1)
            .iterator();
    Thread.currentThread().interrupt();
    assertEquals(
        "prefetch: interrupted while waiting for an element",
        assertThrows(IllegalStateException.class, iterator::next).getMessage());
    assertTrue(Thread.interrupted());
    never.countDown();
    assertEquals(0, iterator.next().x().item());
    assertNull(thread.get());
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited for 30 seconds");
      Thread.onSpinWait();
    }
  }
}
