package dev.tapedeck.datasets;

import static dev.tapedeck.datasets.Steps.next;
import static dev.tapedeck.datasets.Steps.numbers;
import static dev.tapedeck.datasets.Steps.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elements that are kept in a file. */
class FileCacheTest {
  private final AtomicInteger made = new AtomicInteger();
  @TempDir private Path folder;

  private Pipeline cached(int count) {
    return numbers(count)
        .map(
            e -> {
              made.incrementAndGet();
              return e;
            })
        .cache(folder.resolve("deep/cache"));
  }

  @Test
  void isMadeOnceAndReadByLaterRuns() throws IOException {
    Pipeline first = cached(6);
    assertEquals(List.of(0, 1), next(first.iterator(), 2, e -> (int) e.x().item()));
    assertFalse(Files.exists(folder.resolve("deep/cache")));
    assertEquals(order(numbers(6)), order(first));
    assertEquals(order(numbers(6)), order(first.repeat(2)).subList(6, 12));
    assertEquals(6, made.get());
    made.set(0);
    assertEquals(order(numbers(6)), order(cached(6)));
    assertEquals(1, made.get(), "the first tells the structure");
    try (Stream<Path> files = Files.list(folder.resolve("deep"))) {
      assertEquals(List.of(folder.resolve("deep/cache")), files.toList());
    }
  }

  @Test
  void nothingIsKeptToo() {
    for (int run = 0; run < 2; run++) {
      assertEquals(List.of(), order(cached(0)));
      assertTrue(Files.exists(folder.resolve("deep/cache")));
    }
  }

  @Test
  void structuresTypesAndTextAreKept() {
    Pipeline pipeline =
        numbers(5)
            .map(
                e -> {
                  long n = (long) e.x().item();
                  return new Example(
                      Map.of(
                          "text", Tensor.of(new String[] {"ä" + n, "\0"}),
                          "ragged", Tensor.full(DType.BFLOAT16, n, n, 2),
                          "name", "kept"),
                      List.of(e.y(), Tensor.of(n % 2 == 0)),
                      e.x().cast(DType.FLOAT64));
                });
    List<String> expected = Steps.each(pipeline, FileCacheTest::contents);
    Path file = folder.resolve("cache");
    assertEquals(expected, Steps.each(pipeline.cache(file), FileCacheTest::contents));
    assertEquals(expected, Steps.each(pipeline.cache(file), FileCacheTest::contents));
  }

  private static String contents(Example example) {
    List<Tensor> tensors = new ArrayList<>();
    return ExampleTree.of(example, tensors) + " " + tensors;
  }

  @Test
  void anotherStructureIsRefused() {
    Path file = folder.resolve("cache");
    order(numbers(3).cache(file));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                numbers(3)
                        .map(e -> new Example(e.x().cast(DType.FLOAT32), e.y()))
                        .cache(file)
                        .iterator()
                    ::next)
            .getMessage();
    assertTrue(message.startsWith("cache: needs in " + file), message);
    assertTrue(message.endsWith("; delete the file, or give another"), message);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Steps.each(
                numbers(3)
                    .map(e -> e.x().item() < 2 ? e : new Example(List.of(e.x()), e.y()))
                    .cache(folder.resolve("other")),
                e -> e));
  }

  @Test
  void aDamagedFileIsAnError() throws IOException {
    Path file = folder.resolve("cache");
    order(numbers(3).cache(file));
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 0x55;
      Files.write(file, bad);
      assertThrows(DatasetException.class, () -> order(numbers(3).cache(file)), "byte " + at);
    }
    for (int length = 0; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThrows(DatasetException.class, () -> order(numbers(3).cache(file)), "cut at " + length);
    }
  }
}
