package dev.tapedeck.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TablesTest {
  /** Nets that are only compared with themselves. */
  private static final Set<String> OURS = Set.of("binary", "metrics");

  static Stream<String> operations() {
    return Operations.names().stream();
  }

  static Stream<String> nets() {
    return Nets.names().stream();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyOperationRuns(String name) {
    String shape = name.equals("matmul") ? "2x3x4" : "4x16";
    TapedeckWork.of(Way.EAGER, Task.parse(name + "-" + shape)).body().run();
  }

  @ParameterizedTest
  @MethodSource("nets")
  void everyNetHasALoss(String name) {
    Net net = Nets.of(Task.parse(name + "-2"));
    Tensor predictions = net.model().apply(net.inputs().apply(2));
    assertTrue(Double.isFinite(net.loss().of(net.labels().apply(2), predictions).item()));
  }

  @Test
  void peersKnowTheNames() throws IOException {
    for (String name : Operations.names()) {
      assertHas("operations.py", name);
    }
    for (String name : Nets.names()) {
      if (!OURS.contains(name)) {
        assertHas("torch_nets.py", name);
        assertHas("keras_nets.py", name);
      }
    }
  }

  @Test
  void eachRowComparesOursWithAPeer() {
    List<Comparison> rows =
        Stream.of(Comparison.OPERATIONS, Comparison.STEPS, Comparison.PREDICTIONS)
            .flatMap(List::stream)
            .toList();
    assertTrue(rows.stream().allMatch(row -> row.ours().isOurs() && !row.peer().isOurs()));
    assertEquals(rows.size(), Set.copyOf(rows).size());
  }

  private static void assertHas(String script, String name) throws IOException {
    String text = Files.readString(Path.of("src/main/python", script));
    assertTrue(text.contains("\n    \"" + name + "\": "), () -> script + " lacks " + name);
  }
}
