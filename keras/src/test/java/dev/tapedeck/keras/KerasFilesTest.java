package dev.tapedeck.keras;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.GRU;
import dev.tapedeck.layers.LayerNormalization;
import dev.tapedeck.metrics.BuiltInMetric;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Objective;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Models that Keras saved, which are read, compared, and written for Keras again. */
class KerasFilesTest {
  private static final double TOLERANCE = 2e-5;

  private static final CustomObjects CUSTOM =
      new CustomObjects()
          .layer("shop>Scale", Scale.class, config -> new Scale((double) config.get("factor")));

  @TempDir private Path temp;

  /** A layer of one's own, as the script has it. */
  static final class Scale extends Layer {
    /** The arguments. */
    public record Arguments(double factor) {}

    private Variable gain;

    private Scale(Arguments arguments) {
      super(arguments);
    }

    Scale(double factor) {
      this(new Arguments(factor));
    }

    @Override
    protected void build(Shape input) {
      gain = addVariable("gain", Initializers.ones(), input.size(-1));
    }

    @Override
    protected Tensor call(Tensor x) {
      return x.mul(((Arguments) arguments()).factor()).mul(gain);
    }
  }

  /** A layer of the script. */
  private static final class Block extends Layer {
    private final Dense d1;
    private final BatchNormalization norm = new BatchNormalization();

    Block(int units) {
      d1 = new Dense(units);
    }

    Block built(Tensor x) {
      build(x.spec());
      return this;
    }

    @Override
    protected Tensor call(Tensor x) {
      return norm.apply(d1.apply(x));
    }
  }

  /** The model of the script whose weights are named by fields. */
  private static final class Subclassed extends Model {
    private final Block firstBlock = new Block(4);
    private final List<Object> stack =
        List.of(new Dense(4), new Dense(3), List.of(new Dense(3), new LayerNormalization()));
    private final Map<String, Layer> heads = new LinkedHashMap<>();
    private final Block alias = firstBlock;
    private final GRU gate = new GRU(2);

    Subclassed() {
      heads.put("b", new Dense(2));
      heads.put("a", new Dense(2));
    }

    @Override
    protected Tensor call(Tensor x) {
      Tensor y = firstBlock.apply(x);
      List<Object> layers = new ArrayList<>(stack.subList(0, 2));
      layers.addAll((List<?>) stack.get(2));
      for (Object layer : layers) {
        y = ((Layer) layer).apply(y);
      }
      Tensor z = gate.apply(Shaping.expandDims(y, 1));
      Tensor sum = Reductions.sum(alias.apply(x), true, -1);
      return heads.get("a").apply(y).add(heads.get("b").apply(y)).add(z).add(sum);
    }
  }

  private static void checkSubclassed(Path folder) throws Exception {
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("subclassed.json").toFile());
    Tensor input = tensor(expected.get("inputs").get(0));
    Subclassed model = new Subclassed();
    model.build(input.spec());
    Path weights = folder.resolve("subclassed.weights.h5");
    KerasFiles.loadWeights(model, weights);
    Tensor difference = model.apply(input).sub(tensor(expected.get("outputs").get(0)));
    assertEquals(0, difference.abs().max().item(), 1e-4);
    KerasFiles.saveWeights(model, folder.resolve("subclassed.back.weights.h5"));
    Subclassed other = new Subclassed();
    other.build(input.spec());
    KerasFiles.loadWeights(other, folder.resolve("compressed.weights.h5"));
    assertEquals(model.getWeights().toString(), other.getWeights().toString());

