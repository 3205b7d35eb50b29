package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.layers.Bidirectional;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.LSTM;
import dev.tapedeck.layers.Reshape;
import dev.tapedeck.layers.preprocessing.RandomShear;
import dev.tapedeck.layers.preprocessing.Rescaling;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Models made here, which Keras and Tapedeck must read as they are. */
final class OurModels {
  private static final float[][][] INPUT = {{{1, 2, 3}, {4, 5, 6}, {7, 8, 10}}};

  private OurModels() {}

  /** Writes NAME.ours.keras, and NAME.ours.json: input, output and its type. */
  static void save(Path folder) throws IOException {
    for (Map.Entry<String, Layer> model : models().entrySet()) {
      DType type = model.getKey().equals("wide") ? DType.FLOAT64 : DType.FLOAT32;
      Tensor input = Tensor.of(INPUT).cast(type);
      Tensor output = model.getValue().apply(input);
      Path file = folder.resolve(model.getKey() + ".ours.keras");
      KerasFiles.save(model.getValue(), file);
      Tensor again = KerasFiles.load(file).apply(input);
      if (again.dtype() != output.dtype()
          || again.sub(output).abs().max().item() > (type == DType.FLOAT64 ? 1e-14 : 1e-6)) {
        throw new AssertionError(model.getKey() + ": is " + again + ", not " + output);
      }
      Map<String, Object> expected = new LinkedHashMap<>();
      expected.put("input", INPUT);
      expected.put("output", output.cast(DType.FLOAT64).toDoubleArray());
      expected.put("type", output.dtype().toString());
      new ObjectMapper()
          .writeValue(folder.resolve(model.getKey() + ".ours.json").toFile(), expected);
    }
  }

  private static Map<String, Layer> models() {
    Map<String, Layer> models = new LinkedHashMap<>();
    models.put("product", of(x -> Linalg.matmul(x, Shaping.transpose(x, 0, 2, 1))));
    models.put("rsqrt", of(Maths::rsqrt));
    models.put("log_softmax", of(Activations::logSoftmax));
    models.put("infinite", of(x -> Maths.maximum(x, Double.NEGATIVE_INFINITY)));
    Sequential untrained = new Sequential(Input.of(3, 3), new Flatten(), new Dense(2));
    untrained.compile(new Adam(), Losses.meanSquaredError());
    models.put("untrained", untrained);
    models.put("built_by_data", new Sequential(new Flatten(), new Dense(3), new Dense(2)));
    models.put( // zeros, since Keras shears at inference, too
        "sheared",
        new Sequential(
            Input.of(3, 3),
            new Reshape(3, 3, 1),
            new Rescaling(0),
            new RandomShear(0.5, 0.25),
            new Flatten()));
    Tensor wide = Input.of("x", DType.FLOAT64, 3, 3);
    Tensor flat = new Flatten().apply(new Bidirectional(new LSTM(2)).apply(wide));
    models.put("wide", Model.of(wide, new Dense(2).apply(flat)));
    return models;
  }

  private static Model of(UnaryOperator<Tensor> function) {
    Tensor x = Input.of(3, 3);
    return Model.of(x, function.apply(x));
  }
}
