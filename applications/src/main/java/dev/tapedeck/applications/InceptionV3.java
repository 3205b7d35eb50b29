package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.classifier;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.pool;
import static dev.tapedeck.applications.Blocks.through;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.AveragePooling2D;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Concatenate;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * InceptionV3: blocks of parallel convolutions of several sizes, factorized into small ones.
 *
 * <p>C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the Inception
 * Architecture for Computer Vision", CVPR 2016.
 */
final class InceptionV3 {
  private InceptionV3() {}

  /** Makes a model. */
  static Model of(ApplicationOptions options) {
    Tensor image = input("inception_v3", options, 299, 75, Set.of());
    Tensor x = stem(image);
    x = small(x, 32, "mixed0");
    x = small(x, 64, "mixed1");
    x = small(x, 64, "mixed2");
    x = reduced(x);
    x = long7(x, 128, "mixed4");
    x = long7(x, 160, "mixed5");
    x = long7(x, 160, "mixed6");
    x = long7(x, 192, "mixed7");
    x = reducedAgain(x);
    x = wide(x, 0);
    x = wide(x, 1);
    return Model.of(image, end(options, x)).name("inception_v3");
  }

  /** Returns the first features of the Inception models, of an eighth of the height and width. */
  static Tensor stem(Tensor image) {
    Tensor x = valid(image, 32, 3, 2);
    x = valid(x, 32, 3, 1);
    x = conv(x, 64, 3, 3);
    x = new MaxPooling2D(3).strides(2).apply(x);
    x = valid(x, 80, 1, 1);
    x = valid(x, 192, 3, 1);
    return new MaxPooling2D(3).strides(2).apply(x);
  }

  static Tensor end(ApplicationOptions options, Tensor x) {
    return options.includeTop()
        ? through(x, new GlobalAveragePooling2D().name("avg_pool"), classifier(options))
        : pool(options, x);
  }

  private static Tensor small(Tensor x, int pooled, String name) {
    Tensor one = conv(x, 64, 1, 1);
    Tensor five = conv(conv(x, 48, 1, 1), 64, 5, 5);
    Tensor three = conv(conv(conv(x, 64, 1, 1), 96, 3, 3), 96, 3, 3);
    return joined(name, one, five, three, conv(average(x), pooled, 1, 1));
  }

  private static Tensor reduced(Tensor x) {
    Tensor one = valid(x, 384, 3, 2);
    Tensor two = valid(conv(conv(x, 64, 1, 1), 96, 3, 3), 96, 3, 2);
    return joined("mixed3", one, two, new MaxPooling2D(3).strides(2).apply(x));
  }

  private static Tensor long7(Tensor x, int within, String name) {
    Tensor one = conv(x, 192, 1, 1);
    Tensor two = conv(conv(conv(x, within, 1, 1), within, 1, 7), 192, 7, 1);
    Tensor three = conv(conv(conv(x, within, 1, 1), within, 7, 1), within, 1, 7);
    three = conv(conv(three, within, 7, 1), 192, 1, 7);
    return joined(name, one, two, three, conv(average(x), 192, 1, 1));
  }

  private static Tensor reducedAgain(Tensor x) {
    Tensor one = valid(conv(x, 192, 1, 1), 320, 3, 2);
    Tensor two = conv(conv(conv(x, 192, 1, 1), 192, 1, 7), 192, 7, 1);
    two = valid(two, 192, 3, 2);
    return joined("mixed8", one, two, new MaxPooling2D(3).strides(2).apply(x));
  }

  private static Tensor wide(Tensor x, int number) {
    Tensor one = conv(x, 320, 1, 1);
    Tensor two = conv(x, 384, 1, 1);
    two = joined("mixed9_" + number, conv(two, 384, 1, 3), conv(two, 384, 3, 1));
    Tensor three = conv(conv(x, 448, 1, 1), 384, 3, 3);
    three = new Concatenate().apply(List.of(conv(three, 384, 1, 3), conv(three, 384, 3, 1)));
    return joined("mixed" + (9 + number), one, two, three, conv(average(x), 192, 1, 1));
  }

  /** Returns a normalized and activated convolution of the same size. */
  static Tensor conv(Tensor x, int filters, int rows, int columns) {
    Conv2D conv = new Conv2D(filters, List.of(rows, columns)).padding(Padding.SAME);
    return activated(x, conv);
  }

  /** Returns a normalized and activated convolution without padding. */
  static Tensor valid(Tensor x, int filters, int kernel, int stride) {
    return activated(x, new Conv2D(filters, kernel).strides(stride));
  }

  private static Tensor activated(Tensor x, Conv2D conv) {
    return through(
        x,
        conv.useBias(false),
        new BatchNormalization().scale(false),
        new Activation(Activations::relu));
  }

  static Tensor average(Tensor x) {
    return new AveragePooling2D(3).strides(1).padding(Padding.SAME).apply(x);
  }

  static Tensor joined(String name, Tensor... branches) {
    return new Concatenate().name(name).apply(List.of(branches));
  }
}
