package dev.tapedeck.applications;

import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.DepthwiseConv2D;
import dev.tapedeck.layers.GlobalAveragePooling2D;
import dev.tapedeck.layers.GlobalMaxPooling2D;
import dev.tapedeck.layers.ZeroPadding2D;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import java.util.List;
import java.util.Set;

/** What the architectures share: their input, their end, and layers with common arguments. */
final class Blocks {
  private Blocks() {}

  /**
   * Returns the input of a model.
   *
   * @param size default height and width
   * @param least smallest height and width that the strides leave something of
   * @param known options of some architectures that this one has
   */
  static Tensor input(
      String who, ApplicationOptions options, int size, int least, Set<String> known) {
    options.requireOnly(who, known);
    long any = options.includeTop() ? size : Shape.UNKNOWN;
    Shape shape = options.inputShape() == null ? Shape.of(any, any, 3) : options.inputShape();
    for (int axis = 0; axis < 2; axis++) {
      if (shape.size(axis) != Shape.UNKNOWN && shape.size(axis) < least) {
        throw Refusal.of(
            who, "needs images of " + least + " x " + least + " or more", shape, "resize them");
      }
    }
    return Input.of(shape.toArray());
  }

  /** Applies layers, one after the other. */
  static Tensor through(Tensor x, Layer... layers) {
    Tensor y = x;
    for (Layer layer : layers) {
      y = layer.apply(y);
    }
    return y;
  }

  /** Returns the number of a symbol's channels. */
  static int channels(Tensor x) {
    return (int) x.shape().size(x.shape().rank() - 1);
  }

  /** Returns a convolution without bias whose padding keeps the size, but for the strides. */
  static Conv2D conv(int filters, int kernel, int stride) {
    return new Conv2D(filters, kernel).strides(stride).padding(Padding.SAME).useBias(false);
  }

  /** Returns a depthwise convolution without bias, which {@link #edge} goes before if strided. */
  static DepthwiseConv2D depthwise(int kernel, int stride) {
    return new DepthwiseConv2D(kernel)
        .strides(stride)
        .padding(stride == 1 ? Padding.SAME : Padding.VALID)
        .useBias(false);
  }

  /**
   * Returns a layer that pads images for a kernel with stride 2 so that it is centred on the first
   * element of odd sizes, and between the first two of even ones.
   */
  static ZeroPadding2D edge(Tensor x, int kernel) {
    return new ZeroPadding2D(List.of(edge(x, kernel, 1), edge(x, kernel, 2)));
  }

  private static List<Integer> edge(Tensor x, int kernel, int axis) {
    boolean odd = x.shape().size(axis) != Shape.UNKNOWN && x.shape().size(axis) % 2 == 1;
    return List.of(kernel / 2 - (odd ? 0 : 1), kernel / 2);
  }

  /** Rounds a number of channels to a multiple of 8 that is not less than 0.9 of it. */
  static int rounded(double channels) {
    int multiple = Math.max(8, (int) (channels + 4) / 8 * 8);
    return multiple < 0.9 * channels ? multiple + 8 : multiple;
  }

  /** Returns the classifier. */
  static Dense classifier(ApplicationOptions options) {
    return new Dense(options.classes(), options.classifierActivation()).name("predictions");
  }

  /**
   * Returns the pooled features, and the classes if the model has its classifier.
   *
   * @param classifier layers from the pooled features to the classes
   */
  static Tensor top(ApplicationOptions options, Tensor features, Layer... classifier) {
    return options.includeTop()
        ? through(new GlobalAveragePooling2D().name("avg_pool").apply(features), classifier)
        : namedPool(options, features);
  }

  /** Returns the end of a model without classifier, whose pooling has a name. */
  static Tensor namedPool(ApplicationOptions options, Tensor features) {
    return switch (options.pooling()) {
      case NONE -> features;
      case AVG -> new GlobalAveragePooling2D().name("avg_pool").apply(features);
      case MAX -> new GlobalMaxPooling2D().name("max_pool").apply(features);
    };
  }

  /** Returns the end of a model without classifier, whose pooling has the name of its class. */
  static Tensor pool(ApplicationOptions options, Tensor features) {
    return switch (options.pooling()) {
      case NONE -> features;
      case AVG -> new GlobalAveragePooling2D().apply(features);
      case MAX -> new GlobalMaxPooling2D().apply(features);
    };
  }
}
