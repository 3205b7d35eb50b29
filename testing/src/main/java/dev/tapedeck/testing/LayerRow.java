package dev.tapedeck.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.config.Records;
import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.LayerOf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * A row of the golden files of layers: a layer with arguments, variables, inputs and masks.
 *
 * @param golden the row, as {@link LayerGolden} describes it
 * @hidden for Tapedeck's own tests
 */
public record LayerRow(JsonNode golden) {
  /** The folder of the files, seen from another module. */
  public static final Path FOLDER =
      Path.of("../layers/src/test/resources/dev/tapedeck/layers/goldens").toAbsolutePath();

  /** The files, without their ending. */
  public static final List<String> FAMILIES =
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

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ATTENTION = "dev.tapedeck.layers.AttentionInputs";

  /** Returns the rows of all files. */
  public static Stream<LayerRow> all() {
    return FAMILIES.stream().flatMap(LayerRow::of);
  }

  /** Returns the rows of a file. */
  public static Stream<LayerRow> of(String family) {
    try {
      return JSON.readTree(FOLDER.resolve(family + ".json").toFile())
          .valueStream()
          .map(LayerRow::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the layer's class. */
  public String layer() {
    return golden.get("layer").asText();
  }

  /** Returns the layer's class with its arguments and the shape of its input. */
  public String title() {
    return layer() + golden.get("arguments") + golden.path("values").path("input").path("shape");
  }

  /** Returns the tests of the layer against Keras's numbers. */
  public Stream<DynamicTest> tests() {
    return LayerGolden.tests(this::make, golden, this::call);
  }

  /** Returns the layer's inference, built. */
  public Inference inference() {
    return new Inference(this, LayerGolden.build(this::make, golden, this::call));
  }

  private AbstractLayer<?, ?> make() {
    return FromConfig.layer(golden);
  }

  /** Calls the function of the layer that the row is of. */
  @SuppressWarnings("unchecked") // as the row says
  private Tensor call(AbstractLayer<?, ?> layer, List<Tensor> in, boolean training) {
    if (golden.has("reverse")) {
      return (Tensor) FromConfig.call(layer, "applyReverse", in.getFirst());
    } else if (!golden.has("attention")) {
      return LayerCheck.apply(layer, in, training);
    }
    JsonNode options = golden.get("attention");
    Tensor mask = options.has("mask") ? Goldens.tensor(options.get("mask"), DType.BOOL) : null;
    Tensor key = in.size() > 2 ? in.get(2) : null;
    Object given =
        Records.construct(
            FromConfig.type(ATTENTION),
            Arrays.asList(in.get(0), in.get(1), key, mask, options.get("causal").asBoolean()));
    if (options.get("scores").asBoolean()) {
      Record scored = (Record) FromConfig.call(layer, "applyWithScores", given, training);
      return (Tensor) Records.components(scored).getLast();
    }
    return ((LayerOf<Object, Tensor>) layer).apply(given, training);
  }

  /** A layer's function of its inputs and their masks, and these. */
  public record Inference(LayerRow row, LayerGolden.Built golden) {
    /** Returns the inputs, and then their masks. */
    public List<Tensor> arguments() {
      List<Tensor> all = new ArrayList<>(golden.inputs());
      golden.masks().stream().filter(Objects::nonNull).forEach(all::add);
      return all;
    }

    /** Returns the output for inputs and masks. */
    public Tensor output(List<Tensor> arguments) {
      List<Tensor> masked = new ArrayList<>();
      int next = golden.inputs().size();
      for (int i = 0; i < golden.inputs().size(); i++) {
        Tensor input = arguments.get(i);
        masked.add(golden.masks().get(i) == null ? input : input.withMask(arguments.get(next++)));
      }
      return row.call(golden.layer(), masked, false);
    }

    /** Returns the traced function of inputs and masks, for batches of any size. */
    public ConcreteFunction function() {
      TensorSpec[] specs =
          arguments().stream()
              .map(x -> new TensorSpec(x.dtype(), withoutBatchSize(x.shape())))
              .toArray(TensorSpec[]::new);
      return TracedFunction.<Tensor>ofAll(
              "layer", values -> output(values.stream().map(Tensor.class::cast).toList()))
          .withSignature(specs)
          .concreteFunction((Object[]) specs);
    }

    private static Shape withoutBatchSize(Shape shape) {
      return shape.isScalar() ? shape : shape.with(0, Shape.UNKNOWN);
    }
  }
}
