package dev.tapedeck.cli;

import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.MaxPool2D;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.Locale;
import java.util.function.Supplier;

/** The classifiers of digits: of images {@code [n, 28, 28, 1]} they make ten logits. */
@SuppressWarnings("ImmutableEnumChecker") // suppliers of new models
enum Architecture {
  MLP(() -> new Sequential(new Flatten(), new Dense(128, Activations::relu), new Dense(10))),
  CNN(
      () ->
          new Sequential(
              new Conv2D(32, 3, Activations::relu),
              new MaxPool2D(),
              new Conv2D(64, 3, Activations::relu),
              new MaxPool2D(),
              new Flatten(),
              new Dense(10)));

  private final Supplier<Model> maker;

  Architecture(Supplier<Model> maker) {
    this.maker = maker;
  }

  Model create() {
    return maker.get();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
