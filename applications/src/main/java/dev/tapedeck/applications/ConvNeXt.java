package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.channels;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.pool;
import static dev.tapedeck.applications.Blocks.through;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.LayerNormalization;
import dev.tapedeck.layers.preprocessing.Normalization;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.Arrays;
import java.util.Set;

/**
 * ConvNeXt: blocks of a 7x7 depthwise convolution and two dense layers, with layer normalization.
 *
 * <p>Z. Liu, H. Mao, C.-Y. Wu, C. Feichtenhofer, T. Darrell, S. Xie, "A ConvNet for the 2020s",
 * CVPR 2022.
 */
final class ConvNeXt {
  private static final double[] MEAN = {0.485 * 255, 0.456 * 255, 0.406 * 255};
  private static final double[] DEVIATION = {0.229 * 255, 0.224 * 255, 0.225 * 255};

  private final String name;

  private ConvNeXt(String name) {
    this.name = name;
  }

  /**
   * Makes a model.
   *
   * @param channels channels of the first stage, which double in each
   * @param blocks blocks of each stage
   */
  static Model of(String name, ApplicationOptions options, int channels, int... blocks) {
    return new ConvNeXt(name).model(options, channels, blocks);
  }

  private Model model(ApplicationOptions options, int channels, int... blocks) {
    Tensor image = input(name, options, 224, 32, Set.of("includePreprocessing"));
    Tensor x = image;
    if (options.includePreprocessing() && channels(image) == 3) {
      x = normalization().apply(x);
    }
    for (int stage = 0; stage < blocks.length; stage++) {
      x = stage == 0 ? stem(x, channels) : halved(x, stage - 1);
      for (int i = 0; i < blocks[stage]; i++) {
        x = block(x, name + "_stage_" + stage + "_block_" + i);
      }
    }
    return Model.of(image, end(options, x)).name(name);
  }

  private Normalization normalization() {
    double[] variance = Arrays.stream(DEVIATION).map(d -> d * d).toArray();
    return new Normalization().mean(MEAN).variance(variance).name(name + "_prestem_normalization");
  }

  private Tensor stem(Tensor x, int channels) {
    return new Sequential(
            Input.of(name + "_stem_input", x.spec()),
            new Conv2D(channels, 4).strides(4).name(name + "_stem_conv"),
            norm().name(name + "_stem_layernorm"))
        .name(name + "_stem")
        .apply(x);
  }

  private Tensor halved(Tensor x, int number) {
    return new Sequential(
            Input.of(name + "_downsampling_input_" + number, x.spec()),
            norm().name(name + "_downsampling_layernorm_" + number),
            new Conv2D(2 * channels(x), 2).strides(2).name(name + "_downsampling_conv_" + number))
        .name(name + "_downsampling_block_" + number)
        .apply(x);
  }

  private static Tensor block(Tensor x, String name) {
    int channels = channels(x);
    Tensor y =
        through(
            x,
            new Conv2D(channels, 7)
                .padding(Padding.SAME)
                .groups(channels)
                .name(name + "_depthwise_conv"),
            norm().name(name + "_layernorm"),
            new Dense(4 * channels).name(name + "_pointwise_conv_1"),
            new Activation(Activations::gelu).name(name + "_gelu"),
            new Dense(channels).name(name + "_pointwise_conv_2"),
            new LayerScale(1e-6, channels).name(name + "_layer_scale"),
            new Activation(Activations::linear).name(name + "_identity"));
    return x.add(y);
  }

  private Tensor end(ApplicationOptions options, Tensor x) {
    return options.includeTop()
        ? through(
            x,
            new GlobalAveragePooling2D().name(name + "_head_gap"),
            norm().name(name + "_head_layernorm"),
            new Dense(options.classes(), options.classifierActivation()).name(name + "_head_dense"))
        : norm().apply(pool(options, x));
  }

  private static LayerNormalization norm() {
    return new LayerNormalization().epsilon(1e-6);
  }
}
