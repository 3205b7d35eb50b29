package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.channels;
import static dev.tapedeck.applications.Blocks.depthwise;
import static dev.tapedeck.applications.Blocks.edge;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.rounded;
import static dev.tapedeck.applications.Blocks.through;
import static dev.tapedeck.applications.Blocks.top;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.Multiply;
import dev.tapedeck.layers.Reshape;
import dev.tapedeck.layers.preprocessing.Normalization;
import dev.tapedeck.layers.preprocessing.Rescaling;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.VarianceScaling.Distribution;
import dev.tapedeck.nn.VarianceScaling.Mode;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * EfficientNet: the blocks of MobileNetV2 with squeeze-and-excitation and swish, whose depth and
 * width grow with the images.
 *
 * <p>M. Tan, Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
 * ICML 2019.
 */
final class EfficientNet {
  /** The largest part of the examples whose block is left out in training. */
  static final double DROP_RATE = 0.2;

  static final Initializer KERNEL =
      Initializers.varianceScaling(2, Mode.FAN_OUT, Distribution.TRUNCATED_NORMAL);

  private static final Initializer CLASSES =
      Initializers.varianceScaling(1.0 / 3, Mode.FAN_OUT, Distribution.UNIFORM);

  /** Factors of red, green and blue: 1 by the roots of ImageNet's deviations. */
  private static final float[] CHANNELS = {
    (float) (1 / Math.sqrt(0.229)), (float) (1 / Math.sqrt(0.224)), (float) (1 / Math.sqrt(0.225))
  };

  /** A stage: blocks, channels, factor of the channels within, kernel, stride of the first. */
  private record Stage(int repeats, int filters, int expansion, int kernel, int stride) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 16, 1, 3, 1),
          new Stage(2, 24, 6, 3, 2),
          new Stage(2, 40, 6, 5, 2),
          new Stage(3, 80, 6, 3, 2),
          new Stage(3, 112, 6, 5, 1),
          new Stage(4, 192, 6, 5, 2),
          new Stage(1, 320, 6, 3, 1));

  private EfficientNet() {}

  /**
   * Makes a model.
   *
   * @param width factor of the channels
   * @param depth factor of the blocks
   */
  static Model of(
      String name,
      ApplicationOptions options,
      double width,
      double depth,
      int size,
      double dropout) {
    Tensor image = input(name, options, size, 32, Set.of("imageNetWeights"));
    Tensor x = through(image, new Rescaling(1 / 255.0), new Normalization());
    if (options.imageNetWeights()) {
      x = x.mul(CHANNELS);
    }
    x =
        through(
            x,
            edge(x, 3).name("stem_conv_pad"),
            conv(rounded(32 * width), 3, 2).padding(Padding.VALID).name("stem_conv"),
            new BatchNormalization().name("stem_bn"),
            swish("stem_activation"));
    double blocks = STAGES.stream().mapToDouble(stage -> Math.ceil(depth * stage.repeats)).sum();
    int done = 0;
    for (int i = 0; i < STAGES.size(); i++) {
      Stage stage = STAGES.get(i);
      for (int j = 0; j < Math.ceil(depth * stage.repeats); j++) {
        double drop = DROP_RATE * done++ / blocks;
        x = block(x, stage, rounded(stage.filters * width), j == 0, drop, blockName(i, j));
      }
    }
    x =
        through(
            x,
            conv(rounded(1280 * width), 1, 1).name("top_conv"),
            new BatchNormalization().name("top_bn"),
            swish("top_activation"));
    return Model.of(image, top(options, x, classifier(options, dropout))).name(name);
  }

  /** Returns the prefix of the names of a stage's block: {@code block2a_}. */
  static String blockName(int stage, int block) {
    return "block" + (stage + 1) + (char) ('a' + block) + "_";
  }

  /** Returns the layers from the pooled features to the classes. */
  static Layer[] classifier(ApplicationOptions options, double dropout) {
    Dense dense = Blocks.classifier(options).kernelInitializer(CLASSES);
    return new Layer[] {new Dropout(dropout).name("top_dropout"), dense};
  }

  private static Tensor block(
      Tensor x, Stage stage, int filters, boolean first, double drop, String name) {
    int stride = first ? stage.stride : 1;
    Tensor y = x;
    if (stage.expansion > 1) {
      y =
          through(
              y,
              conv(stage.expansion * channels(x), 1, 1).name(name + "expand_conv"),
              new BatchNormalization().name(name + "expand_bn"),
              swish(name + "expand_activation"));
    }
    if (stride == 2) {
      y = edge(y, stage.kernel).name(name + "dwconv_pad").apply(y);
    }
    y =
        through(
            y,
            depthwise(stage.kernel, stride).depthwiseInitializer(KERNEL).name(name + "dwconv"),
            new BatchNormalization().name(name + "bn"),
            swish(name + "activation"));
    y =
        through(
            excited(y, channels(x) / 4, name),
            conv(filters, 1, 1).name(name + "project_conv"),
            new BatchNormalization().name(name + "project_bn"));
    return stride == 1 ? added(x, y, drop, name) : y;
  }

  /** Returns channels weighted by a network of their means with a number of hidden units. */
  static Tensor excited(Tensor x, int hidden, String name) {
    Tensor weights =
        through(
            x,
            new GlobalAveragePooling2D().name(name + "se_squeeze"),
            new Reshape(1, 1, channels(x)).name(name + "se_reshape"),
            new Conv2D(Math.max(1, hidden), 1, Activations::silu)
                .padding(Padding.SAME)
                .kernelInitializer(KERNEL)
                .name(name + "se_reduce"),
            new Conv2D(channels(x), 1, Activations::sigmoid)
                .padding(Padding.SAME)
                .kernelInitializer(KERNEL)
                .name(name + "se_expand"));
    return new Multiply().name(name + "se_excite").apply(List.of(x, weights));
  }

  /**
   * Returns the sum with a block's input if the channels are as many; left out for some examples.
   */
  static Tensor added(Tensor x, Tensor y, double drop, String name) {
    if (channels(x) != channels(y)) {
      return y;
    }
    Tensor kept =
        drop > 0 ? new Dropout(drop).noiseShape(-1, 1, 1, 1).name(name + "drop").apply(y) : y;
    return new Add().name(name + "add").apply(List.of(kept, x));
  }

  static Conv2D conv(int filters, int kernel, int stride) {
    return Blocks.conv(filters, kernel, stride).kernelInitializer(KERNEL);
  }

  static Layer swish(String name) {
    return new Activation(Activations::silu).name(name);
  }
}
