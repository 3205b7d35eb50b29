package dev.tapedeck.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.AveragePooling2D;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Concatenate;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Cropping2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.DepthwiseConv2D;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.LayerNormalization;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.Multiply;
import dev.tapedeck.layers.Permute;
import dev.tapedeck.layers.Softmax;
import dev.tapedeck.layers.ZeroPadding2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random models of images in ONNX Runtime: transposes move past all kinds of nodes. */
class RandomModelsTest {
  private static final int MODELS = 12;

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void agree(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < MODELS; i++) {
      Tensor images = Input.of("images", DType.FLOAT32, 6, 6, 4);
      List<Tensor> made = new ArrayList<>(List.of(images));
      int steps = 3 + random.nextInt(8);
      for (int step = 0; step < steps; step++) {
        Tensor x = made.get(random.nextInt(made.size()));
        Tensor y = made.get(random.nextInt(made.size()));
        made.add(next(random, x, y));
      }
      Tensor last = made.getLast();
      Tensor end = random.nextBoolean() ? last : new Dense(3).apply(Reductions.max(last, 1, 2));
      Model model = Model.of(images, end);
      Path file = temp.resolve("model.onnx");
      Onnx.export(model, file);
      Tensor batch = Randoms.uniform(RandomKey.of(i), DType.FLOAT32, -1, 1, 2, 6, 6, 4);
      double[] expected = model.apply(batch).toDoubleArray();
      double[] received = OnnxRuntime.run(file, List.of(batch)).getFirst().toDoubleArray();
      for (int at = 0; at < expected.length; at++) {
        double distance = Math.abs(expected[at] - received[at]);
        assertTrue(
            distance <= 1e-4 * Math.max(1, Math.abs(expected[at])), model.summary() + distance);
      }
    }
  }

  /** Returns what one of some layers makes of images of one shape, which they keep. */
  private static Tensor next(Random random, Tensor x, Tensor y) {
    return switch (random.nextInt(16)) {
      case 0, 1, 2 -> new Conv2D(4, 3).padding(Padding.SAME).apply(x);
      case 3 -> new DepthwiseConv2D(2).padding(Padding.SAME).apply(x);
      case 4 -> new MaxPooling2D(3).strides(1).padding(Padding.SAME).apply(x);
      case 5 -> new AveragePooling2D(2).strides(1).padding(Padding.SAME).apply(x);
      case 6 -> new BatchNormalization().apply(x);
      case 7 -> Activations.relu(x);
      case 8 -> new Add().apply(List.of(x, y));
      case 9 -> new Conv2D(4, 1).apply(new Concatenate().apply(List.of(x, y)));
      case 10 -> new Cropping2D(1).apply(new ZeroPadding2D(1).apply(x));
      case 11 ->
          new Multiply().apply(List.of(x, new GlobalAveragePooling2D().keepdims(true).apply(y)));
      case 12 -> new Softmax(3).apply(x);
      case 13 -> new LayerNormalization().apply(x);
      case 14 -> new Permute(2, 1, 3).apply(x);
      default -> x.mul(Tensor.of(new float[] {1, -1, 0.5f, 2})).sub(y);
    };
  }
}
