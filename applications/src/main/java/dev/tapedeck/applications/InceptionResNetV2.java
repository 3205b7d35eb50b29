package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.channels;
import static dev.tapedeck.applications.Blocks.conv;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.through;
import static dev.tapedeck.applications.InceptionV3.average;
import static dev.tapedeck.applications.InceptionV3.conv;
import static dev.tapedeck.applications.InceptionV3.joined;
import static dev.tapedeck.applications.InceptionV3.valid;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * Inception-ResNet-v2: Inception blocks whose scaled results are added to their inputs.
 *
 * <p>C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi, "Inception-v4, Inception-ResNet and the Impact
 * of Residual Connections on Learning", AAAI 2017.
 */
final class InceptionResNetV2 {
  private InceptionResNetV2() {}

  /** Makes a model. */
  static Model of(ApplicationOptions options) {
    Tensor image = input("inception_resnet_v2", options, 299, 75, Set.of());
    Tensor x = mixed(InceptionV3.stem(image));
    for (int i = 1; i <= 10; i++) {
      x = relu(block35(x, i), "block35_" + i);
    }
    x = reduced(x);
    for (int i = 1; i <= 20; i++) {
      x = relu(block17(x, i), "block17_" + i);
    }
    x = reducedAgain(x);
    for (int i = 1; i <= 9; i++) {
      x = relu(block8(x, 0.2, i), "block8_" + i);
    }
    x = block8(x, 1, 10);
    x =
        through(
            x,
            conv(1536, 1, 1).name("conv_7b"),
            new BatchNormalization().scale(false).name("conv_7b_bn"));
    return Model.of(image, InceptionV3.end(options, relu(x, "conv_7b")))
        .name("inception_resnet_v2");
  }

  private static Tensor mixed(Tensor x) {
    Tensor one = conv(x, 96, 1, 1);
    Tensor five = conv(conv(x, 48, 1, 1), 64, 5, 5);
    Tensor three = conv(conv(conv(x, 64, 1, 1), 96, 3, 3), 96, 3, 3);
    return joined("mixed_5b", one, five, three, conv(average(x), 64, 1, 1));
  }

  private static Tensor block35(Tensor x, int number) {
    Tensor one = conv(x, 32, 1, 1);
    Tensor two = conv(conv(x, 32, 1, 1), 32, 3, 3);
    Tensor three = conv(conv(conv(x, 32, 1, 1), 48, 3, 3), 64, 3, 3);
    return added(x, 0.17, "block35_" + number, one, two, three);
  }

  private static Tensor reduced(Tensor x) {
    Tensor one = valid(x, 384, 3, 2);
    Tensor two = valid(conv(conv(x, 256, 1, 1), 256, 3, 3), 384, 3, 2);
    return joined("mixed_6a", one, two, new MaxPooling2D(3).strides(2).apply(x));
  }

  private static Tensor block17(Tensor x, int number) {
    Tensor one = conv(x, 192, 1, 1);
    Tensor two = conv(conv(conv(x, 128, 1, 1), 160, 1, 7), 192, 7, 1);
    return added(x, 0.1, "block17_" + number, one, two);
  }

  private static Tensor reducedAgain(Tensor x) {
    Tensor one = valid(conv(x, 256, 1, 1), 384, 3, 2);
    Tensor two = valid(conv(x, 256, 1, 1), 288, 3, 2);
    Tensor three = valid(conv(conv(x, 256, 1, 1), 288, 3, 3), 320, 3, 2);
    return joined("mixed_7a", one, two, three, new MaxPooling2D(3).strides(2).apply(x));
  }

  private static Tensor block8(Tensor x, double scale, int number) {
    Tensor one = conv(x, 192, 1, 1);
    Tensor two = conv(conv(conv(x, 192, 1, 1), 224, 1, 3), 256, 3, 1);
    return added(x, scale, "block8_" + number, one, two);
  }

  private static Tensor added(Tensor x, double scale, String name, Tensor... branches) {
    Conv2D up = new Conv2D(channels(x), 1).padding(Padding.SAME).name(name + "_conv");
    Tensor y = up.apply(joined(name + "_mixed", branches));
    return new CustomScaleLayer(scale).apply(List.of(x, y));
  }

  private static Tensor relu(Tensor x, String name) {
    return new Activation(Activations::relu).name(name + "_ac").apply(x);
  }
}
