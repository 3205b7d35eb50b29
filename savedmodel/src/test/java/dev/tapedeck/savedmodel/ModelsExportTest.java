package dev.tapedeck.savedmodel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.AttentionInputs;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Bidirectional;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.DepthwiseConv2D;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.GRU;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.LSTM;
import dev.tapedeck.layers.LayerNormalization;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.MultiHeadAttention;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in all programs that load SavedModels, with gradients. */
class ModelsExportTest {
  @TempDir Path temp;

  record Query(Tensor user, Tensor item) {}

  record Scores(Tensor stars, Tensor click) {}

  private static Map<String, AbstractLayer<?, ?>> models() {
    Map<String, AbstractLayer<?, ?>> models = new LinkedHashMap<>();
    models.put(
        "dense",
        new Sequential(
            Input.of("numbers", DType.FLOAT32, 4),
            new Dense(5, Activations::relu),
            new BatchNormalization(),
            new Dropout(0.5),
            new Dense(3, Activations::softmax)));
    models.put(
        "images",
        new Sequential(
            Input.of("images", DType.FLOAT32, 9, 9, 3),
            new Conv2D(4, 3, Activations::gelu).strides(2).padding(Padding.SAME),
            new DepthwiseConv2D(2).depthMultiplier(2),
            new MaxPooling2D(2),
            new BatchNormalization(),
            new GlobalAveragePooling2D(),
            new Dense(2)));
    models.put(
        "words",
        new Sequential(
            Input.of("words", new TensorSpec(DType.INT32, Shape.of(-1, -1))),
            new Embedding(20, 4).maskZero(true),
            new Bidirectional(new GRU(3).returnSequences(true)),
            new LSTM(4),
            new Dense(1, Activations::sigmoid)));
    models.put( // few steps, which TensorFlow Lite unrolls
        "steps",
        new Sequential(
            Input.of("steps", DType.FLOAT32, 5, 2),
            new GRU(3).biasInitializer(Initializers.randomNormal())));
    Tensor x = Input.of("sequence", DType.FLOAT32, 6, 8);
    Tensor attended =
        new MultiHeadAttention(2, 4).apply(new AttentionInputs(x, x, null, null, true));
    models.put(
        "transformer",
        Model.of(x, new LayerNormalization().apply(new Add().apply(List.of(x, attended)))));
    Query query = new Query(Input.of("user", DType.FLOAT32, 3), Input.of("item", DType.FLOAT32, 2));
    Tensor user = new Dense(4).apply(query.user());
    Tensor item = new Dense(4).apply(query.item());
    Tensor both = new Add().apply(List.of(user, item));
    models.put(
        "two",
        Model.of(
            query,
            new Scores(new Dense(1).apply(both), new Dense(1, Activations::sigmoid).apply(both))));
    return models;
  }

  private static Tensor input(Tensor symbol, int number) {
    long[] sizes = symbol.shape().toArray();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = sizes[i] == Shape.UNKNOWN ? 2 + 9 * i : sizes[i];
    }
    return symbol.dtype() == DType.INT32
        ? Randoms.uniform(RandomKey.of(number), DType.INT32, 0, 20, sizes)
        : Randoms.normal(RandomKey.of(number), DType.FLOAT32, 0, 1, sizes);
  }

  @SuppressWarnings("unchecked")
  private static Object call(AbstractLayer<?, ?> model, Object input) {
    return model instanceof Layer layer
        ? layer.apply((Tensor) input, false)
        : ((LayerOf<Object, Object>) model).apply(input, false);
  }

  /** Writes endpoints that share a variable, which one of them changes. */
  private static void writeArchive(Path folder) {
    Variable total = Variable.untrainable(10f, "total");
    TensorSpec numbers = new TensorSpec(DType.FLOAT32, Shape.of(Shape.UNKNOWN));
    TracedFunction<Tensor> add =
        TracedFunction.of(
            "add",
            (Tensor x) -> {
              total.assignAdd(x.sum());
              return total.value();
            });
    TracedFunction<Map<String, Tensor>> compare =
        TracedFunction.of(
            "compare",
            (Tensor x, Tensor y) -> Map.of("sum", x.add(y).add(total), "product", x.mul(y)));
    TracedFunction<Tensor> read = TracedFunction.of("read", () -> total.mul(1));
    new ExportArchive()
        .track(new Dense(1)) // without variables
        .endpoint("add", add.concreteFunction(numbers))
        .endpoint("compare", compare.concreteFunction(numbers, numbers))
        .endpoint("read", read.concreteFunction())
        .write(folder);
  }

  @Test
  void runEverywhere() throws Exception {
    Python.command();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, AbstractLayer<?, ?>> named : models().entrySet()) {
      AbstractLayer<?, ?> model = named.getValue();
      int number = 100;
      for (Variable variable : model.variables()) { // biases begin as zeros
        Tensor drawn =
            Randoms.uniform(
                RandomKey.of(number++), DType.FLOAT32, 0.1, 0.6, variable.shape().toArray());
        variable.assign(drawn.mul(number % 2 == 0 || !variable.trainable() ? 1 : -1));
      }
      int[] count = {0};
      Object input = TensorTree.map((Object) model.input(), symbol -> input(symbol, count[0]++));
      List<Tensor> symbols = TensorTree.tensorsOf(model.input());
      List<Tensor> values = TensorTree.tensorsOf(input);
      for (int i = 0; i < symbols.size(); i++) {
        String key = ((SymbolicTensor) symbols.get(i)).name().replace(":0", "");
        tensors.put(named.getKey() + "/in/" + key, values.get(i));
      }
      try (GradientTape tape = new GradientTape()) {
        Object output = call(model, input);
        List<String> keys =
            output instanceof Scores ? List.of("stars", "click") : List.of("output_0");
        List<Tensor> outputs = TensorTree.tensorsOf(output);
        Tensor total = outputs.getFirst().mul(outputs.getFirst()).sum();
        for (int i = 0; i < keys.size(); i++) {
          tensors.put(named.getKey() + "/out/" + keys.get(i), outputs.get(i));
          total = i == 0 ? total : total.add(outputs.get(i).mul(outputs.get(i)).sum());
        }
        List<Tensor> gradients = tape.gradient(total, model.trainableVariables());
        for (int i = 0; i < gradients.size(); i++) {
          tensors.put(named.getKey() + "/gradient/" + i, gradients.get(i));
        }
      }
      SavedModels.export(model, temp.resolve(named.getKey()));
      new ExportArchive()
          .endpoint("serve", model)
          .frozen()
          .write(temp.resolve(named.getKey() + "_frozen"));
    }
    writeArchive(temp.resolve("archive"));
    TensorSpec numbers = new TensorSpec(DType.FLOAT32, Shape.of(Shape.UNKNOWN));
    SavedModels.export(new Add(), List.of(numbers, numbers), temp.resolve("plain"));
    Safetensors.save(tensors, Map.of(), temp.resolve("values"));
    List<String> lines =
        Python.run(temp, ModelsExportTest.class, "check_models.py", temp, temp.resolve("values"));
    lines.forEach(System.out::println);
    assertEquals(List.of("checked 6 models"), lines);
  }
}
