package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.classifier;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.through;
import static dev.tapedeck.applications.Blocks.top;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.ZeroPadding2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * Residual networks: stacks of bottleneck blocks, each added to its input.
 *
 * <p>K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016;
 * the second version, which normalizes and activates before the convolutions: "Identity Mappings in
 * Deep Residual Networks", ECCV 2016.
 */
final class ResNet {
  private ResNet() {}

  /** Makes a model with a number of blocks in each stack. */
  static Model v1(String name, ApplicationOptions options, int... blocks) {
    Tensor image = input(name, options, 224, 32, Set.of());
    Tensor x =
        through(
            image,
            new ZeroPadding2D(3).name("conv1_pad"),
            new Conv2D(64, 7).strides(2).name("conv1_conv"),
            norm("conv1_bn"),
            relu("conv1_relu"),
            new ZeroPadding2D(1).name("pool1_pad"),
            new MaxPooling2D(3).strides(2).name("pool1_pool"));
    for (int stack = 0; stack < blocks.length; stack++) {
      for (int i = 1; i <= blocks[stack]; i++) {
        int stride = i == 1 && stack > 0 ? 2 : 1;
        x = block(x, 64 << stack, stride, i == 1, "conv" + (stack + 2) + "_block" + i);
      }
    }
    return Model.of(image, top(options, x, classifier(options))).name(name);
  }

  private static Tensor block(Tensor x, int filters, int stride, boolean projects, String name) {
    Tensor shortcut =
        projects
            ? through(
                x,
                new Conv2D(4 * filters, 1).strides(stride).name(name + "_0_conv"),
                norm(name + "_0_bn"))
            : x;
    Tensor y =
        through(
            x,
            new Conv2D(filters, 1).strides(stride).name(name + "_1_conv"),
            norm(name + "_1_bn"),
            relu(name + "_1_relu"),
            new Conv2D(filters, 3).padding(Padding.SAME).name(name + "_2_conv"),
            norm(name + "_2_bn"),
            relu(name + "_2_relu"),
            new Conv2D(4 * filters, 1).name(name + "_3_conv"),
            norm(name + "_3_bn"));
    Tensor sum = new Add().name(name + "_add").apply(List.of(shortcut, y));
    return relu(name + "_out").apply(sum);
  }

  /** Makes a model of the second version, with a number of blocks in each stack. */
  static Model v2(String name, ApplicationOptions options, int... blocks) {
    Tensor image = input(name, options, 224, 32, Set.of());
    Tensor x =
        through(
            image,
            new ZeroPadding2D(3).name("conv1_pad"),
            new Conv2D(64, 7).strides(2).name("conv1_conv"),
            new ZeroPadding2D(1).name("pool1_pad"),
            new MaxPooling2D(3).strides(2).name("pool1_pool"));
    for (int stack = 0; stack < blocks.length; stack++) {
      for (int i = 1; i <= blocks[stack]; i++) {
        int stride = i == blocks[stack] && stack < blocks.length - 1 ? 2 : 1;
        x = blockV2(x, 64 << stack, stride, i == 1, "conv" + (stack + 2) + "_block" + i);
      }
    }
    x = through(x, norm("post_bn"), relu("post_relu"));
    return Model.of(image, top(options, x, classifier(options))).name(name);
  }

  private static Tensor blockV2(Tensor x, int filters, int stride, boolean projects, String name) {
    Tensor active = through(x, norm(name + "_preact_bn"), relu(name + "_preact_relu"));
    Tensor shortcut = x;
    if (projects) {
      shortcut = new Conv2D(4 * filters, 1).strides(stride).name(name + "_0_conv").apply(active);
    } else if (stride > 1) {
      shortcut = new MaxPooling2D(1).strides(stride).apply(x);
    }
    Tensor y =
        through(
            active,
            new Conv2D(filters, 1).useBias(false).name(name + "_1_conv"),
            norm(name + "_1_bn"),
            relu(name + "_1_relu"),
            new ZeroPadding2D(1).name(name + "_2_pad"),
            new Conv2D(filters, 3).strides(stride).useBias(false).name(name + "_2_conv"),
            norm(name + "_2_bn"),
            relu(name + "_2_relu"),
            new Conv2D(4 * filters, 1).name(name + "_3_conv"));
    return new Add().name(name + "_out").apply(List.of(shortcut, y));
  }

  private static Layer norm(String name) {
    return new BatchNormalization().epsilon(1.001e-5).name(name);
  }

  private static Layer relu(String name) {
    return new Activation(Activations::relu).name(name);
  }
}
