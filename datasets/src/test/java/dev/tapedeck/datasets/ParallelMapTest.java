package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.next;
import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Example;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions of elements on several threads. */
@Timeout(60)
class ParallelMapTest {
  private static Example unchecked(Example example, AwaitingAction action) {
    try {
      action.run();
      return example;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private interface AwaitingAction {
    void run() throws Exception;
  }

  @Test
  void elementsAreMadeAtOnce() {
    CyclicBarrier three = new CyclicBarrier(3);
    Pipeline pipeline =
        numbers(9).map(e -> unchecked(e, () -> three.await(30, TimeUnit.SECONDS)), 3);
    assertEquals(order(numbers(9)), order(pipeline));
  }

  @Test
  void noMoreAreMadeAhead() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    Iterator<Example> iterator =
        numbers(100).map(e -> unchecked(e, made::incrementAndGet), 4).iterator();
    assertEquals(0, made.get());
    next(iterator, 3, Steps::numbersOf);
    await(() -> made.get() == 6);
    Thread.sleep(20);
    assertEquals(6, made.get());
  }

  /** The first element is ready after all others. */
  @Test
  void orderIsKeptOrNot() {
    for (boolean ordered : List.of(true, false)) {
      CountDownLatch others = new CountDownLatch(2);
      Pipeline pipeline =
          numbers(3)
              .map(
                  e ->
                      unchecked(
                          e,
                          () -> {
                            if (e.x().item() == 0) {
                              assertTrue(others.await(30, TimeUnit.SECONDS));
                              Thread.sleep(50);
                            } else {
                              others.countDown();
                            }
                          }),
                  3,
                  ordered);
      List<Integer> order = order(pipeline);
      assertEquals(order(numbers(3)), order.stream().sorted().toList());
      assertEquals(ordered ? 0 : 2, order.indexOf(0));
    }
  }

  @Test
  void drawsAreThoseOfOneThread() {
    List<List<Integer>> all =
        Stream.of(1, 2, 5)
            .map(
                threads -> {
                  RandomKey.seed(3);
                  return order(
                      numbers(20)
                          .map(
                              e -> {
                                int n = RandomKey.next().number(0, 100);
                                return new Example(e.x().add(n), e.y().sub(n));
                              },
                              threads)
                          .repeat(2));
                })
            .toList();
    assertEquals(all.get(0), all.get(1));
    assertEquals(all.get(0), all.get(2));
    assertNotEquals(all.get(0).subList(0, 20), all.get(0).subList(20, 40));
  }

  @Test
  void failuresComeInTheirPlace() {
    RuntimeException failure = new IllegalStateException("the fifth is broken");
    Iterator<Example> iterator =
        numbers(9)
            .map(
                e -> {
                  if (e.x().item() == 4) {
                    throw failure;
                  }
                  return e;
                },
                3)
            .iterator();
    assertEquals(4, next(iterator, 4, Steps::numbersOf).size());
    assertSame(failure, assertThrows(IllegalStateException.class, iterator::next));
    assertEquals(
        List.of("map: at element 4, counted from 0", "map: asked for here"),
        Stream.of(failure.getSuppressed()).map(Throwable::getMessage).toList());
  }

  @Test
  void aDroppedIteratorLeavesNoThread() {
    WeakReference<Iterator<Example>> dropped = drop();
    await(
        () -> {
          System.gc();
          return threads() == 0 && dropped.refersTo(null);
        });
  }

  private WeakReference<Iterator<Example>> drop() {
    Iterator<Example> iterator =
        numbers(100)
            .repeat()
            .interleave(e -> numbers(50).map(i -> plus(i, e)).prefetch(2), 3, 1)
            .map(e -> e, 4)
            .batch(3)
            .iterator();
    iterator.next();
    assertTrue(threads() > 0);
    return new WeakReference<>(iterator);
  }

  private static Example plus(Example one, Example other) {
    return new Example(one.x().add(other.x()), one.y().add(other.y()));
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("tapedeck-(map|prefetch)-.*"))
        .count();
  }

  @Test
  void anInterruptTakesNothing() {
    for (boolean ordered : List.of(true, false)) {
      CountDownLatch latch = new CountDownLatch(1);
      Iterator<Example> iterator =
          numbers(3).map(e -> unchecked(e, latch::await), 1, ordered).iterator();
      Thread.currentThread().interrupt();
      assertThrows(IllegalStateException.class, iterator::next);
      assertTrue(Thread.interrupted());
      latch.countDown();
      assertEquals(
          List.of(List.of(0), List.of(1), List.of(2)), next(iterator, 3, Steps::numbersOf));
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
