package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a step gets is released with the step; what waits in a buffer is not, and is not lost. */
class PipelineMemoryTest {
  private static final int COUNT = 60;
  private static final int WIDTH = 4_000; // 16 KB: a block of its own in the pool

  /** Row i is full of i. */
  private static Pipeline rows() {
    float[][] x = new float[COUNT][WIDTH];
    for (int i = 0; i < COUNT; i++) {
      Arrays.fill(x[i], i);
    }
    return Pipeline.of(x, IntStream.range(0, COUNT).toArray());
  }

  static Stream<Arguments> pipelines() {
    return Stream.of(
        pipeline("plain", p -> p),
        pipeline("shuffle, batch", p -> p.shuffle(20).batch(7)),
        pipeline("map", p -> p.map(PipelineMemoryTest::scale)),
        pipeline("map, shuffle", p -> p.map(PipelineMemoryTest::scale).shuffle(20)),
        pipeline("map, shuffle, batch", p -> p.map(e -> e).shuffle(20).batch(7)),
        pipeline("map, skip, repeat", p -> p.map(e -> e).skip(20).repeat(2)),
        pipeline("map, drop the remainder", p -> p.map(e -> e).batch(7, true)),
        pipeline("prefetch", p -> p.prefetch(5)),
        pipeline("batch, prefetch", p -> p.batch(7).prefetch(3)),
        pipeline("filter", p -> p.filter(e -> e.y().mul(2).item() > 40)),
        pipeline("map, filter, batch", p -> p.map(e -> e).filter(e -> third(e)).batch(4)),
        pipeline("map, shard", p -> p.map(e -> e).shard(3, 1)),
        pipeline("map in parallel", p -> p.map(PipelineMemoryTest::scale, 3)),
        pipeline("map in any order", p -> p.map(PipelineMemoryTest::scale, 3, false).batch(5)),
        pipeline("zip", p -> Pipeline.zip(List.of(p.take(30), p.skip(3)), List::getLast)),
        pipeline("concatenate", p -> p.map(e -> e).concatenate(p.take(20)).batch(6)),
        pipeline("unbatch", p -> p.batch(7).unbatch()),
        pipeline("unbatch, shuffle, batch", p -> p.batch(7).unbatch().shuffle(9).batch(4)),
        pipeline("window", p -> p.window(3, 1, 2, true)),
        pipeline("map, window", p -> p.map(e -> e).window(4, 2, 1, false)),
        pipeline("map, windows of one", p -> p.map(e -> e).window(1, 2, 1, false)),
        pipeline("padded batch", p -> p.map(e -> e).paddedBatch(7)),
        pipeline("buckets", p -> p.bucketBySequenceLength(e -> age(e), longs(20), ints(4, 3))),
        pipeline("cache", p -> p.map(PipelineMemoryTest::scale).cache().batch(4)),
        pipeline("interleave", p -> p.interleave(e -> one(e).repeat(2), 3, 1).shuffle(9)),
        pipeline("flat map", p -> p.flatMap(e -> one(e).map(PipelineMemoryTest::scale))),
        pipeline("others' examples", p -> Pipeline.from(p).shuffle(4).batch(3)),
        pipeline("sample", p -> Pipeline.sampleFrom(List.of(p, p.map(e -> e)))),
        pipeline("scan", p -> p.scan(0L, (n, e) -> new Scanned<>(n + 1, scale(e)))),
        pipeline(
            "everything",
            p ->
                p.prefetch(3)
                    .shuffle(10)
                    .map(PipelineMemoryTest::scale)
                    .batch(4)
                    .shuffle(3)
                    .map(PipelineMemoryTest::scale)
                    .prefetch(2)
                    .repeat(2)
                    .skip(3)));
  }

  private static Arguments pipeline(String name, UnaryOperator<Pipeline> steps) {
    return Arguments.of(name, steps);
  }

  private static boolean third(Example example) {
    return example.y().item() % 3 == 0;
  }

  private static long age(Example example) {
    return (long) example.y().item();
  }

  private static long[] longs(long... values) {
    return values;
  }

  private static int[] ints(int... values) {
    return values;
  }

