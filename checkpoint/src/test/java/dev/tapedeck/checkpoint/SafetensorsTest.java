package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights written and read back, and those that do not fit. */
class SafetensorsTest {
  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("made/weights.safetensors");
  }

  private static final class Linear extends Layer {
    private final String name;
    private final int units;
    private Variable kernel;

    Linear(String name, int units) {
      this.name = name;
      this.units = units;
    }

    @Override
    protected void build(Shape input) {
      kernel = addVariable(name, Initializers.glorotUniform(), input.size(-1), units);
    }

    @Override
    protected Tensor call(Tensor x) {
      return x.matmul(kernel);
    }
  }

  private static final class Two extends Layer {
    private final Linear hidden;
    private final Linear logits = new Linear("kernel", 2);

    Two(String name, int units) {
      hidden = new Linear(name, units);
    }

    @Override
    protected Tensor call(Tensor x) {
      return logits.apply(hidden.apply(x));
    }
  }

  private static final Tensor INPUT = Tensor.of(new float[][] {{1, 2, 3}});

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STRING")
  void keepsEveryType(DType dtype) {
    Tensor values = Casting.cast(Tensor.of(new double[][] {{0, 1, 2.5}, {3, 100, 127}}), dtype);
    Safetensors.save(Map.of("x", values, "none", Tensor.zeros(dtype, 0, 3)), Map.of(), file);
    Map<String, Tensor> loaded = Safetensors.load(file);
    assertEquals(values.spec(), loaded.get("x").spec());
    assertArrayEquals(values.toDoubleArray(), loaded.get("x").toDoubleArray());
    assertEquals(Shape.of(0, 3), loaded.get("none").shape());
  }

  @Test
  void keepsScalarsViewsVariablesTextsAndOddNames() {
    Map<String, Object> tensors = new LinkedHashMap<>();
    tensors.put("scalar", 2.5f);
    tensors.put("view", Tensor.of(new int[][] {{1, 2}, {3, 4}}).transpose());
    tensors.put("", Variable.of(new short[] {7}));
    tensors.put("größe \"\\\n", true);
    Safetensors.save(tensors, Map.of("note", "läuft\n"), file);
    Map<String, Tensor> loaded = Safetensors.load(file);
    assertEquals(List.of("scalar", "view", "", "größe \"\\\n"), List.copyOf(loaded.keySet()));
    assertEquals(2.5, loaded.get("scalar").item());
    assertArrayEquals(new int[] {1, 3, 2, 4}, loaded.get("view").toIntArray());
    assertArrayEquals(new int[] {7}, loaded.get("").toIntArray());
    assertArrayEquals(new boolean[] {true}, loaded.get("größe \"\\\n").toBooleanArray());
    assertEquals(Map.of("note", "läuft\n"), Safetensors.metadata(file));
  }

  @Test
  void alignsHeaderAndTensors() throws IOException {
    Safetensors.save(
        Map.of("a", Tensor.of(new boolean[] {true}), "b", 1.0, "c", (short) 1), Map.of(), file);
    byte[] bytes = Files.readAllBytes(file);
    int length = bytes[0] & 0xff;
    assertEquals(0, length % 8);
    assertTrue(
        new String(bytes, 8, length, java.nio.charset.StandardCharsets.UTF_8)
            .strip()
            .endsWith(
                "{\"b\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]},"
                    + "\"c\":{\"dtype\":\"I16\",\"shape\":[],\"data_offsets\":[8,10]},"
                    + "\"a\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[10,11]}}"));
    assertEquals(8 + length + 11, bytes.length);
  }

  @Test
  void aModelTakesUpTheWeightsOfAnother() {
    Two one = new Two("kernel", 4);
    Two other = new Two("kernel", 4);
    double[] expected = one.apply(INPUT).toDoubleArray();
    other.apply(INPUT);
    Safetensors.saveWeights(one, file);
    assertEquals(
        List.of("hidden/kernel", "logits/kernel"),
        Safetensors.load(file).keySet().stream().sorted().toList());
    Safetensors.loadWeights(other, file);
    assertArrayEquals(expected, other.apply(INPUT).toDoubleArray());
  }

  @Test
  void whatDoesNotFitIsListedAndNothingAssigned() {
    Two saved = new Two("kernel", 4);
    saved.apply(INPUT);
    Safetensors.saveWeights(saved, file);
    Two other = new Two("kernels", 5);
    double[] before = other.apply(INPUT).toDoubleArray();
    assertEquals(
        """
        Safetensors.loadWeights: %s does not fit the model: 1 missing, 1 extra, 1 of another shape or type; nothing was assigned
          missing: "hidden/kernels", float32 (3, 5); the file has "hidden/kernel"
          wrong: "logits/kernel" is float32 (5, 2), in the file float32 (4, 2)
          extra: "hidden/kernel", float32 (3, 4)"""
            .formatted(file),
        assertThrows(IllegalArgumentException.class, () -> Safetensors.loadWeights(other, file))
            .getMessage());
    assertArrayEquals(before, other.apply(INPUT).toDoubleArray());
  }

  @Test
  void anotherTypeDoesNotFit() {
    Linear model = new Linear("w", 1);
    model.apply(INPUT);
    Safetensors.save(Map.of("w", Tensor.zeros(DType.FLOAT64, 3, 1)), Map.of(), file);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Safetensors.loadWeights(model, file))
            .getMessage();
    assertTrue(
        message.endsWith("wrong: \"w\" is float32 (3, 1), in the file float64 (3, 1)"), message);
  }

  @Test
  void aLongListIsCut() {
    Map<String, Object> tensors = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      tensors.put("other" + i, 1f);
    }
    Safetensors.save(tensors, Map.of(), file);
    Linear model = new Linear("w", 1);
    model.apply(INPUT);
    List<String> lines =
        assertThrows(IllegalArgumentException.class, () -> Safetensors.loadWeights(model, file))
            .getMessage()
            .lines()
            .toList();
    assertEquals(22, lines.size());
    assertEquals("  missing: \"w\", float32 (3, 1)", lines.get(1));
    assertEquals("  and 11 more", lines.getLast());
  }

  @Test
  void aModelThatIsNotBuiltIsRefused() {
    Two model = new Two("kernel", 4);
    String save =
        assertThrows(IllegalArgumentException.class, () -> Safetensors.saveWeights(model, file))
            .getMessage();
    assertEquals(
        "Safetensors.saveWeights: Two has no variables; call it once with an input, which builds"
            + " them",
        save);
    assertThrows(IllegalArgumentException.class, () -> Safetensors.loadWeights(model, file));
  }

  @Test
  void namesThatTheFormatHasNotAreRefused() {
    for (String name : List.of("__metadata__", "\ud800")) {
      assertThrows(
          IllegalArgumentException.class, () -> Safetensors.save(Map.of(name, 1f), Map.of(), file));
    }
    assertThrows(UncheckedIOException.class, () -> Safetensors.load(file));
  }

  @Test
  void aFormerFileStaysWhereWritingFails() throws IOException {
    Safetensors.save(Map.of("x", 1f), Map.of(), file);
    Tensor released = Tensor.of(new float[] {1, 2});
    Map<String, Object> bad = new LinkedHashMap<>(Map.of("a", Tensor.of(1.0), "x", released));
    released.release();
    assertThrows(IllegalStateException.class, () -> Safetensors.save(bad, Map.of(), file));
    assertEquals(1, Safetensors.load(file).get("x").item());
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aPlaceThatIsNoFileIsNamed() {
    String missing =
        assertThrows(UncheckedIOException.class, () -> Safetensors.load(file)).getMessage();
    assertEquals("Safetensors.load: cannot read " + file + ": no such file", missing);
    String folder =
        assertThrows(
                UncheckedIOException.class, () -> Safetensors.save(Map.of("x", 1f), Map.of(), temp))
            .getMessage();
    assertEquals("Safetensors.save: cannot write " + temp + ": it is a folder", folder);
    assertThrows(UncheckedIOException.class, () -> Safetensors.metadata(temp));
  }
}
