package dev.tapedeck.applications;

import static dev.tapedeck.applications.Blocks.conv;
import static dev.tapedeck.applications.Blocks.depthwise;
import static dev.tapedeck.applications.Blocks.input;
import static dev.tapedeck.applications.Blocks.pool;
import static dev.tapedeck.applications.Blocks.through;

import dev.tapedeck.layers.Activation;
import dev.tapedeck.layers.BatchNormalization;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dropout;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.ReLU;
import dev.tapedeck.layers.Reshape;
import dev.tapedeck.layers.ZeroPadding2D;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * MobileNet: depthwise convolutions, each followed by a pointwise one.
 *
 * <p>A. G. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
 * Applications", arXiv:1704.04861, 2017.
 */
final class MobileNet {
  private static final int[] FILTERS = {
    64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024
  };
  private static final Set<Integer> STRIDED = Set.of(2, 4, 6, 12);

  private MobileNet() {}

  /** Makes a model. */
  static Model of(ApplicationOptions options) {
    Tensor image =
        input("mobilenet", options, 224, 32, Set.of("alpha", "depthMultiplier", "dropout"));
    Tensor x =
        through(
            image,
            conv((int) (32 * options.alpha()), 3, 2).name("conv1"),
            new BatchNormalization().name("conv1_bn"),
            relu("conv1_relu"));
    for (int i = 1; i <= FILTERS.length; i++) {
      x = block(x, options, i);
    }
    Tensor end =
        options.includeTop()
            ? through(
                new GlobalAveragePooling2D().keepdims(true).apply(x),
                new Dropout(options.dropout() == null ? 1e-3 : options.dropout()).name("dropout"),
                new Conv2D(options.classes(), 1).padding(Padding.SAME).name("conv_preds"),
                new Reshape(options.classes()).name("reshape_2"),
                new Activation(options.classifierActivation()).name("predictions"))
            : pool(options, x);
    return Model.of(image, end).name(name("mobilenet", options.alpha(), image));
  }

  /** Returns the name of a model of an alpha and a height of images: {@code mobilenet_1.00_224}. */
  static String name(String family, double alpha, Tensor image) {
    long height = image.shape().size(1);
    return String.format(
        Locale.ROOT, "%s_%.2f_%s", family, alpha, height == Shape.UNKNOWN ? "None" : height);
  }

  private static Tensor block(Tensor x, ApplicationOptions options, int number) {
    int stride = STRIDED.contains(number) ? 2 : 1;
    Tensor padded =
        stride == 1
            ? x
            : new ZeroPadding2D(List.of(List.of(0, 1), List.of(0, 1)))
                .name("conv_pad_" + number)
                .apply(x);
    int filters = (int) (FILTERS[number - 1] * options.alpha());
    return through(
        padded,
        depthwise(3, stride).depthMultiplier(options.depthMultiplier()).name("conv_dw_" + number),
        new BatchNormalization().name("conv_dw_" + number + "_bn"),
        relu("conv_dw_" + number + "_relu"),
        conv(filters, 1, 1).name("conv_pw_" + number),
        new BatchNormalization().name("conv_pw_" + number + "_bn"),
        relu("conv_pw_" + number + "_relu"));
  }

  private static Layer relu(String name) {
    return new ReLU(6).name(name);
  }
}
