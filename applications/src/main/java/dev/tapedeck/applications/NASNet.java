package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.channels;
import static dev.tapedeck.applications.Blocks.classifier;
import static dev.tapedeck.applications.Blocks.conv;
import static dev.tapedeck.applications.Blocks.edge;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.pool;
import static dev.tapedeck.applications.Blocks.through;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.AveragePooling2D;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Concatenate;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Cropping2D;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.SeparableConv2D;
import dev.tapedeck.layers.ZeroPadding2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * NASNet-A: cells found by a search, each of which takes the outputs of the two cells before it.
 *
 * <p>B. Zoph, V. Vasudevan, J. Shlens, Q. V. Le, "Learning Transferable Architectures for Scalable
 * Image Recognition", CVPR 2018.
 */
final class NASNet {
  private Tensor last;
  private Tensor beforeLast; // null for none

  private NASNet(Tensor stem) {
    last = stem;
  }

  /**
   * Makes a model.
   *
   * @param size default height and width, also of a model without classifier, since a cell needs to
   *     know which of its inputs is larger
   * @param blocks normal cells between reductions
   * @param stem filters of the first convolution
   * @param filters filters of the first normal cells
   * @param skipsReduction whether the cell after a reduction takes its input, not its output before
   */
  static Model of(
      String name,
      ApplicationOptions options,
      int size,
      int blocks,
      int stem,
      int filters,
      boolean skipsReduction) {
    boolean sized = options.includeTop() || options.inputShape() != null;
    ApplicationOptions known = sized ? options : options.inputShape(size, size, 3);
    Tensor image = input(name, known, size, 32, Set.of());
    NASNet net =
        new NASNet(
            through(
                image,
                new Conv2D(stem, 3)
                    .strides(2)
                    .useBias(false)
                    .kernelInitializer(Initializers.heNormal())
                    .name("stem_conv1"),
                norm("stem_bn1")));
    net.reduction(filters / 4, "stem_1");
    net.reduction(filters / 2, "stem_2");
    for (int stage = 0; stage < 3; stage++) {
      if (stage > 0) {
        Tensor skipped = net.beforeLast;
        net.reduction(filters << stage, "reduce_" + stage * blocks);
        net.beforeLast = skipsReduction ? skipped : net.beforeLast;
      }
      for (int i = 0; i < blocks; i++) {
        net.normal(filters << stage, Integer.toString(stage * blocks + i + Math.min(stage, 1)));
      }
    }
    Tensor x = relu().apply(net.last);
    Tensor end =
        options.includeTop()
            ? through(x, new GlobalAveragePooling2D(), classifier(options))
            : pool(options, x);
    return Model.of(image, end).name(name);
  }

  private void next(Tensor output) {
    beforeLast = last;
    last = output;
  }

  private void normal(int filters, String id) {
    Tensor p = adjusted(filters, id);
    Tensor h = squeezed(filters, "normal_conv_1_" + id, "normal_bn_1_" + id);
    Tensor x1 =
        sum(
            "normal_add_1_" + id,
            separable(h, filters, 5, 1, "normal_left1_" + id),
            separable(p, filters, 3, 1, "normal_right1_" + id));
    Tensor x2 =
        sum(
            "normal_add_2_" + id,
            separable(p, filters, 5, 1, "normal_left2_" + id),
            separable(p, filters, 3, 1, "normal_right2_" + id));
    Tensor x3 = sum("normal_add_3_" + id, average(h, "normal_left3_" + id), p);
    Tensor x4 =
        sum(
            "normal_add_4_" + id,
            average(p, "normal_left4_" + id),
            average(p, "normal_right4_" + id));
    Tensor x5 = sum("normal_add_5_" + id, separable(h, filters, 3, 1, "normal_left5_" + id), h);
    next(new Concatenate().name("normal_concat_" + id).apply(List.of(p, x1, x2, x3, x4, x5)));
  }

