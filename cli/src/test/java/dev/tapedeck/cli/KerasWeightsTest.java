package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.Sequential;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that Keras, in the Python of {@code TAPEDECK_PYTHON}, takes up as they are. */
class KerasWeightsTest {
  @TempDir Path temp;

  @Test
  void kerasPredictsTheSame() throws Exception {
    Sequential model =
        new Sequential(new Conv2D(3, 3, Activations::relu), new Flatten(), new Dense(4));
    float[] pixels = new float[60];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(i);
    }
    Tensor image = Tensor.of(pixels, 1, 6, 5, 2);
    model.apply(image);
    // Biases start as 0, which would not show where they went.
    model.namedVariables().forEach((name, v) -> v.assignAdd(name.length() / 100f));
    assertEquals(
        Set.of("conv2d/kernel", "conv2d/bias", "dense/kernel", "dense/bias"),
        model.namedVariables().keySet());
    Path file = temp.resolve("weights.safetensors");
    Safetensors.saveWeights(model, file);

    String out = Python.run(temp, KerasWeightsTest.class, "keras_weights.py", file).getFirst();
    double[] keras =
        Arrays.stream(out.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
    assertArrayEquals(model.apply(image).toDoubleArray(), keras, 1e-5);
  }
}
