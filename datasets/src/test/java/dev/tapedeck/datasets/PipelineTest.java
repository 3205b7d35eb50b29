package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.numbersOf;
import static dev.tapedeck.datasets.Steps.order;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PipelineTest {
  /** Chains of random steps give what lists give, twice over, and know how many there will be. */
  @Test
  void stepsDoWhatTheyDoToLists() {
    for (int seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int count = random.nextInt(12);
      Pipeline pipeline = numbers(count);
      List<List<Integer>> model = IntStream.range(0, count).mapToObj(List::of).toList();
      String steps = "seed " + seed + ": numbers(" + count + ")";
      boolean batched = false;
      for (int step = random.nextInt(6); step > 0; step--) {
        int n = random.nextInt(8);
        switch (random.nextInt(batched ? 5 : 6)) {
          case 0 -> {
            steps += ".take(" + n + ")";
            pipeline = pipeline.take(n);
            model = model.subList(0, Math.min(n, model.size()));
          }
          case 1 -> {
            steps += ".skip(" + n + ")";
            pipeline = pipeline.skip(n);
            model = model.subList(Math.min(n, model.size()), model.size());
          }
          case 2 -> {
            steps += ".repeat(" + n % 4 + ")";
            pipeline = pipeline.repeat(n % 4);
            List<List<Integer>> all = new ArrayList<>();
            for (int i = 0; i < n % 4; i++) {
              all.addAll(model);
            }
            model = all;
          }
          case 3 -> {
            steps += ".map(plus " + n + ")";
            pipeline = pipeline.map(e -> new Example(e.x().add(n), e.y().sub(n)));
            model = model.stream().map(e -> e.stream().map(i -> i + n).toList()).toList();
          }
          case 4 -> {
            steps += ".prefetch(" + (n + 1) + ")";
            pipeline = pipeline.prefetch(n + 1);
          }
          default -> {
            boolean drop = random.nextBoolean();
            steps += ".batch(" + (n + 1) + ", " + drop + ")";
            pipeline = pipeline.batch(n + 1, drop);
            model = batches(model, n + 1, drop);
            batched = true;
          }
        }
      }
      assertEquals(model, numbersOf(pipeline), steps);
      assertEquals(model, numbersOf(pipeline), steps);
      assertEquals(model.size(), pipeline.cardinality(), steps);
    }
  }

  private static List<List<Integer>> batches(List<List<Integer>> model, int size, boolean drop) {
    List<List<Integer>> batches = new ArrayList<>();
    for (int i = 0; i < model.size(); i += size) {
      List<List<Integer>> batch = model.subList(i, Math.min(i + size, model.size()));
      if (batch.size() == size || !drop) {
        batches.add(batch.stream().flatMap(List::stream).toList());
      }
    }
    return batches;
  }

  @Test
  void repeatsWithoutEnd() {
    assertEquals(
        List.of(1, 2, 0, 1, 2, 0, 1), order(numbers(3).repeat().skip(1).take(7).prefetch(2)));
  }

  @Test
  void repeatsOfNothingEnd() {
    assertFalse(numbers(0).repeat().iterator().hasNext());
    assertFalse(numbers(3).take(0).repeat().batch(2).iterator().hasNext());
    assertThrows(NoSuchElementException.class, numbers(0).repeat().iterator()::next);
  }

  @Test
  void batchesOfBatches() {
    Example example = numbers(9).batch(2).take(4).batch(3).iterator().next();
    assertEquals("int32 (3, 2)", example.x().spec().toString());
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, example.x().toIntArray());
  }

  static Stream<Arguments> cardinalities() {
    return Stream.of(
        cardinality("10", p -> p, 10),
        cardinality("shuffle", p -> p.shuffle(3), 10),
        cardinality("repeat", p -> p.repeat(), Dataset.INFINITE),
        cardinality("repeat 3", p -> p.repeat(3), 30),
        cardinality("repeat 0", p -> p.repeat(0), 0),
        cardinality("repeat nothing", p -> p.take(0).repeat(), 0),
        cardinality("repeat repeat", p -> p.repeat().repeat(3), Dataset.INFINITE),
        cardinality("repeat repeat 0", p -> p.repeat().repeat(0), 0),
        cardinality("uncountable", p -> p.repeat(Long.MAX_VALUE), Dataset.INFINITE),
        cardinality("take", p -> p.take(4), 4),
        cardinality("take more", p -> p.take(40), 10),
        cardinality("take of repeat", p -> p.repeat().take(40), 40),
        cardinality("skip", p -> p.skip(4), 6),
        cardinality("skip more", p -> p.skip(40), 0),
        cardinality("skip of repeat", p -> p.repeat().skip(4), Dataset.INFINITE),
        cardinality("batch", p -> p.batch(4), 3),
        cardinality("drop", p -> p.batch(4, true), 2),
        cardinality("drop all", p -> p.batch(11, true), 0),
        cardinality("batch of repeat", p -> p.repeat().batch(4), Dataset.INFINITE),
        cardinality("map and prefetch", p -> p.map(e -> e).prefetch(2), 10));
  }

  private static Arguments cardinality(String name, UnaryOperator<Pipeline> steps, long expected) {
    return Arguments.of(name, steps, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cardinalities")
  void knowsHowManyThereAre(String name, UnaryOperator<Pipeline> steps, long expected) {
    assertEquals(expected, steps.apply(numbers(10)).cardinality());
  }

  @Test
  void takesArraysAndTensorsAndViews() {
    Tensor matrix = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor column = Indexing.narrow(matrix, 1, 1, 1);
    Pipeline pipeline = Pipeline.of(column, new double[][] {{7}, {8}});
    Example second = pipeline.skip(1).iterator().next();
    assertEquals("float32 (1,)", second.x().spec().toString());
    assertEquals(5, second.x().item());
    assertEquals("float64 (1,)", second.y().spec().toString());
    Example batch = pipeline.batch(2).iterator().next();
    assertArrayEquals(new float[][] {{2}, {5}}, (float[][]) batch.x().toArray());
    assertArrayEquals(new double[][] {{7}, {8}}, (double[][]) batch.y().toArray());
  }

  @Test
  void labelsMayBeMissing() {
    Pipeline pipeline = Pipeline.of(new float[][] {{1, 2}, {3, 4}});
    assertNull(pipeline.iterator().next().y());
    assertNull(pipeline.batch(2).iterator().next().y());
    assertNull(pipeline.map(e -> e).batch(2).prefetch(1).iterator().next().y());
  }

  @Test
  void examplesWithoutElements() {
    Pipeline pipeline = Pipeline.of(new float[3][0]);
    assertEquals("float32 (0,)", pipeline.iterator().next().x().spec().toString());
    assertEquals("float32 (3, 0)", pipeline.batch(3).iterator().next().x().spec().toString());
  }

  @Test
  void sourceOutlivesTheScopeItIsMadeIn() {
    Pipeline pipeline;
    try (Scope scope = new Scope()) {
      pipeline = numbers(3);
    }
    assertEquals(List.of(List.of(0, 1), List.of(2)), numbersOf(pipeline.batch(2)));
  }

  @Test
  void releasingAnExampleLeavesTheSourceAlone() {
    Pipeline pipeline = numbers(2);
    pipeline.forEach(example -> example.x().release());
    pipeline.map(e -> e).forEach(example -> example.x().release());
    assertEquals(List.of(0, 1), order(pipeline));
  }

  @Test
  void isLazy() {
    List<Integer> seen = new ArrayList<>();
    Pipeline pipeline =
        numbers(10)
            .map(
                example -> {
                  seen.add((int) example.x().item());
                  return example;
                });
    Iterator<Example> iterator = pipeline.batch(2).take(2).iterator();
    assertEquals(List.of(), seen);
    iterator.next();
    assertEquals(List.of(0, 1), seen);
    iterator.next();
    assertFalse(iterator.hasNext());
    assertEquals(List.of(0, 1, 2, 3), seen);
  }

  @Test
  void whatAFunctionThrowsComesOutAndEndsTheIteration() {
    Iterator<Example> iterator =
        numbers(3).map(e -> new Example(Tensor.of(1 / (int) e.x().item()), e.y())).iterator();
    assertEquals("/ by zero", assertThrows(ArithmeticException.class, iterator::next).getMessage());
    assertFalse(iterator.hasNext());
  }

  static Stream<Arguments> mistakes() {
    Pipeline p = numbers(4);
    return Stream.of(
        mistake(() -> p.batch(0), "batch: expected a size of 1 or more, received 0"),
        mistake(() -> p.batch(-1, true), "batch: expected a size of 1 or more, received -1"),
        mistake(() -> p.shuffle(0), "shuffle: expected a buffer of 1 or more, received 0"),
        mistake(() -> p.shuffle(0, 1), "shuffle: expected a buffer of 1 or more, received 0"),
        mistake(() -> p.prefetch(0), "prefetch: expected a count of 1 or more, received 0"),
        mistake(() -> p.repeat(-1), "repeat: expected a count of 0 or more, received -1"),
        mistake(() -> p.take(-1), "take: expected a count of 0 or more, received -1"),
        mistake(() -> p.skip(-2), "skip: expected a count of 0 or more, received -2"),
        mistake(
            () -> Pipeline.of(new float[5][3], new int[4]),
            "Pipeline.of: needs as many examples in each tensor, along its first axis, received inputs"
                + " float32 (5, 3), labels int32 (4,); cut all to one length"),
        mistake(
            () -> Pipeline.of(1f),
            "Pipeline.of: needs a first axis of at most 2147483647 examples in each tensor, received"
                + " inputs float32 (); give a scalar an axis of examples"),
        mistake(
            () -> Pipeline.of(new int[2], 1),
            "Pipeline.of: needs a first axis of at most 2147483647 examples in each tensor, received"
                + " inputs int32 (2,), labels int32 (); give a scalar an axis of examples"),
        mistake(
            () -> p.map(e -> null).iterator().next(),
            "map: needs an Example with inputs from the function, received null; return new"
                + " Example(inputs, labels)"),
        mistake(
            () ->
                p.map(e -> new Example(Tensor.of(new float[(int) e.x().item()]), null))
                    .batch(3)
                    .iterator()
                    .next(),
            "batch: needs examples of one structure, with one type and shape in each place, received"
                + " inputs float32 (0,) in example 0 and float32 (1,) in example 1; give all the same"
                + " with map first"),
        mistake(
            () ->
                p.map(e -> new Example(e.x(), e.x().item() < 2 ? e.y() : null))
                    .batch(3)
                    .iterator()
                    .next(),
            "batch: needs examples of one structure, with one type and shape in each place, received"
                + " labels int32 () in example 0 and null in example 2; give all the same with map"
                + " first"));
  }

  private static Arguments mistake(Runnable mistake, String message) {
    return Arguments.of(message, mistake);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void mistakesAreExplained(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }
}
