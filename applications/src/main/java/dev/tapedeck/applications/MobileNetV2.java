package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.channels;
import static dev.tapedeck.applications.Blocks.classifier;
import static dev.tapedeck.applications.Blocks.conv;
import static dev.tapedeck.applications.Blocks.depthwise;
import static dev.tapedeck.applications.Blocks.edge;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.pool;
import static dev.tapedeck.applications.Blocks.rounded;
import static dev.tapedeck.applications.Blocks.through;

import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.ReLU;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * MobileNetV2: blocks that widen, filter each channel, and narrow again without activation; added
 * to their input where the shapes are the same.
 *
 * <p>M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen, "MobileNetV2: Inverted Residuals and
 * Linear Bottlenecks", CVPR 2018.
 */
final class MobileNetV2 {
  private static final int[] FILTERS = {
    16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320
  };
  private static final Set<Integer> STRIDED = Set.of(1, 3, 6, 13);

  private MobileNetV2() {}

  /** Makes a model. */
  static Model of(ApplicationOptions options) {
    Tensor image = input("mobilenetv2", options, 224, 32, Set.of("alpha"));
    double alpha = options.alpha();
    Tensor x =
        through(
            image,
            conv(rounded(32 * alpha), 3, 2).name("Conv1"),
            norm("bn_Conv1"),
            relu("Conv1_relu"));
    for (int i = 0; i < FILTERS.length; i++) {
      int stride = STRIDED.contains(i) ? 2 : 1;
      x = block(x, rounded((int) (FILTERS[i] * alpha)), stride, i);
    }
    x =
        through(
            x,
            conv(alpha > 1 ? rounded(1280 * alpha) : 1280, 1, 1).name("Conv_1"),
            norm("Conv_1_bn"),
            relu("out_relu"));
    Tensor end =
        options.includeTop()
            ? through(x, new GlobalAveragePooling2D(), classifier(options))
            : pool(options, x);
    return Model.of(image, end).name(MobileNet.name("mobilenetv2", alpha, image));
  }

  private static Tensor block(Tensor x, int filters, int stride, int number) {
    String name = number == 0 ? "expanded_conv_" : "block_" + number + "_";
    Tensor y = x;
    if (number > 0) {
      y =
          through(
              y,
              conv(6 * channels(x), 1, 1).name(name + "expand"),
              norm(name + "expand_BN"),
              relu(name + "expand_relu"));
    }
    if (stride == 2) {
      y = edge(y, 3).name(name + "pad").apply(y);
    }
    y =
        through(
            y,
            depthwise(3, stride).name(name + "depthwise"),
            norm(name + "depthwise_BN"),
            relu(name + "depthwise_relu"),
            conv(filters, 1, 1).name(name + "project"),
            norm(name + "project_BN"));
    return channels(x) == filters && stride == 1
        ? new Add().name(name + "add").apply(List.of(x, y))
        : y;
  }

  private static Layer norm(String name) {
    return new BatchNormalization().momentum(0.999).name(name);
  }

  private static Layer relu(String name) {
    return new ReLU(6).name(name);
  }
}
