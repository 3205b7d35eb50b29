package dev.tapedeck.losses;

import dev.tapedeck.train.Loss;
import dev.tapedeck.train.Reduction;
import java.util.List;

/**
 * The standard losses by name, with Keras's defaults.
 *
 * <p>{@link Loss#of} reduces their values to the mean.
 */
public final class Losses {
  private static final Reduction MEAN = Reduction.SUM_OVER_BATCH_SIZE;
  private static final PlainLoss.Arguments PLAIN = new PlainLoss.Arguments(MEAN);

  private Losses() {}

  /** Returns the cross-entropy of labels 0 and 1 and probabilities of 1. */
  public static BinaryCrossentropy binaryCrossentropy() {
    return new BinaryCrossentropy(new BinaryCrossentropy.Arguments(false, 0, -1, MEAN));
  }

  /** Returns the cross-entropy of labels 0 and 1 where what is predicted well counts less. */
  public static BinaryFocalCrossentropy binaryFocalCrossentropy() {
    return new BinaryFocalCrossentropy(
        new BinaryFocalCrossentropy.Arguments(false, 0.25, 2, false, 0, -1, MEAN));
  }

  /** Returns the cross-entropy of one-hot labels and probabilities of classes. */
  public static CategoricalCrossentropy categoricalCrossentropy() {
    return new CategoricalCrossentropy(new CategoricalCrossentropy.Arguments(false, 0, -1, MEAN));
  }

  /** Returns the cross-entropy of one-hot labels where what is predicted well counts less. */
  public static CategoricalFocalCrossentropy categoricalFocalCrossentropy() {
    return new CategoricalFocalCrossentropy(
        new CategoricalFocalCrossentropy.Arguments(List.of(0.25), 2, false, 0, -1, MEAN));
  }

  /** Returns a loss of whole-number labels and probabilities that bears wrong labels. */
  public static CategoricalGeneralizedCrossEntropy categoricalGeneralizedCrossEntropy() {
    return new CategoricalGeneralizedCrossEntropy(
        new CategoricalGeneralizedCrossEntropy.Arguments(0.5, MEAN));
  }

  /** Returns the distance of the right class's score from a margin above the best wrong one. */
  public static CategoricalHinge categoricalHinge() {
    return new CategoricalHinge(PLAIN);
  }

  /** Returns a loss of vectors, close to each other in one class and far from those of others. */
  public static Circle circle() {
    return new Circle(new Circle.Arguments(80, 0.4, true, MEAN));
  }

  /** Returns the loss of sequences of labels whose places in time are not known. */
  public static CTC ctc() {
    return new CTC(PLAIN);
  }

  /** Returns the negative cosine of the angle between labels and predictions. */
  public static CosineSimilarity cosineSimilarity() {
    return new CosineSimilarity(new CosineSimilarity.Arguments(-1, MEAN));
  }

  /** Returns the share of labels and predictions that is not common to both. */
  public static Dice dice() {
    return new Dice(new Dice.Arguments(MEAN, null));
  }

  /** Returns the mean distance from a margin. */
  public static Hinge hinge() {
    return new Hinge(PLAIN);
  }

  /** Returns the mean of squares of small differences and absolute values of large ones. */
  public static Huber huber() {
    return new Huber(new Huber.Arguments(1, MEAN));
  }

  /** Returns the divergence of distributions. */
  public static KLDivergence klDivergence() {
    return new KLDivergence(PLAIN);
  }

  /** Returns the mean of the logarithms of the hyperbolic cosine of the differences. */
  public static LogCosh logCosh() {
    return new LogCosh(PLAIN);
  }

  /** Returns the mean of the absolute differences. */
  public static MeanAbsoluteError meanAbsoluteError() {
    return new MeanAbsoluteError(PLAIN);
  }

  /** Returns the mean of the absolute differences in percent of the labels. */
  public static MeanAbsolutePercentageError meanAbsolutePercentageError() {
    return new MeanAbsolutePercentageError(PLAIN);
  }

  /** Returns the mean of the squared differences. */
  public static MeanSquaredError meanSquaredError() {
    return new MeanSquaredError(PLAIN);
  }

  /** Returns the mean of the squared differences of logarithms. */
  public static MeanSquaredLogarithmicError meanSquaredLogarithmicError() {
    return new MeanSquaredLogarithmicError(PLAIN);
  }

  /** Returns the negative logarithm of a Poisson distribution's probability of the labels. */
  public static Poisson poisson() {
    return new Poisson(PLAIN);
  }

  /** Returns the cross-entropy of whole-number labels and probabilities of classes. */
  public static SparseCategoricalCrossentropy sparseCategoricalCrossentropy() {
    return new SparseCategoricalCrossentropy(
        new SparseCategoricalCrossentropy.Arguments(false, null, -1, MEAN));
  }

  /** Returns the mean squared distance from a margin. */
  public static SquaredHinge squaredHinge() {
    return new SquaredHinge(PLAIN);
  }

  /**
   * Returns the share of labels and predictions that is not common to both, with weights of the
   * errors.
   */
  public static Tversky tversky() {
    return new Tversky(new Tversky.Arguments(0.5, 0.5, MEAN, null));
  }
}
