package dev.tapedeck.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerRow;
import dev.tapedeck.testing.Python;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every layer in ONNX Runtime, over the arguments that it is compared with Keras's for. */
class LayersOnnxTest {
  /** Layers of text and of hashes. */
  private static final Set<String> REFUSED =
      Set.of("HashedCrossing", "Hashing", "StringLookup", "TextVectorization");

  @TempDir Path temp;

  @TestFactory
  Stream<DynamicTest> agree() {
    return LayerRow.all().map(row -> dynamicTest(row.title(), () -> agrees(row)));
  }

  private void agrees(LayerRow row) throws Exception {
    LayerRow.Inference of = row.inference();
    ConcreteFunction function = of.function();
    Path file = temp.resolve("layer.onnx");
    if (isRefused(row)) {
      Path refused = temp.resolve("refused.onnx");
      assertThrows(IllegalArgumentException.class, () -> Onnx.export(function, refused));
      assertFalse(Files.exists(refused));
      return;
    }
    Onnx.export(function, file);
    assertClose(of.output(of.arguments()), OnnxRuntime.run(file, of.arguments()).getFirst());
  }

  @Test
  void theCheckerTakesEveryLayer() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("layers"));
    Set<String> exported = new HashSet<>();
    LayerRow.all()
        .filter(row -> !isRefused(row) && exported.add(row.layer()))
        .forEach(
            row -> Onnx.export(row.inference().function(), folder.resolve(row.layer() + ".onnx")));
    assertTrue(exported.size() > 100, exported.toString());
    List<String> checked = Python.run(temp, OnnxTest.class, "check_models.py", folder);
    assertEquals(exported.size(), checked.size());
  }

  private static boolean isRefused(LayerRow row) {
    JsonNode arguments = row.golden().get("arguments");
    boolean unknownNumbers =
        arguments.path("num_oov_indices").asInt(1) == 0 // are an error, which ONNX has not
            || arguments.path("oov_method").asText().equals("farmhash");
    return REFUSED.contains(row.layer()) || (row.layer().equals("IntegerLookup") && unknownNumbers);
  }

  static void assertClose(Tensor expected, Tensor actual) {
    assertEquals(expected.spec(), actual.spec());
    double[] values = expected.toDoubleArray();
    double[] received = actual.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      double size = Double.isFinite(values[i]) ? Math.max(1, Math.abs(values[i])) : 0;
      assertEquals(values[i], received[i], 1e-5 * size, "at " + i);
    }
  }
}
