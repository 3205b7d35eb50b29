package dev.tapedeck.train;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/** Reduction of the values of a loss to one number, as Keras divides. */
public enum Reduction {
  /** The sum of the weighted values, divided by the number of values. */
  SUM_OVER_BATCH_SIZE,
  /** The sum of the weighted values. */
  SUM,
  /** As {@link #SUM_OVER_BATCH_SIZE}. */
  MEAN,
  /** The sum of the weighted values, divided by the sum of the weights; 0 if that is 0. */
  MEAN_WITH_SAMPLE_WEIGHT,
  /** The weighted values as they are. */
  NONE;

  /** Returns whether the losses of parts of a batch, weighed by their examples, make its loss. */
  boolean isMean() {
    return this == SUM_OVER_BATCH_SIZE || this == MEAN;
  }

  /**
   * Returns the reduced loss.
   *
   * @param values losses, one for each example, or for each place in an example
   * @param weights weights of the values, or of the examples; null for none
   * @throws IllegalArgumentException if the weights do not fit, or the loss is one number already
   */
  public Tensor of(Tensor values, Tensor weights) {
    if (weights == null) {
      return this == NONE ? values : this == SUM ? values.sum() : values.mean();
    }
    Tensor expanded = expand(Casting.cast(weights, values.dtype()), values.shape());
    Tensor weighted = values.mul(expanded);
    return switch (this) {
      case NONE -> weighted;
      case SUM -> weighted.sum();
      case SUM_OVER_BATCH_SIZE, MEAN -> weighted.mean();
      case MEAN_WITH_SAMPLE_WEIGHT -> {
        Tensor sum = expanded.sum();
        Tensor none = Casting.cast(sum.equal(0), sum.dtype());
        yield weighted.sum().div(sum.add(none));
      }
    };
  }

  /**
   * Returns weights of examples {@code [n]}, or of places in them, with axes of size 1 up to the
   * rank of the values that they weigh.
   *
   * @throws IllegalArgumentException if the axes are not the first ones of the values
   */
  public static Tensor expand(Tensor weights, Shape values) {
    Shape given = weights.shape();
    if (values.isScalar()) {
      throw Refusal.of(
          "loss",
          "sample weights and masks need a loss that gives a value for each example",
          "a loss that is one number",
          "return the values without the final mean()");
    }
    int rank = given.rank();
    Shape trimmed =
        rank == values.rank() + 1 && given.size(-1) == 1 ? given.slice(0, rank - 1) : given;
    boolean fits = trimmed.rank() > 0 && trimmed.rank() <= values.rank();
    for (int i = 0; fits && i < trimmed.rank(); i++) {
      fits =
          (trimmed.size(i) == 1 && i > 0) || values.slice(i, i + 1).fits(trimmed.slice(i, i + 1));
    }
    if (!fits) {
      throw Refusal.of(
          "sample weights",
          "need the shape of the values " + values + ", or of their first axes",
          given,
          "give one weight for each example");
    }
    long[] sizes = new long[values.rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = i == 0 ? -1 : i < trimmed.rank() ? trimmed.size(i) : 1;
    }
    return weights.reshape(sizes);
  }
}
