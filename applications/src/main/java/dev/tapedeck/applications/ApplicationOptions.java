package dev.tapedeck.applications;

import dev.tapedeck.config.Records;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The options of the architectures, named as Keras's; immutable, each method returns a changed
 * copy. An option that an architecture does not have is refused.
 *
 * @param inputShape sizes {@code [h, w, c]} of an image; null, the default, for the architecture's
 *     own, and without the classifier for images of any size with 3 channels
 * @param includeTop whether the model ends with its classifier; true by default
 * @param pooling end of a model without classifier; {@link Pooling#NONE} by default
 * @param classes number of classes; 1000 by default
 * @param classifierActivation activation of the classifier; softmax by default
 * @param alpha factor of the number of channels, of the MobileNets; 1 by default
 * @param depthMultiplier filters of each channel in the depthwise convolutions, of {@code
 *     mobileNet}; 1 by default
 * @param dropout part of the features that the classifier drops in training, of {@code mobileNet}
 *     and {@code mobileNetV3}; null, the default, for the architecture's own
 * @param minimalistic whether {@code mobileNetV3} is made of 3x3 kernels and ReLU alone, without
 *     squeeze-and-excitation; false by default
 * @param includePreprocessing whether the model scales its input, numbers from 0 to 255, itself, of
 *     {@code mobileNetV3}, {@code efficientNetV2} and {@code convNeXt}; true by default
 * @param imageNetWeights whether the channels are scaled as for the weights that Keras has for
 *     {@code efficientNetB0} to {@code B7}, which Keras does if it is given {@code
 *     weights="imagenet"}; false by default
 */
public record ApplicationOptions(
    Shape inputShape,
    boolean includeTop,
    Pooling pooling,
    int classes,
    UnaryOperator<Tensor> classifierActivation,
    double alpha,
    int depthMultiplier,
    Double dropout,
    boolean minimalistic,
    boolean includePreprocessing,
    boolean imageNetWeights) {
  private static final String WHO = "ApplicationOptions";

  private static final List<String> OF_SOME =
      List.of(
          "alpha",
          "depthMultiplier",
          "dropout",
          "minimalistic",
          "includePreprocessing",
          "imageNetWeights");

  /** Checks the options. */
  public ApplicationOptions {
    Objects.requireNonNull(pooling, WHO + ": the pooling is null; give one, as Pooling.NONE");
    Objects.requireNonNull(
        classifierActivation,
        WHO + ": the classifierActivation is null; give one, as Activations::softmax");
    if (inputShape != null && inputShape.rank() != 3) {
      throw Refusal.of(
          WHO, "needs an inputShape of three sizes", inputShape, "give it as 224, 224, 3");
    }
    if (classes < 1) {
      throw Refusal.of(WHO, "needs 1 class or more", classes, "give the number of your labels");
    }
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw Refusal.of(WHO, "needs an alpha above 0", alpha, "give a factor, as 0.5");
    }
  }

  /** Makes options of defaults. */
  public ApplicationOptions() {
    this(null, true, Pooling.NONE, 1000, Activations::softmax, 1, 1, null, false, true, false);
  }

  private ApplicationOptions with(String name, Object value) {
    return Records.with(this, name, value);
  }

  /** Returns options with images of sizes {@code h, w, c}; {@link Shape#UNKNOWN} for any. */
  public ApplicationOptions inputShape(long... sizes) {
    return with("inputShape", Shape.of(sizes));
  }

  /** Returns options with or without the classifier. */
  public ApplicationOptions includeTop(boolean include) {
    return with("includeTop", include);
  }

  /** Returns options of a model without classifier that ends so. */
  public ApplicationOptions pooling(Pooling end) {
    return with("pooling", end);
  }

  /** Returns options with a number of classes. */
  public ApplicationOptions classes(int number) {
    return with("classes", number);
  }

  /** Returns options with an activation of the classifier; {@code Activations::linear} for none. */
  public ApplicationOptions classifierActivation(UnaryOperator<Tensor> activation) {
    return with("classifierActivation", activation);
  }

  /** Returns options with a factor of the number of channels. */
  public ApplicationOptions alpha(double factor) {
    return with("alpha", factor);
  }

  /** Returns options with a number of filters of each channel in depthwise convolutions. */
  public ApplicationOptions depthMultiplier(int filters) {
    return with("depthMultiplier", filters);
  }

  /** Returns options with a part of the features that the classifier drops in training. */
  public ApplicationOptions dropout(double rate) {
    return with("dropout", rate);
  }

  /** Returns options of a {@code mobileNetV3} of 3x3 kernels and ReLU alone, or of the usual. */
  public ApplicationOptions minimalistic(boolean minimal) {
    return with("minimalistic", minimal);
  }

  /** Returns options of a model that scales its input itself, or does not. */
  public ApplicationOptions includePreprocessing(boolean include) {
    return with("includePreprocessing", include);
  }

  /** Returns options of an {@code efficientNetB0} to {@code B7} for Keras's weights, or not. */
  public ApplicationOptions imageNetWeights(boolean forThem) {
    return with("imageNetWeights", forThem);
  }

  /** Refuses options that an architecture does not have, if they are set. */
  void requireOnly(String who, Set<String> known) {
    List<String> names = Records.names(ApplicationOptions.class);
    List<Object> defaults = Records.components(new ApplicationOptions());
    List<Object> given = Records.components(this);
    for (String name : OF_SOME) {
      Object value = given.get(names.indexOf(name));
      if (!known.contains(name) && !Objects.equals(value, defaults.get(names.indexOf(name)))) {
        throw Refusal.of(who, "has no option " + name, value, "leave it out");
      }
    }
  }
}
