package dev.tapedeck.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.AttentionInputs;
import dev.tapedeck.layers.ReversibleEmbedding;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.LayerGolden;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.LayerOf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private static final String GOLDENS = "/dev/tapedeck/layers/goldens/";
  private static final List<String> FAMILIES =
      List.of(
          "core",
          "activation",
          "convolution",
          "pooling",
          "reshaping",
          "merging",
          "normalization",
          "regularization",
          "recurrent",
          "attention",
          "images",
          "categories",
          "text",
          "sound");

  /** Layers of text and of hashes. */
  private static final Set<String> REFUSED =
      Set.of("HashedCrossing", "Hashing", "StringLookup", "TextVectorization");

  @TempDir Path temp;

  private static Stream<JsonNode> rows() {
    return FAMILIES.stream()
        .flatMap(
            family -> Goldens.read(LayersOnnxTest.class, GOLDENS + family + ".json").valueStream());
  }

  @TestFactory
  Stream<DynamicTest> agree() {
    return rows()
        .map(
            row ->
                dynamicTest(row.get("layer").asText() + row.get("arguments"), () -> agrees(row)));
  }

  private static LayerCheck.Call call(JsonNode row) {
    if (row.has("reverse")) {
      return (layer, in, training) -> ((ReversibleEmbedding) layer).applyReverse(in.getFirst());
    }
    return row.has("attention") ? attention(row.get("attention")) : LayerCheck::apply;
  }

  @SuppressWarnings("unchecked") // as the golden says
  private static LayerCheck.Call attention(JsonNode options) {
    Tensor mask = options.has("mask") ? Goldens.tensor(options.get("mask"), DType.BOOL) : null;
    boolean causal = options.get("causal").asBoolean();
    return (layer, in, training) -> {
      Tensor key = in.size() > 2 ? in.get(2) : null;
      return ((LayerOf<AttentionInputs, Tensor>) layer)
          .apply(new AttentionInputs(in.get(0), in.get(1), key, mask, causal), training);
    };
  }

  /** A layer's function of its inputs and their masks, and these. */
  private record Case(LayerCheck.Call call, LayerGolden.Built golden) {
    static Case of(JsonNode row) {
      LayerCheck.Call call = LayersOnnxTest.call(row);
      return new Case(call, LayerGolden.build(() -> FromConfig.layer(row), row, call));
    }

    List<Tensor> inputs() {
      List<Tensor> all = new ArrayList<>(golden.inputs());
      golden.masks().stream().filter(mask -> mask != null).forEach(all::add);
      return all;
    }

    Tensor output(List<Tensor> inputs) {
      return call.of(golden.layer(), masked(inputs, golden.masks()), false);
    }

    ConcreteFunction function() {
      TensorSpec[] specs =
          inputs().stream()
              .map(x -> new TensorSpec(x.dtype(), withoutBatchSize(x.shape())))
              .toArray(TensorSpec[]::new);
      return TracedFunction.<Tensor>ofAll(
              "layer", values -> output(values.stream().map(Tensor.class::cast).toList()))
          .withSignature(specs)
          .concreteFunction((Object[]) specs);
    }
  }

  private void agrees(JsonNode row) throws Exception {
    Case of = Case.of(row);
    ConcreteFunction function = of.function();
    Path file = temp.resolve("layer.onnx");
    if (isRefused(row)) {
      Path refused = temp.resolve("refused.onnx");
      assertThrows(IllegalArgumentException.class, () -> Onnx.export(function, refused));
      assertFalse(Files.exists(refused));
      return;
    }
    Onnx.export(function, file);
    assertClose(of.output(of.inputs()), OnnxRuntime.run(file, of.inputs()).getFirst());
  }

  @Test
  void theCheckerTakesEveryLayer() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("layers"));
    Set<String> exported = new HashSet<>();
    rows()
        .filter(row -> !isRefused(row) && exported.add(row.get("layer").asText()))
        .forEach(
            row ->
                Onnx.export(
                    Case.of(row).function(), folder.resolve(row.get("layer").asText() + ".onnx")));
    assertTrue(exported.size() > 100, exported.toString());
    List<String> checked = Python.run(temp, OnnxTest.class, "check_models.py", folder);
    assertEquals(exported.size(), checked.size());
  }

  private static boolean isRefused(JsonNode row) {
    JsonNode arguments = row.get("arguments");
    boolean unknownNumbers =
        arguments.path("num_oov_indices").asInt(1) == 0 // are an error, which ONNX has not
            || arguments.path("oov_method").asText().equals("farmhash");
    String layer = row.get("layer").asText();
    return REFUSED.contains(layer) || (layer.equals("IntegerLookup") && unknownNumbers);
  }

  private static List<Tensor> masked(List<Tensor> given, List<Tensor> masks) {
    List<Tensor> masked = new ArrayList<>();
    int next = masks.size();
    for (int i = 0; i < masks.size(); i++) {
      masked.add(masks.get(i) == null ? given.get(i) : given.get(i).withMask(given.get(next++)));
    }
    return masked;
  }

  private static Shape withoutBatchSize(Shape shape) {
    return shape.isScalar() ? shape : shape.with(0, Shape.UNKNOWN);
  }

  static void assertClose(Tensor expected, Tensor actual) {
    assertEquals(expected.spec(), actual.spec());
    double[] values = expected.toDoubleArray();
    double[] received = actual.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], received[i], 1e-5 * Math.max(1, Math.abs(values[i])), "at " + i);
    }
  }
}
