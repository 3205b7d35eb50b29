package dev.tapedeck.losses;

import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Reduction;

/**
 * The standard losses by name, with Keras's defaults.
 *
 * <p>{@link Loss#of} reduces their values to the mean.
 */
public final class Losses {
  private static final Reduction MEAN = Reduction.SUM_OVER_BATCH_SIZE;

  private Losses() {}

  /** Returns the cross-entropy of whole-number labels and probabilities of classes. */
  public static SparseCategoricalCrossentropy sparseCategoricalCrossentropy() {
    return new SparseCategoricalCrossentropy(
        new SparseCategoricalCrossentropy.Arguments(false, MEAN));
  }

  /** Returns the cross-entropy of one-hot labels and probabilities of classes. */
  public static CategoricalCrossentropy categoricalCrossentropy() {
    return new CategoricalCrossentropy(new CategoricalCrossentropy.Arguments(false, MEAN));
  }

  /** Returns the cross-entropy of labels 0 and 1 and probabilities of 1. */
  public static BinaryCrossentropy binaryCrossentropy() {
    return new BinaryCrossentropy(new BinaryCrossentropy.Arguments(false, MEAN));
  }

  /** Returns the mean of the squared differences. */
  public static MeanSquaredError meanSquaredError() {
    return new MeanSquaredError(new MeanSquaredError.Arguments(MEAN));
  }

  /** Returns the mean of the absolute differences. */
  public static MeanAbsoluteError meanAbsoluteError() {
    return new MeanAbsoluteError(new MeanAbsoluteError.Arguments(MEAN));
  }
}
