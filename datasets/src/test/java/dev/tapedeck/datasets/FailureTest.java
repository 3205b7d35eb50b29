package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.next;
import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.numbersOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** After a failure no element comes that would not have come there without it. */
@Timeout(60)
class FailureTest {
  private final NoSuchElementException failure = new NoSuchElementException("broken");

  static Stream<Arguments> pipelines() {
    return Stream.of(
        pipeline("map", p -> p),
        pipeline("batch", p -> p.batch(3)),
        pipeline("batch, rest dropped", p -> p.batch(3, true)),
        pipeline("batch, map", p -> p.batch(3).map(e -> e)),
        pipeline("batch, batch", p -> p.batch(3).batch(2)),
        pipeline("shuffle", p -> p.shuffle(5, 1)),
        pipeline("shuffle, batch", p -> p.shuffle(5, 1).batch(3)),
        pipeline("prefetch", p -> p.prefetch(2)),
        pipeline("prefetch, batch", p -> p.prefetch(2).batch(3)),
        pipeline("batch, prefetch", p -> p.batch(3).prefetch(2)),
        pipeline("repeat, batch", p -> p.repeat(2).batch(3)),
        pipeline("take, batch", p -> p.take(13).batch(3)),
        pipeline("skip, batch", p -> p.skip(2).batch(3)),
        pipeline("filter", p -> p.filter(e -> e.x().item() % 3 > 0).batch(3)),
        pipeline("map in parallel", p -> p.map(e -> e, 3)),
        pipeline("map in parallel, batch", p -> p.map(e -> e, 2).batch(3)),
        pipeline("cache", p -> p.cache()),
        pipeline("cache, batch", p -> p.batch(2).cache().shuffle(3, 1)),
        pipeline("window", p -> p.window(3, 1, 1, true)),
        pipeline("batch, unbatch", p -> p.batch(3).unbatch()),
        pipeline("padded batch", p -> p.paddedBatch(3)),
        pipeline(
            "buckets", p -> p.bucketBySequenceLength(e -> 0, new long[] {1}, new int[] {3, 1})),
        pipeline("zip", p -> Pipeline.zip(List.of(p, p), List::getFirst)),
        pipeline("concatenate", p -> p.concatenate(p)),
        pipeline("interleave", p -> p.interleave(e -> Pipeline.from(List.of(e, e)), 3, 1)),
        pipeline("scan", p -> p.scan(0, (n, e) -> new Scanned<>(n + 1, e))),
        pipeline("sample", p -> Pipeline.sampleFrom(List.of(p, p), new double[0], 1, false)),
        pipeline("skip beyond", p -> p.skip(9).batch(3)),
        pipeline("all", p -> p.shuffle(4, 1).repeat(2).prefetch(2).skip(1).batch(3).prefetch(1)));
  }

  private static Arguments pipeline(String name, UnaryOperator<Pipeline> steps) {
    return Arguments.of(name, steps);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pipelines")
  void endsTheIterationUntilItsPlaceIsRestored(String name, UnaryOperator<Pipeline> steps) {
    boolean[] broken = {true};
    Pipeline pipeline =
        steps.apply(
            numbers(14)
                .map(
                    e -> {
                      if (broken[0] && e.x().item() == 7) {
                        throw failure;
                      }
                      return e;
                    }));
    Iterator<Example> iterator = pipeline.iterator();
    List<List<Integer>> seen = new ArrayList<>();
    assertSame(
        failure,
        assertThrows(
            NoSuchElementException.class,
            () -> {
              while (true) {
                seen.addAll(next(iterator, 1, Steps::numbersOf));
              }
            }));
    long[] place = position(iterator).value().toLongArray();
    broken[0] = false;
    assertFalse(iterator.hasNext(), "it would go on with elements of other places");
    assertThrows(NoSuchElementException.class, iterator::next);
    assertEquals(seen.size(), place[1]);
    position(iterator).assign(place);
    seen.addAll(next(iterator, Integer.MAX_VALUE, Steps::numbersOf));
    assertEquals(numbersOf(steps.apply(numbers(14))), seen);
  }

  /** Going to a place takes what lies before it, which can fail as well. */
  @Test
  void aFailureOnTheWayToAPlaceEndsTheIteration() {
    boolean[] broken = {true};
    Pipeline pipeline =
        numbers(9)
            .map(
                e -> {
                  if (broken[0] && e.x().item() == 2) {
                    throw failure;
                  }
                  return e;
                });
    Iterator<Example> iterator = pipeline.iterator();
    position(iterator).assign(new long[] {0, 5});
    assertSame(failure, assertThrows(NoSuchElementException.class, iterator::hasNext));
    assertFalse(iterator.hasNext());
    broken[0] = false;
    position(iterator).assign(new long[] {0, 5});
    assertEquals(5, iterator.next().x().item());
  }

  /** An interrupt takes nothing from the elements. */
  @Test
  void anInterruptedWaitEndsNothing() {
    Iterator<Example> iterator =
        numbers(6)
            .map(e -> new Example(Tensor.of((int) e.x().item()), e.y()))
            .prefetch(1)
            .batch(4)
            .iterator();
    Thread.currentThread().interrupt();
    assertThrows(IllegalStateException.class, iterator::next);
    assertTrue(Thread.interrupted());
    assertEquals(List.of(0, 1, 2, 3), numbersOf(iterator.next()));
    assertEquals(List.of(4, 5), numbersOf(iterator.next()));
  }

  private static Variable position(Iterator<Example> iterator) {
    return (Variable) ((Trackable) iterator).parts().get("position");
  }
}
