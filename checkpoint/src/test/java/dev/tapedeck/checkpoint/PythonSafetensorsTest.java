package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exchanges files with Python's safetensors, in the Python that the environment variable {@code
 * TAPEDECK_PYTHON} names; skipped without it, except where {@code CI=true}.
 */
class PythonSafetensorsTest {
  private static final List<String> TYPES =
      DType.fixedSize().stream().map(DType::toString).sorted().toList();

  @TempDir Path temp;

  @Test
  void pythonReadsOurs() throws Exception {
    Path file = temp.resolve("ours.safetensors");
    Map<String, Tensor> tensors = new TreeMap<>();
    for (DType dtype : DType.fixedSize()) {
      tensors.put(
          dtype.toString(), Casting.cast(Tensor.of(new int[][] {{0, 1, 2}, {3, 4, 100}}), dtype));
    }
    tensors.put("größe/学習率", Tensor.of(-0.1f));
    Safetensors.save(tensors, Map.of("wer", "größe", "k", "v"), file);
    List<String> expected = new ArrayList<>(List.of("[('k', 'v'), ('wer', 'größe')]"));
    for (String type : TYPES) {
      expected.add(
          type
              + " "
              + type
              + " [2, 3] "
              + asPython(DType.valueOf(type.toUpperCase(java.util.Locale.ROOT))));
    }
    // Sorted by code points.
    expected.add(
        expected.indexOf("int16 int16 [2, 3] [[0, 1, 2], [3, 4, 100]]"),
        "größe/学習率 float32 [] -0.10000000149011612");
    assertEquals(
        expected, Python.run(temp, PythonSafetensorsTest.class, "read_safetensors.py", file));
  }

  private static String asPython(DType dtype) {
    return dtype == DType.BOOL
        ? "[[False, True, True], [True, True, True]]"
        : dtype.isFloating() ? "[[0.0, 1.0, 2.0], [3.0, 4.0, 100.0]]" : "[[0, 1, 2], [3, 4, 100]]";
  }

  @Test
  void weReadPythons() throws Exception {
    Path file = temp.resolve("theirs.safetensors");
    Python.run(temp, PythonSafetensorsTest.class, "write_safetensors.py", file);
    Map<String, Tensor> loaded = Safetensors.load(file);
    assertEquals(TYPES.size() + 2, loaded.size());
    for (DType dtype : DType.fixedSize()) {
      Tensor tensor = loaded.get(dtype.toString());
      assertEquals(dtype, tensor.dtype());
      assertEquals(
          Casting.cast(Tensor.of(new int[][] {{0, 1, 2}, {3, 4, 100}}), dtype).toString(),
          tensor.toString());
    }
    assertEquals(Tensor.of(-0.1f).item(), loaded.get("größe/学習率").item());
    assertEquals(Shape.of(0, 3), loaded.get("empty").shape());
    assertEquals(Map.of("format", "np", "wer", "größe"), Safetensors.metadata(file));
  }
}
