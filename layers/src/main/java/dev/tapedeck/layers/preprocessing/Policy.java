package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The changes among which {@link RandAugment} and {@link AugMix} choose, of one strength. */
final class Policy {
  private final List<Source> sources = new ArrayList<>();

  /** What draws a change of images. */
  @FunctionalInterface
  private interface Source {
    UnaryOperator<Tensor> draw(Tensor images, RandomKey key);
  }

  /**
   * Makes the changes.
   *
   * @param colours whether those of brightness, colour, contrast and sharpness are among them
   */
  Policy(
      List<Double> factor, List<Double> valueRange, Interpolation interpolation, boolean colours) {
    double low = valueRange.getFirst();
    double high = valueRange.getLast();
    int bits = Math.max(1, (int) (8 * factor.getLast()));
    AutoContrast contrast = new AutoContrast(valueRange);
    Equalization equalization = new Equalization(valueRange);
    add(new RandomShear(factor, factor).interpolation(interpolation));
    add(new RandomTranslation(factor, factor).interpolation(interpolation));
    add(new RandomRotation(factor).interpolation(interpolation));
    add(new RandomPosterization(bits).valueRange(low, high));
    add(new Solarization(factor, factor).valueRange(low, high));
    sources.add((images, key) -> contrast::stretched);
    sources.add((images, key) -> equalization::equalized);
    if (colours) {
      add(new RandomBrightness(factor).valueRange(low, high));
      add(new RandomColorDegeneration(factor).valueRange(low, high));
      add(new RandomContrast(factor).valueRange(low, high));
      add(new RandomSharpness(factor).valueRange(low, high));
    }
  }

  private void add(ImageAugmentation<?, ?, ?> layer) {
    sources.add(layer::drawnChange);
  }

  /** Returns the number of changes. */
  int size() {
    return sources.size();
  }

  /** Draws each of the changes. */
  List<UnaryOperator<Tensor>> draw(Tensor images, RandomKey key) {
    List<UnaryOperator<Tensor>> changes = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      changes.add(sources.get(i).draw(images, key.foldIn(i)));
    }
    return changes;
  }

  /**
   * Returns images after the change of a number, an int32 scalar; as they are if there is none.
   * Only that change is computed.
   */
  static Tensor changed(Tensor images, Tensor number, List<UnaryOperator<Tensor>> changes) {
    List<Supplier<List<Tensor>>> branches = new ArrayList<>();
    changes.forEach(change -> branches.add(() -> List.of(change.apply(images))));
    branches.add(() -> List.of(images));
    return ControlFlow.switchCase(number, branches).getFirst();
  }
}