  private void reduction(int filters, String id) {
    Tensor p = adjusted(filters, id);
    Tensor h = squeezed(filters, "reduction_conv_1_" + id, "reduction_bn_1_" + id);
    Tensor padded = edge(h, 3).name("reduction_pad_1_" + id).apply(h);
    Tensor x1 =
        sum(
            "reduction_add_1_" + id,
            separable(h, filters, 5, 2, "reduction_left1_" + id),
            separable(p, filters, 7, 2, "reduction_right1_" + id));
    Tensor x2 =
        sum(
            "reduction_add_2_" + id,
            max(padded, "reduction_left2_" + id),
            separable(p, filters, 7, 2, "reduction_right2_" + id));
    Tensor x3 =
        sum(
            "reduction_add3_" + id,
            new AveragePooling2D(3).strides(2).name("reduction_left3_" + id).apply(padded),
            separable(p, filters, 5, 2, "reduction_right3_" + id));
    Tensor x4 = new Add().apply(List.of(x2, average(x1, "reduction_left4_" + id)));
    Tensor x5 =
        sum(
            "reduction_add4_" + id,
            separable(x1, filters, 3, 1, "reduction_left4_" + id),
            max(padded, "reduction_right5_" + id));
    next(new Concatenate().name("reduction_concat_" + id).apply(List.of(x2, x3, x4, x5)));
  }

  /** Returns the output of the cell before the last, of the size and channels of this cell. */
  private Tensor adjusted(int filters, String id) {
    if (beforeLast == null) {
      return last;
    } else if (beforeLast.shape().size(2) != last.shape().size(2)) {
      return halved(filters, id);
    } else if (channels(beforeLast) != filters) {
      return through(
          beforeLast,
          relu(),
          squeeze(filters).name("adjust_conv_projection_" + id),
          norm("adjust_bn_" + id));
    }
    return beforeLast;
  }

  /** Returns elements of even and of odd rows and columns, as half of the channels each. */
  private Tensor halved(int filters, String id) {
    Tensor x = new Activation(Activations::relu).name("adjust_relu_1_" + id).apply(beforeLast);
    Tensor even =
        through(
            x,
            new AveragePooling2D(1).strides(2).name("adjust_avg_pool_1_" + id),
            squeeze(filters / 2).name("adjust_conv_1_" + id));
    Tensor odd =
        through(
            x,
            new ZeroPadding2D(List.of(List.of(0, 1), List.of(0, 1))),
            new Cropping2D(List.of(List.of(1, 0), List.of(1, 0))),
            new AveragePooling2D(1).strides(2).name("adjust_avg_pool_2_" + id),
            squeeze(filters / 2).name("adjust_conv_2_" + id));
    return norm("adjust_bn_" + id).apply(new Concatenate().apply(List.of(even, odd)));
  }

  private Tensor squeezed(int filters, String conv, String norm) {
    return through(last, relu(), squeeze(filters).name(conv), norm(norm));
  }

  private static Tensor separable(Tensor x, int filters, int kernel, int stride, String id) {
    Tensor y = relu().apply(x);
    if (stride == 2) {
      y = edge(y, kernel).name("separable_conv_1_pad_" + id).apply(y);
    }
    return through(
        y,
        new SeparableConv2D(filters, kernel)
            .strides(stride)
            .padding(stride == 2 ? Padding.VALID : Padding.SAME)
            .useBias(false)
            .name("separable_conv_1_" + id),
        norm("separable_conv_1_bn_" + id),
        relu(),
        new SeparableConv2D(filters, kernel)
            .padding(Padding.SAME)
            .useBias(false)
            .name("separable_conv_2_" + id),
        norm("separable_conv_2_bn_" + id));
  }

  private static Tensor average(Tensor x, String name) {
    return new AveragePooling2D(3).strides(1).padding(Padding.SAME).name(name).apply(x);
  }

  private static Tensor max(Tensor x, String name) {
    return new MaxPooling2D(3).strides(2).name(name).apply(x);
  }

  private static Tensor sum(String name, Tensor a, Tensor b) {
    return new Add().name(name).apply(List.of(a, b));
  }

  private static Conv2D squeeze(int filters) {
    return conv(filters, 1, 1).kernelInitializer(Initializers.heNormal());
  }

  private static Layer norm(String name) {
    return new BatchNormalization().momentum(0.9997).name(name);
  }

  private static Layer relu() {
    return new Activation(Activations::relu);
  }
}
