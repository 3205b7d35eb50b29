package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.channels;
import static dev.tapedeck.applications.Blocks.classifier;
import static dev.tapedeck.applications.Blocks.conv;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.through;
import static dev.tapedeck.applications.Blocks.top;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.AveragePooling2D;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Concatenate;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.layers.ZeroPadding2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * DenseNet: each layer takes the outputs of all before it in its block.
 *
 * <p>G. Huang, Z. Liu, L. van der Maaten, K. Q. Weinberger, "Densely Connected Convolutional
 * Networks", CVPR 2017.
 */
final class DenseNet {
  private static final int GROWTH = 32;

  private DenseNet() {}

  /** Makes a model with a number of layers in each block. */
  static Model of(String name, ApplicationOptions options, int... blocks) {
    Tensor image = input(name, options, 224, 32, Set.of());
    Tensor x =
        through(
            image,
            new ZeroPadding2D(3),
            new Conv2D(64, 7).strides(2).useBias(false).name("conv1_conv"),
            norm("conv1_bn"),
            relu("conv1_relu"),
            new ZeroPadding2D(1),
            new MaxPooling2D(3).strides(2).name("pool1"));
    for (int block = 0; block < blocks.length; block++) {
      x = block == 0 ? x : transition(x, "pool" + (block + 1));
      for (int i = 1; i <= blocks[block]; i++) {
        x = grown(x, "conv" + (block + 2) + "_block" + i);
      }
    }
    x = through(x, norm("bn"), relu("relu"));
    return Model.of(image, top(options, x, classifier(options))).name(name);
  }

  /** Returns half as many channels, of half the height and width. */
  private static Tensor transition(Tensor x, String name) {
    return through(
        x,
        norm(name + "_bn"),
        relu(name + "_relu"),
        conv(channels(x) / 2, 1, 1).name(name + "_conv"),
        new AveragePooling2D(2).name(name + "_pool"));
  }

  private static Tensor grown(Tensor x, String name) {
    Tensor y =
        through(
            x,
            norm(name + "_0_bn"),
            relu(name + "_0_relu"),
            conv(4 * GROWTH, 1, 1).name(name + "_1_conv"),
            norm(name + "_1_bn"),
            relu(name + "_1_relu"),
            conv(GROWTH, 3, 1).name(name + "_2_conv"));
    return new Concatenate().name(name + "_concat").apply(List.of(x, y));
  }

  private static Layer norm(String name) {
    return new BatchNormalization().epsilon(1.001e-5).name(name);
  }

  private static Layer relu(String name) {
    return new Activation(Activations::relu).name(name);
  }
}
