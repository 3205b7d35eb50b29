package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.channels;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.through;
import static dev.tapedeck.applications.Blocks.top;
import static dev.tapedeck.applications.EfficientNet.DROP_RATE;
import static dev.tapedeck.applications.EfficientNet.added;
import static dev.tapedeck.applications.EfficientNet.blockName;
import static dev.tapedeck.applications.EfficientNet.classifier;
import static dev.tapedeck.applications.EfficientNet.conv;
import static dev.tapedeck.applications.EfficientNet.excited;
import static dev.tapedeck.applications.EfficientNet.swish;

import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.preprocessing.Normalization;
import dev.tapedeck.layers.preprocessing.Rescaling;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Set;

/**
 * EfficientNetV2: EfficientNet whose first stages have plain convolutions instead of depthwise
 * ones.
 *
 * <p>M. Tan, Q. V. Le, "EfficientNetV2: Smaller Models and Faster Training", ICML 2021.
 */
final class EfficientNetV2 {
  private static final double DROPOUT = 0.2;

  /**
   * A stage.
   *
   * @param expansion factor of the channels within
   * @param fused whether the convolutions are plain, without squeeze-and-excitation
   */
  private record Stage(int repeats, int filters, int expansion, int stride, boolean fused) {}

  private static final List<Stage> B =
      List.of(
          new Stage(1, 16, 1, 1, true),
          new Stage(2, 32, 4, 2, true),
          new Stage(2, 48, 4, 2, true),
          new Stage(3, 96, 4, 2, false),
          new Stage(5, 112, 6, 1, false),
          new Stage(8, 192, 6, 2, false));

  private static final List<Stage> S =
      List.of(
          new Stage(2, 24, 1, 1, true),
          new Stage(4, 48, 4, 2, true),
          new Stage(4, 64, 4, 2, true),
          new Stage(6, 128, 4, 2, false),
          new Stage(9, 160, 6, 1, false),
          new Stage(15, 256, 6, 2, false));

  private static final List<Stage> M =
      List.of(
          new Stage(3, 24, 1, 1, true),
          new Stage(5, 48, 4, 2, true),
          new Stage(5, 80, 4, 2, true),
          new Stage(7, 160, 4, 2, false),
          new Stage(14, 176, 6, 1, false),
          new Stage(18, 304, 6, 2, false),
          new Stage(5, 512, 6, 1, false));

  private static final List<Stage> L =
      List.of(
          new Stage(4, 32, 1, 1, true),
          new Stage(7, 64, 4, 2, true),
          new Stage(7, 96, 4, 2, true),
          new Stage(10, 192, 4, 2, false),
          new Stage(19, 224, 6, 1, false),
          new Stage(25, 384, 6, 2, false),
          new Stage(7, 640, 6, 1, false));

  private final String name;
  private final ApplicationOptions options;

  private EfficientNetV2(String name, ApplicationOptions options) {
    this.name = name;
    this.options = options;
  }

  /**
   * Makes a model of the first version's scaling.
   *
   * @param width factor of the channels
   * @param depth factor of the blocks
   */
  static Model b(int number, ApplicationOptions options, double width, double depth, int size) {
    return new EfficientNetV2("efficientnetv2-b" + number, options)
        .model(B, 32, width, depth, size);
  }

  static Model s(ApplicationOptions options) {
    return new EfficientNetV2("efficientnetv2-s", options).model(S, 24, 1, 1, 384);
  }

  static Model m(ApplicationOptions options) {
    return new EfficientNetV2("efficientnetv2-m", options).model(M, 24, 1, 1, 480);
  }

  static Model l(ApplicationOptions options) {
    return new EfficientNetV2("efficientnetv2-l", options).model(L, 32, 1, 1, 480);
  }

  private Model model(List<Stage> stages, int stem, double width, double depth, int size) {
    Tensor image = input(name, options, size, 32, Set.of("includePreprocessing"));
    Tensor x = options.includePreprocessing() ? scaled(image, stages.equals(B)) : image;
    x =
        through(
            x,
            conv(rounded(stem * width), 3, 2).name("stem_conv"),
            norm("stem_bn"),
            swish("stem_activation"));
    double blocks = stages.stream().mapToInt(Stage::repeats).sum();
    int done = 0;
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      for (int j = 0; j < Math.ceil(depth * stage.repeats); j++) {
        double drop = DROP_RATE * done++ / blocks;
        int stride = j == 0 ? stage.stride : 1;
        String block = blockName(i, j);
        Tensor y = block(x, stage, rounded(stage.filters * width), stride, block);
        x = stride == 1 ? added(x, y, drop, block) : y;
      }
    }
    x =
        through(
            x,
            conv(rounded(1280 * width), 1, 1).name("top_conv"),
            norm("top_bn"),
            swish("top_activation"));
    return Model.of(image, top(options, x, classifier(options, DROPOUT))).name(name);
  }

  /** Returns the nearest multiple of 8. */
  private static int rounded(double channels) {
    return Math.max(8, (int) (channels + 4) / 8 * 8);
  }

  private static Tensor scaled(Tensor image, boolean likeFirstVersion) {
    return likeFirstVersion && channels(image) == 3
        ? through(
            image,
            new Rescaling(1 / 255.0),
            new Normalization()
                .mean(0.485, 0.456, 0.406)
                .variance(0.229 * 0.229, 0.224 * 0.224, 0.225 * 0.225))
        : new Rescaling(1 / 128.0, -1).apply(image);
  }

  private static Tensor block(Tensor x, Stage stage, int filters, int stride, String name) {
    int wide = stage.expansion * channels(x);
    if (stage.fused && stage.expansion == 1) {
      return through(
          x,
          conv(filters, 3, stride).name(name + "project_conv"),
          norm(name + "project_bn"),
          swish(name + "project_activation"));
    }
    Tensor y =
        through(
            x,
            (stage.fused ? conv(wide, 3, stride) : conv(wide, 1, 1)).name(name + "expand_conv"),
            norm(name + "expand_bn"),
            swish(name + "expand_activation"));
    return through(
        stage.fused ? y : filtered(y, stride, channels(x) / 4, name),
        conv(filters, 1, 1).name(name + "project_conv"),
        norm(name + "project_bn"));
  }

  /** Returns channels that are filtered one by one, and weighted. */
  private static Tensor filtered(Tensor x, int stride, int hidden, String name) {
    Tensor y =
        through(
            x,
            Blocks.depthwise(3, stride)
                .padding(Padding.SAME)
                .depthwiseInitializer(EfficientNet.KERNEL)
                .name(name + "dwconv2"),
            norm(name + "bn"),
            swish(name + "activation"));
    return excited(y, hidden, name);
  }

  private static Layer norm(String name) {
    return new BatchNormalization().momentum(0.9).name(name);
  }
}
