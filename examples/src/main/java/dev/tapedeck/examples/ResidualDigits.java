package dev.tapedeck.examples;

import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.GaussianNoise;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.ReLU;
import dev.tapedeck.layers.ZeroPadding2D;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A residual network of three stages, trained on MNIST's digits, which are moved at random.
 * Arguments: epochs, examples, seed. {@code residual_digits.py} is the same in Keras.
 *
 * <p>K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
 */
public final class ResidualDigits {
  private static final int SIZE = 28;
  private static final int MOST = 2;

  private ResidualDigits() {}

  private static Tensor convolution(Tensor x, int filters, int size, int stride) {
    Conv2D convolution = new Conv2D(filters, size).strides(stride).padding(Padding.SAME);
    return new BatchNormalization().momentum(0.9).apply(convolution.useBias(false).apply(x));
  }

  private static Tensor block(Tensor x, int filters, int stride) {
    Tensor hidden = new ReLU().apply(convolution(x, filters, 3, stride));
    Tensor residual = convolution(hidden, filters, 3, 1);
    Tensor shortcut = stride == 1 ? x : convolution(x, filters, 1, stride);
    return new ReLU().apply(new Add().apply(List.of(shortcut, residual)));
  }

  private static Model model() {
    Tensor images = Input.of(SIZE, SIZE, 1);
    Tensor x = new GaussianNoise(0.1).apply(images);
    x = new ReLU().apply(convolution(x, 16, 3, 2));
    x = block(x, 16, 1);
    x = block(x, 32, 2);
    x = block(x, 64, 2);
    return Model.of(images, new Dense(10).apply(new GlobalAveragePooling2D().apply(x)));
  }

  /** Returns a batch of images, all moved by the same random step. */
  private static Tensor moved(Tensor images, Random random) {
    int down = random.nextInt(2 * MOST + 1);
    int right = random.nextInt(2 * MOST + 1);
    return new ZeroPadding2D(MOST)
        .apply(images)
        .get(Index.ALL, Index.range(down, down + SIZE), Index.range(right, right + SIZE));
  }

  /** Trains the model and prints its accuracy. */
  public static void main(String[] args) {
    int[] given = Stream.of(args).mapToInt(Integer::parseInt).toArray();
    int epochs = given.length > 0 ? given[0] : 6;
    int examples = given.length > 1 ? given[1] : 4000;
    int seed = given.length > 2 ? given[2] : 0;
    RandomKey.seed(seed);
    Random random = new Random(seed);
    Pipeline train =
        Pipeline.of(Mnist.train())
            .take(examples)
            .shuffle(examples)
            .batch(64)
            .map(batch -> new Example(moved(batch.x(), random), batch.y()));
    Pipeline test = Pipeline.of(Mnist.test()).take(1000).batch(250);

    Model model = model();
    model.compile(
        new Adam(1e-3),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    long start = System.nanoTime();
    model.fit(train, FitOptions.epochs(epochs));
    System.out.printf(Locale.ROOT, "trained in %.1f s%n", (System.nanoTime() - start) / 1e9);
    double accuracy = model.evaluate(test).get("accuracy");
    System.out.printf(Locale.ROOT, "test accuracy: %.4f%n", accuracy);
  }
}
