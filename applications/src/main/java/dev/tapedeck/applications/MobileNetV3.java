package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.channels;
import static dev.tapedeck.applications.Blocks.conv;
import static dev.tapedeck.applications.Blocks.depthwise;
import static dev.tapedeck.applications.Blocks.edge;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.namedPool;
import static dev.tapedeck.applications.Blocks.rounded;
import static dev.tapedeck.applications.Blocks.through;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.Add;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.Multiply;
import dev.tapedeck.layers.ReLU;
import dev.tapedeck.layers.preprocessing.Rescaling;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * MobileNetV3: the blocks of MobileNetV2 with squeeze-and-excitation and hard swish, found by a
 * search.
 *
 * <p>A. Howard et al., "Searching for MobileNetV3", ICCV 2019.
 */
final class MobileNetV3 {
  /** A block: factor of the channels within, channels, kernel, stride, what else it has. */
  private record Row(
      double expansion, int filters, int kernel, int stride, boolean squeezes, boolean swishes) {}

  private static final List<Row> SMALL =
      List.of(
          new Row(1, 16, 3, 2, true, false),
          new Row(72.0 / 16, 24, 3, 2, false, false),
          new Row(88.0 / 24, 24, 3, 1, false, false),
          new Row(4, 40, 5, 2, true, true),
          new Row(6, 40, 5, 1, true, true),
          new Row(6, 40, 5, 1, true, true),
          new Row(3, 48, 5, 1, true, true),
          new Row(3, 48, 5, 1, true, true),
          new Row(6, 96, 5, 2, true, true),
          new Row(6, 96, 5, 1, true, true),
          new Row(6, 96, 5, 1, true, true));

  private static final List<Row> LARGE =
      List.of(
          new Row(1, 16, 3, 1, false, false),
          new Row(4, 24, 3, 2, false, false),
          new Row(3, 24, 3, 1, false, false),
          new Row(3, 40, 5, 2, true, false),
          new Row(3, 40, 5, 1, true, false),
          new Row(3, 40, 5, 1, true, false),
          new Row(6, 80, 3, 2, false, true),
          new Row(2.5, 80, 3, 1, false, true),
          new Row(2.3, 80, 3, 1, false, true),
          new Row(2.3, 80, 3, 1, false, true),
          new Row(6, 112, 3, 1, true, true),
          new Row(6, 112, 3, 1, true, true),
          new Row(6, 160, 5, 2, true, true),
          new Row(6, 160, 5, 1, true, true),
          new Row(6, 160, 5, 1, true, true));

  private final ApplicationOptions options;

  private MobileNetV3(ApplicationOptions options) {
    this.options = options;
  }

  static Model small(ApplicationOptions options) {
    return new MobileNetV3(options).model("MobileNetV3Small", 1024, SMALL);
  }

  static Model large(ApplicationOptions options) {
    return new MobileNetV3(options).model("MobileNetV3Large", 1280, LARGE);
  }

  private Model model(String name, int features, List<Row> rows) {
    Tensor image =
        input(
            name,
            options,
            (int) Shape.UNKNOWN,
            32,
            Set.of("alpha", "dropout", "minimalistic", "includePreprocessing"));
    Tensor x = options.includePreprocessing() ? new Rescaling(1 / 127.5, -1).apply(image) : image;
    x = through(x, conv(16, 3, 2).name("conv"), norm("conv_bn"), activation(true));
    for (int i = 0; i < rows.size(); i++) {
      x = block(x, rows.get(i), i);
    }
    x =
        through(
            x,
            conv(rounded(6 * channels(x)), 1, 1).name("conv_1"),
            norm("conv_1_bn"),
            activation(true));
    Tensor end = options.includeTop() ? classes(x, features) : namedPool(options, x);
    return Model.of(image, end).name(name);
  }

  private Tensor classes(Tensor x, int features) {
    double alpha = options.alpha();
    Tensor y =
        through(
            new GlobalAveragePooling2D().keepdims(true).apply(x),
            pointwise(alpha > 1 ? rounded(features * alpha) : features).name("conv_2"),
            activation(true));
    double rate = options.dropout() == null ? 0.2 : options.dropout();
    return through(
        rate > 0 ? new Dropout(rate).apply(y) : y,
        pointwise(options.classes()).name("logits"),
        new Flatten(),
        new Activation(options.classifierActivation()).name("predictions"));
  }

  private Tensor block(Tensor x, Row row, int number) {
    String name = number == 0 ? "expanded_conv_" : "expanded_conv_" + number + "_";
    int wide = rounded(row.expansion * channels(x));
    int filters = rounded(row.filters * options.alpha());
    int kernel = options.minimalistic() ? 3 : row.kernel;
    Tensor y = x;
    if (number > 0) {
      y =
          through(
              y,
              conv(wide, 1, 1).name(name + "expand"),
              norm(name + "expand_bn"),
              activation(row.swishes));
    }
    if (row.stride == 2) {
      y = edge(y, kernel).name(name + "depthwise_pad").apply(y);
    }
    y =
        through(
            y,
            depthwise(kernel, row.stride).name(name + "depthwise"),
            norm(name + "depthwise_bn"),
            activation(row.swishes));
    if (row.squeezes && !options.minimalistic()) {
      y = excited(y, wide, name + "squeeze_excite_");
    }
    y = through(y, conv(filters, 1, 1).name(name + "project"), norm(name + "project_bn"));
    return row.stride == 1 && channels(x) == filters
        ? new Add().name(name + "add").apply(List.of(x, y))
        : y;
  }

  /** Returns channels weighted by hard sigmoids of their means. */
  private static Tensor excited(Tensor x, int channels, String name) {
    Tensor y =
        through(
            x,
            new GlobalAveragePooling2D().keepdims(true).name(name + "avg_pool"),
            pointwise(rounded(channels * 0.25)).name(name + "conv"),
            new ReLU().name(name + "relu"),
            pointwise(channels).name(name + "conv_1"));
    Tensor weights = new ReLU(6).apply(y.add(3)).mul(1 / 6.0);
    return new Multiply().name(name + "mul").apply(List.of(x, weights));
  }

  private static Conv2D pointwise(int filters) {
    return new Conv2D(filters, 1).padding(Padding.SAME);
  }

  private static Layer norm(String name) {
    return new BatchNormalization().momentum(0.999).name(name);
  }

  private Layer activation(boolean swishes) {
    return swishes && !options.minimalistic() ? new Activation(Activations::hardSwish) : new ReLU();
  }
}