  private static Pipeline one(Example example) {
    return Pipeline.from(List.of(example));
  }

  private static Example scale(Example example) {
    return new Example(example.x().mul(2).div(2), example.y());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pipelines")
  void nothingIsReleasedTooEarlyOrTooLate(String name, UnaryOperator<Pipeline> steps) {
    Pipeline pipeline = steps.apply(rows());
    check(pipeline);
    long before = Memory.stats().live();
    for (int epoch = 0; epoch < 10; epoch++) {
      check(pipeline);
    }
    // Ten epochs make 10 MB or more. A thread that has ended leaves 64 KB to the collector.
    long grown = Memory.stats().live() - before;
    assertTrue(grown < 3 << 20, name + ": " + grown + " bytes more are live");
  }

  private static void check(Pipeline pipeline) {
    int steps = 0;
    for (Iterator<Example> iterator = pipeline.iterator(); ; steps++) {
      try (Scope step = new Scope()) {
        if (!iterator.hasNext()) {
          break;
        }
        Example example = iterator.next();
        float[] x = example.x().toFloatArray();
        int[] y = example.y().toIntArray();
        for (int i = 0; i < x.length; i++) {
          assertEquals(y[i / WIDTH], x[i]);
        }
      }
    }
    if (pipeline.cardinality() != Dataset.UNKNOWN) {
      assertEquals(pipeline.cardinality(), steps);
    }
  }

  /** A scope that closes between {@code hasNext} and {@code next} releases nothing of theirs. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("pipelines")
  void lookingAheadBelongsToNobody(String name, UnaryOperator<Pipeline> steps) {
    Iterator<Example> iterator = steps.apply(rows()).iterator();
    for (boolean more = true; more; ) {
      try (Scope scope = new Scope()) {
        more = iterator.hasNext();
      }
      try (Scope scope = new Scope()) {
        if (more) {
          Example example = iterator.next();
          assertEquals(example.y().toIntArray()[0], example.x().toFloatArray()[0], name);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pipelines")
  void aStepsTensorsAreReleasedWithIt(String name, UnaryOperator<Pipeline> steps) {
    Example example;
    try (Scope scope = new Scope()) {
      example = steps.apply(rows()).iterator().next();
    }
    assertThrows(IllegalStateException.class, example.x()::toFloatArray, name);
    assertThrows(IllegalStateException.class, example.y()::toLongArray, name);
  }

  @Test
  void withoutAScopeExamplesStay() {
    for (Example example : rows().map(PipelineMemoryTest::scale).batch(20).prefetch(2)) {
      assertEquals(example.y().toIntArray()[1], example.x().toFloatArray()[WIDTH]);
    }
  }

  @Test
  void whatAFunctionMakesAndDoesNotReturnIsReleased() {
    Tensor[] between = new Tensor[1];
    Pipeline pipeline =
        rows()
            .map(
                example -> {
                  between[0] = example.x().mul(2);
                  return new Example(between[0].add(1), example.y());
                });
    assertEquals(1, pipeline.iterator().next().x().toFloatArray()[0]);
    assertThrows(IllegalStateException.class, between[0]::toFloatArray);
  }

  @Test
  void whatIsSkippedIsReleased() {
    List<Tensor> made = new ArrayList<>();
    Pipeline pipeline =
        rows()
            .map(
                example -> {
                  made.add(example.x());
                  return example;
                })
            .skip(2);
    Example third = pipeline.iterator().next();
    assertEquals(2, third.x().toFloatArray()[0]);
    assertThrows(IllegalStateException.class, made.get(0)::toFloatArray);
    assertThrows(IllegalStateException.class, made.get(1)::toFloatArray);
  }

  @Test
  void whatAFailedFunctionMadeIsReleased() {
    Tensor[] made = new Tensor[1];
    Pipeline pipeline =
        rows()
            .map(
                example -> {
                  made[0] = example.x().mul(2);
                  throw new IllegalStateException("no");
                });
    assertThrows(IllegalStateException.class, pipeline.iterator()::next);
    assertThrows(IllegalStateException.class, made[0]::toFloatArray);
    try (Scope scope = new Scope()) {
      assertEquals(0, rows().iterator().next().y().item());
    }
  }
}
