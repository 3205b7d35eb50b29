package dev.tapedeck.savedmodel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.AttentionInputs;
import dev.tapedeck.layers.ReversibleEmbedding;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.FromConfig;
import dev.tapedeck.testing.Goldens;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A layer with arguments, weights, inputs and masks, of the layers' golden rows. */
final class LayerRow {
  private static final Path GOLDENS =
      Path.of("../layers/src/test/resources/dev/tapedeck/layers/goldens");

  private final JsonNode golden;
  private final AbstractLayer<?, ?> layer;
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Integer> masked = new ArrayList<>();
  private final List<Tensor> masks = new ArrayList<>();

  private LayerRow(JsonNode golden) {
    this.golden = golden;
    this.layer = FromConfig.layer(golden);
    golden
        .get("values")
        .forEachEntry(
            (name, array) -> {
              if (name.startsWith("input")) {
                inputs.add(tensor(array));
              }
            });
    for (int i = 0; i < golden.path("masks").size(); i++) {
      if (golden.get("masks").get(i).isObject()) {
        masked.add(i);
        masks.add(Goldens.tensor(golden.get("masks").get(i), DType.BOOL));
      }
    }
    if (golden.has("adapt")) {
      FromConfig.adapt(layer, tensor(golden.get("adapt")));
    }
    call(inputs, masks);
    assign();
  }

  private static Tensor tensor(JsonNode array) {
    return array.has("dtype") ? Goldens.tensor(array) : Goldens.tensor(array, DType.FLOAT32);
  }

  private void assign() {
    List<JsonNode> weights = new ArrayList<>();
    golden
        .get("values")
        .forEachEntry(
            (name, array) -> {
              if (!name.startsWith("input")) {
                weights.add(array);
              }
            });
    Map<String, Variable> variables = layer.namedVariables();
    if (!golden.has("adapt") && weights.size() == variables.size()) {
      int i = 0;
      for (Variable variable : variables.values()) {
        variable.assign(tensor(weights.get(i++)).cast(variable.dtype()));
      }
    }
  }

  /** Returns the rows of all files. */
  static Stream<JsonNode> all() {
    try (Stream<Path> files = Files.list(GOLDENS)) {
      ObjectMapper json = new ObjectMapper();
      List<JsonNode> rows = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        json.readTree(file.toFile())
            .forEach(
                row -> {
                  if (row.path("values").has("input") || row.path("values").has("input_0")) {
                    rows.add(row);
                  }
                });
      }
      return rows.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LayerRow of(JsonNode golden) {
    return new LayerRow(golden);
  }

  String title() {
    return golden.get("layer").asText() + golden.get("arguments");
  }

  AbstractLayer<?, ?> layer() {
    return layer;
  }

  /** Returns the inputs, and then the masks. */
  List<Tensor> arguments() {
    List<Tensor> all = new ArrayList<>(inputs);
    all.addAll(masks);
    return all;
  }

  private Tensor call(List<Tensor> tensors, List<Tensor> ofThem) {
    List<Tensor> given = new ArrayList<>(tensors);
    for (int i = 0; i < ofThem.size(); i++) {
      given.set(masked.get(i), given.get(masked.get(i)).withMask(ofThem.get(i)));
    }
    return apply(given);
  }

  @SuppressWarnings("unchecked") // the layer takes what its row has
  private Tensor apply(List<Tensor> given) {
    if (golden.has("reverse")) {
      return ((ReversibleEmbedding) layer).applyReverse(given.getFirst());
    }
    if (golden.has("attention")) {
      JsonNode options = golden.get("attention");
      Tensor mask = options.has("mask") ? Goldens.tensor(options.get("mask"), DType.BOOL) : null;
      Tensor key = given.size() > 2 ? given.get(2) : null;
      return ((LayerOf<AttentionInputs, Tensor>) layer)
          .apply(
              new AttentionInputs(
                  given.get(0), given.get(1), key, mask, options.get("causal").asBoolean()),
              false);
    }
    return layer instanceof Layer one
        ? one.apply(given.getFirst(), false)
        : ((LayerOf<List<Tensor>, Tensor>) layer).apply(given, false);
  }

  Tensor expected() {
    return call(inputs, masks);
  }

  /** Returns the traced inference for batches of any size. */
  ConcreteFunction function() {
    TensorSpec[] specs =
        arguments().stream()
            .map(one -> new TensorSpec(one.dtype(), withoutBatch(one.shape())))
            .toArray(TensorSpec[]::new);
    int count = inputs.size();
    return TracedFunction.<Tensor>ofAll(
            "row",
            all -> {
              List<Tensor> tensors = all.stream().map(Tensor.class::cast).toList();
              return call(tensors.subList(0, count), tensors.subList(count, tensors.size()));
            })
        .concreteFunction((Object[]) specs);
  }

  private static Shape withoutBatch(Shape shape) {
    return shape.isScalar() ? shape : shape.with(0, Shape.UNKNOWN);
  }
}
