package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tapedeck.ops.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
      Arrays.stream(DType.values()).map(DType::toString).sorted().toList();

  @TempDir Path temp;

  @Test
  void pythonReadsOurs() throws Exception {
    Path file = temp.resolve("ours.safetensors");
    Map<String, Tensor> tensors = new TreeMap<>();
    for (DType dtype : DType.values()) {
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
    assertEquals(expected, python("read_safetensors.py", file.toString()));

    tensors.remove("bfloat16"); // NumPy has none
    Safetensors.save(tensors, Map.of(), file);
    List<String> lines = python("read_safetensors.py", file.toString(), "numpy");
    assertEquals(1 + 2 * 11, lines.size());
    assertEquals("[]", lines.getFirst());
    assertEquals(lines.subList(1, 12), lines.subList(12, 23));
  }

  private static String asPython(DType dtype) {
    return dtype == DType.BOOL
        ? "[[False, True, True], [True, True, True]]"
        : dtype.isFloating() ? "[[0.0, 1.0, 2.0], [3.0, 4.0, 100.0]]" : "[[0, 1, 2], [3, 4, 100]]";
  }

  @Test
  void weReadPythons() throws Exception {
    Path file = temp.resolve("theirs.safetensors");
    python("write_safetensors.py", file.toString());
    Map<String, Tensor> loaded = Safetensors.load(file);
    assertEquals(TYPES.size() + 2, loaded.size());
    for (DType dtype : DType.values()) {
      Tensor tensor = loaded.get(dtype.toString());
      assertEquals(dtype, tensor.dtype());
      assertEquals(
          Casting.cast(Tensor.of(new int[][] {{0, 1, 2}, {3, 4, 100}}), dtype).toString(),
          tensor.toString());
    }
    assertEquals(Tensor.of(-0.1f).item(), loaded.get("größe/学習率").item());
    assertEquals(Shape.of(0, 3), loaded.get("empty").shape());
    assertEquals(Map.of("format", "pt", "wer", "größe"), Safetensors.metadata(file));
  }

  private List<String> python(String script, String... arguments) throws Exception {
    String python = System.getenv("TAPEDECK_PYTHON");
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(python != null, "TAPEDECK_PYTHON does not name a Python that has safetensors");
    }
    assertNotNull(python, "TAPEDECK_PYTHON must name a Python that has safetensors and torch");
    List<String> command =
        new ArrayList<>(
            List.of(
                python, "-X", "utf8", Path.of(getClass().getResource(script).toURI()).toString()));
    command.addAll(List.of(arguments));
    Path errors = temp.resolve("stderr.txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    assertTrue(exit == 0, () -> read(errors));
    return out.lines().toList();
  }

  private static String read(Path file) {
    try {
      return java.nio.file.Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
