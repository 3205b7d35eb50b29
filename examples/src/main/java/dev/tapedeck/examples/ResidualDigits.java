package dev.tapedeck.examples;

import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.ReLU;
import dev.tapedeck.layers.preprocessing.RandomRotation;
import dev.tapedeck.layers.preprocessing.RandomTranslation;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A residual network of three stages, trained on MNIST's digits, which are moved and turned at
 * random. Arguments: epochs, examples, seed. {@code residual_digits.py} is the same in Keras.
 *
 * <p>K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
 */
public final class ResidualDigits {
  private static final int SIZE = 28;

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
    Tensor x = new RandomRotation(0.03).apply(new RandomTranslation(0.08, 0.08).apply(images));
    x = new ReLU().apply(convolution(x, 16, 3, 2));
    x = block(x, 16, 1);
    x = block(x, 32, 2);
    x = block(x, 64, 2);
    return Model.of(images, new Dense(10).apply(new GlobalAveragePooling2D().apply(x)));
  }

  /** Trains the model and prints its accuracy. */
  public static void main(String[] args) {
    int[] given = Stream.of(args).mapToInt(Integer::parseInt).toArray();
    int epochs = given.length > 0 ? given[0] : 6;
    int examples = given.length > 1 ? given[1] : 4000;
    int seed = given.length > 2 ? given[2] : 0;
    RandomKey.seed(seed);
    Pipeline train = Pipeline.of(Mnist.train()).take(examples).shuffle(examples).batch(64);
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