    LoadedWeights loaded = KerasFiles.loadMatchingWeights(new Block(4).built(input), weights);
    assertEquals(List.of(), loaded.loaded());
    assertEquals(6, loaded.missing().size());
  }

  @Test
  void modelsOfKerasPredictTheSameAndGoBack() throws Exception {
    Python.run(temp, getClass(), "keras_models.py", "make", temp);
    check(temp);
    checkSubclassed(temp);
    checkHostile(temp);
    OurModels.save(temp);
    assertEquals(
        List.of("checked"), Python.run(temp, getClass(), "keras_models.py", "check", temp));
  }

  private static void checkHostile(Path folder) {
    Path promised = folder.resolve("promised.weights.h5");
    try (Hdf5File file = Hdf5File.open(promised)) {
      assertTrue(new WeightFile("", file).budget() < 4 << 20);
    }
    String read = assertThrows(() -> KerasContents.at(promised).tensor("layers/dense/vars/0"));
    assertTrue(read.endsWith("dataset /layers/dense/vars/0 is cut short"), read);

    Sequential model = new Sequential(Input.of(3), new Dense(2));
    Path unsigned = folder.resolve("unsigned.weights.h5");
    String large = assertThrows(() -> KerasFiles.loadWeights(model, unsigned));
    assertTrue(large.contains("has unsigned numbers that are too large for int32"), large);

    Path bfloat16 = folder.resolve("bfloat16.weights.h5");
    String lacking = assertThrows(() -> KerasFiles.loadWeights(model, bfloat16));
    assertTrue(lacking.contains("no numbers, such as bfloat16, which HDF5 lacks"), lacking);

    Path texts = folder.resolve("texts.weights.h5");
    assertTrue(assertThrows(() -> KerasContents.at(texts)).startsWith(texts.toString()));
  }

  private static String assertThrows(Executable code) {
    return Assertions.assertThrows(IllegalArgumentException.class, code).getMessage();
  }

  @Test
  void modelsOfKeras2PredictTheSame() throws Exception {
    Path file = Path.of(getClass().getResource("keras2.h5").toURI());
    checkOne(file);
    Trainable<?, ?> model = (Trainable<?, ?>) KerasFiles.read(file, CUSTOM);
    assertEquals(
        "[mae, accuracy]",
        model.objective().orElseThrow().outputs().get(Objective.ALL).metrics().stream()
            .map(metric -> ((BuiltInMetric<?, ?>) metric).name())
            .toList()
            .toString());
  }

  static void check(Path folder) throws Exception {
    List<Executable> models = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.toString().matches("[^.]*\\.(keras|h5)"))
          .sorted()
          .forEach(file -> models.add(() -> checkOne(file)));
    }
    assertAll(models);
  }

  private static void checkOne(Path file) throws Exception {
    String name = file.getFileName().toString().replaceAll("\\.(keras|h5)", "");
    JsonNode expected = new ObjectMapper().readTree(file.resolveSibling(name + ".json").toFile());
    boolean compile = !name.equals("python_loss");
    AbstractLayer<?, ?> model = KerasFiles.read(file, CUSTOM, compile);
    Trainable<?, ?> trained = (Trainable<?, ?>) model;
    if (expected.path("steps").asInt(-1) >= 0 && compile) {
      assertEquals(
          expected.get("steps").asInt(), trained.optimizer().iterations().value().item(), name);
    } else {
      assertTrue(trained.objective().isEmpty(), name);
    }
    if (file.toString().endsWith(".keras")) {
      KerasFiles.save(model, file.resolveSibling(name + ".back.keras"), CUSTOM);
    }
    List<Tensor> inputs = new ArrayList<>();
    expected.get("inputs").forEach(input -> inputs.add(tensor(input)));
    List<Tensor> outputs = TensorTree.tensorsOf(call(model, inputs));
    assertEquals(expected.get("outputs").size(), outputs.size(), name);
    List<Object> keys =
        model.output() instanceof Map<?, ?> map ? new ArrayList<>(map.keySet()) : List.of();
    for (int i = 0; i < outputs.size(); i++) {
      Tensor right = tensor(expected.get("outputs").get(i));
      int at = keys.isEmpty() ? i : sorted(keys).indexOf(keys.get(i));
      Tensor found = outputs.get(at).cast(DType.FLOAT32);
      assertEquals(right.shape(), found.shape(), file + ", output " + i);
      String type = expected.get("types").get(i).asText();
      if (type.contains("float")) { // those of ids are not all the same
        assertEquals(type, outputs.get(at).dtype().toString(), file + ", output " + i);
      }
      double difference = found.sub(right).abs().max().item();
      double tolerance =
          name.matches("mixed|types|scaled.*") ? 1e-2 : TOLERANCE; // rounded to 16 bits
      assertTrue(
          difference <= tolerance * Math.max(1, right.abs().max().item()),
          file + ", output " + i + ": differs by " + difference);
    }
  }

  /** Tensors of a map are listed by its sorted keys. */
  private static List<Object> sorted(List<Object> keys) {
    return keys.stream().sorted().toList();
  }

  @SuppressWarnings("unchecked") // in the structure of the model
  private static Object call(AbstractLayer<?, ?> model, List<Tensor> inputs) {
    return switch (model) {
      case Layer one -> one.apply(inputs.getFirst());
      case LayerOf<?, ?> several -> {
        if (several.input() instanceof Map<?, ?> map) {
          Map<Object, Tensor> named = new LinkedHashMap<>();
          map.keySet().forEach(key -> named.put(key, inputs.get(named.size())));
          yield ((LayerOf<Object, Object>) several).apply(named);
        }
        Object given = several.input() instanceof Tensor ? inputs.getFirst() : inputs;
        yield ((LayerOf<Object, Object>) several).apply(given);
      }
    };
  }

  private static Tensor tensor(JsonNode json) {
    long[] shape = json.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray();
    JsonNode values = json.get("values");
    String type = json.get("dtype").asText();
    if (type.equals("string")) {
      return StringTensor.of(
          values.valueStream().map(JsonNode::asText).toArray(String[]::new), Shape.of(shape));
    }
    double[] numbers = values.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    DType dtype =
        Stream.of(DType.values()).filter(t -> t.toString().equals(type)).findFirst().orElseThrow();
    return Tensor.of(numbers).cast(dtype).reshape(shape);
  }
}
