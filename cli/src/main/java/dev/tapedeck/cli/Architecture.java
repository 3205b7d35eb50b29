package dev.tapedeck.cli;

import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.MaxPooling2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.Locale;
import java.util.function.BiFunction;

/** The classifiers of digits, which map images {@code [n, height, width, 1]} to logits. */
@SuppressWarnings("ImmutableEnumChecker") // factories of models
enum Architecture {
  MLP(
      1,
      (images, classes) ->
          new Sequential(
              images, new Flatten(), new Dense(128, Activations::relu), new Dense(classes))),
  CNN(
      10, // the least size that two convolutions of 3 and two poolings of 2 leave a pixel of
      (images, classes) ->
          new Sequential(
              images,
              new Conv2D(32, 3, Activations::relu),
              new MaxPooling2D(),
              new Conv2D(64, 3, Activations::relu),
              new MaxPooling2D(),
              new Flatten(),
              new Dense(classes)));

  private final int leastSide;
  private final BiFunction<Tensor, Integer, Model> maker;

  Architecture(int leastSide, BiFunction<Tensor, Integer, Model> maker) {
    this.leastSide = leastSide;
    this.maker = maker;
  }

  /**
   * Returns a new model.
   *
   * @throws IllegalArgumentException if the images are too small
   */
  Model create(Dimensions dimensions) {
    if (Math.min(dimensions.height(), dimensions.width()) < leastSide) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "--model %s needs images of at least %d x %d, received %s; use --model mlp",
              this,
              leastSide,
              leastSide,
              dimensions.size()));
    }
    Tensor images = Input.of(dimensions.height(), dimensions.width(), 1);
    return maker.apply(images, dimensions.classes());
  }

  /** Returns the number of inputs of the first dense layer. */
  long features(long height, long width) {
    return this == MLP ? height * width : 64 * pooled(height) * pooled(width);
  }

  private static long pooled(long side) {
    return ((side - 2) / 2 - 2) / 2;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
