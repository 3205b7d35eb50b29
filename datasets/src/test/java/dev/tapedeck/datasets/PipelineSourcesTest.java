package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.next;
import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.numbersOf;
import static dev.tapedeck.datasets.Steps.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pipelines of Java objects, and of examples that somebody else makes. */
@Timeout(60)
class PipelineSourcesTest {
  @SuppressWarnings("ArrayRecordComponent") // What users have.
  private record Row(float[] measured, int species) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(new float[] {1, 2}, 0), new Row(new float[] {3, 4}, 1), new Row(new float[2], 2));

  private static Example example(int n) {
    return new Example(Tensor.of(n), Tensor.of(-n));
  }

  @Test
  void rowsBecomeExamples() {
    Pipeline pipeline = Pipeline.of(ROWS, Row::measured, Row::species);
    assertEquals(3, pipeline.cardinality());
    Example batch = pipeline.batch(2).iterator().next();
    assertEquals("float32 (2, 2)", batch.x().spec().toString());
    assertEquals(List.of(1f, 2f, 3f, 4f), floats(batch.x()));
    assertEquals("int32 (2,)", batch.y().spec().toString());
    assertEquals(
        List.of(0, 1, 2),
        Steps.each(pipeline.shuffle(3, 1), e -> (int) e.y().item()).stream().sorted().toList());
    assertNull(Pipeline.of(ROWS, Row::measured, null).iterator().next().y());
  }

  private static List<Float> floats(Tensor tensor) {
    List<Float> values = new ArrayList<>();
    for (float value : tensor.toFloatArray()) {
      values.add(value);
    }
    return values;
  }

  @Test
  void rowsHaveStructuresAndText() {
    Pipeline pipeline =
        Pipeline.of(
            ROWS, row -> Map.of("name", "row " + row.species, "m", row.measured), Row::species);
    assertThrows(
        IllegalArgumentException.class,
        pipeline.batch(2).iterator()::next,
        "a string in a structure is part of it");
    Example batch =
        Pipeline.of(ROWS, r -> Map.of("name", Tensor.of("row " + r.species), "m", r.measured), null)
            .batch(3)
            .iterator()
            .next();
    assertEquals("{m=float32 Tensor, shape=(3, 2), name=string Tensor, shape=(3,)}", tree(batch));
  }

  private static String tree(Example batch) {
    return ExampleTree.of(batch, new ArrayList<>()).inputs().toString();
  }

  @Test
  void mistakesInRowsAreNamed() {
    RuntimeException failure = new IllegalStateException("broken");
    Iterator<Example> iterator =
        Pipeline.of(
                ROWS,
                row -> {
                  if (row.species == 2) {
                    throw failure;
                  }
                  return row.measured;
                },
                Row::species)
            .batch(3)
            .iterator();
    assertThrows(IllegalStateException.class, iterator::next);
    assertEquals(
        List.of("Pipeline.of: at element 2, counted from 0", "batch: at element 0, counted from 0"),
        Stream.of(failure.getSuppressed()).map(Throwable::getMessage).toList());
  }

  @Test
  void examplesOfOthersHaveTheirSizes() {
    List<Example> list = IntStream.range(0, 5).mapToObj(PipelineSourcesTest::example).toList();
    assertEquals(5, Pipeline.from(list).cardinality());
    assertEquals(5, Pipeline.from(numbers(5)).cardinality());
    assertEquals(Dataset.INFINITE, Pipeline.from(numbers(5).repeat()).cardinality());
    assertEquals(Dataset.UNKNOWN, Pipeline.from(() -> numbers(5).iterator()).cardinality());
    assertEquals(7, Pipeline.from(() -> numbers(7).iterator(), 7).cardinality());
    assertEquals(List.of(0, 1, 2, 3, 4), order(Pipeline.from(list)));
    assertEquals(List.of(0, 1, 2, 3, 4), order(Pipeline.from(list)));
    assertEquals(
        List.of(List.of(0, 1, 2), List.of(3, 4)), numbersOf(Pipeline.from(numbers(5)).batch(3)));
  }

  @Test
  void aWrongSizeIsAnError() {
    for (int said : List.of(4, 6)) {
      Pipeline pipeline = Pipeline.from(() -> numbers(5).iterator(), said);
      assertEquals(
          "from: expected "
              + said
              + " examples as was said, received "
              + (said == 4 ? "more" : 5)
              + "; give their number, or leave it out",
          assertThrows(IllegalStateException.class, () -> order(pipeline)).getMessage());
    }
  }

  /** Streams make their elements when asked whether there are some. */
  @Test
  void streamsAreOpenedForEachIterationAndClosed() {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger opened = new AtomicInteger();
    Pipeline pipeline =
        Pipeline.fromStream(
            () -> {
              opened.incrementAndGet();
              open.incrementAndGet();
              return IntStream.range(0, 5)
                  .mapToObj(n -> new Example(Tensor.of(n).add(1), Tensor.of(-n).sub(1)))
                  .onClose(open::decrementAndGet);
            });
    Iterator<Example> iterator = pipeline.iterator();
    assertEquals(0, opened.get());
    try (Scope _ = new Scope()) {
      assertTrue(iterator.hasNext());
    }
    assertEquals(List.of(List.of(1), List.of(2)), next(iterator, 2, Steps::numbersOf));
    assertEquals(1, open.get());
    assertEquals(3, next(iterator, 9, Steps::numbersOf).size());
    assertEquals(0, open.get(), "at the end");
    assertEquals(List.of(1, 2, 3, 4, 5), order(pipeline));
    assertEquals(2, opened.get());
  }

  @Test
  void theStreamOfADroppedIteratorIsClosed() {
    AtomicInteger closed = new AtomicInteger();
    drop(closed);
    while (closed.get() == 0) {
      System.gc();
    }
  }

  private static void drop(AtomicInteger closed) {
    Pipeline.fromStream(() -> Stream.of(example(1)).onClose(closed::incrementAndGet))
        .iterator()
        .next();
    assertEquals(0, closed.get());
  }

  @Test
  void anIteratorIsReadOnce() {
    Pipeline once = Pipeline.fromIterator(numbers(3).iterator());
    assertEquals(
        "fromIterator reads an iterator, which gives each element once",
        once.batch(2).prefetch(1).whyNotResumed());
    assertEquals(List.of(0, 1, 2), order(once));
    assertEquals(
        "fromIterator: the iterator has been read, and gives each element once; cache the pipeline,"
            + " or use from(() -> iterator) with a new one each time",
        assertThrows(IllegalStateException.class, () -> order(once)).getMessage());
    Pipeline cached = Pipeline.fromIterator(numbers(3).iterator()).cache();
    assertEquals(order(cached), order(cached));
  }

  @Test
  void whatCannotBeResumedSaysSo() {
    assertEquals("", numbers(3).map(e -> e, 2).whyNotResumed());
    assertEquals(
        "map with threads and without order gives elements as they are ready",
        Pipeline.zip(numbers(3), numbers(3).map(e -> e, 2, false)).cache().whyNotResumed());
  }

  @Test
  void releasingAnExampleLeavesACacheAlone() {
    Pipeline cached = numbers(3).map(e -> e).cache();
    cached.forEach(example -> example.x().release());
    assertEquals(List.of(0, 1, 2), order(cached));
  }

  @Test
  void aCacheMakesItsElementsOnce() {
    AtomicInteger made = new AtomicInteger();
    Pipeline cached =
        numbers(6)
            .shuffle(6)
            .map(
                e -> {
                  made.incrementAndGet();
                  return e;
                })
            .cache();
    List<Integer> first = next(cached.iterator(), 4, e -> (int) e.x().item());
    assertEquals(4, made.get(), "as far as they were asked for");
    List<Integer> all = order(cached);
    assertEquals(first, all.subList(0, 4));
    assertEquals(all, order(cached.repeat(2)).subList(6, 12));
    assertEquals(6, made.get());
    assertFalse(SharedSourceSplit.isReshuffled(cached.typed().stage()));
  }
}
