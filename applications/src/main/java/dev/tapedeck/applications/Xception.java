package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.conv;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.through;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.SeparableConv2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * Xception: separable convolutions with residual connections.
 *
 * <p>F. Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", CVPR 2017.
 */
final class Xception {
  private Xception() {}

  /** Makes a model. */
  static Model of(ApplicationOptions options) {
    Tensor image = input("xception", options, 299, 71, Set.of());
    Tensor x =
        through(
            image,
            new Conv2D(32, 3).strides(2).useBias(false).name("block1_conv1"),
            norm("block1_conv1_bn"),
            relu("block1_conv1_act"),
            new Conv2D(64, 3).useBias(false).name("block1_conv2"),
            norm("block1_conv2_bn"),
            relu("block1_conv2_act"));
    x = reduced(x, 128, 128, 2);
    x = reduced(x, 256, 256, 3);
    x = reduced(x, 728, 728, 4);
    for (int block = 5; block <= 12; block++) {
      x = residual(x, "block" + block + "_sepconv");
    }
    x = reduced(x, 728, 1024, 13);
    x =
        through(
            x,
            separable(1536).name("block14_sepconv1"),
            norm("block14_sepconv1_bn"),
            relu("block14_sepconv1_act"),
            separable(2048).name("block14_sepconv2"),
            norm("block14_sepconv2_bn"),
            relu("block14_sepconv2_act"));
    return Model.of(image, InceptionV3.end(options, x)).name("xception");
  }

  /** Returns features of half the height and width. */
  private static Tensor reduced(Tensor x, int first, int second, int block) {
    String name = "block" + block + "_";
    Tensor shortcut = through(x, conv(second, 1, 2), new BatchNormalization());
    Tensor y = block == 2 ? x : relu(name + "sepconv1_act").apply(x);
    y =
        through(
            y,
            separable(first).name(name + "sepconv1"),
            norm(name + "sepconv1_bn"),
            relu(name + "sepconv2_act"),
            separable(second).name(name + "sepconv2"),
            norm(name + "sepconv2_bn"),
            new MaxPooling2D(3).strides(2).padding(Padding.SAME).name(name + "pool"));
    return new Add().apply(List.of(y, shortcut));
  }

  private static Tensor residual(Tensor x, String name) {
    Tensor y = x;
    for (int i = 1; i <= 3; i++) {
      y =
          through(
              y, relu(name + i + "_act"), separable(728).name(name + i), norm(name + i + "_bn"));
    }
    return new Add().apply(List.of(y, x));
  }

  private static SeparableConv2D separable(int filters) {
    return new SeparableConv2D(filters, 3).padding(Padding.SAME).useBias(false);
  }

  private static Layer norm(String name) {
    return new BatchNormalization().name(name);
  }

  private static Layer relu(String name) {
    return new Activation(Activations::relu).name(name);
  }
}
