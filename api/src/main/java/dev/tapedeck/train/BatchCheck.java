package dev.tapedeck.train;

import dev.tapedeck.ops.Errors;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** Checks of what a training step is given and what its loss is. */
final class BatchCheck {
  private BatchCheck() {}

  /** Takes a step; an error in it on what looks like a single example says so. */
  static <T> T of(Example batch, Function<Example, T> step) {
    try {
      return step.apply(batch);
    } catch (RuntimeException e) {
      throw isBatch(batch)
          ? e
          : Errors.withMessage(
              e,
              String.format(
                  Locale.ROOT,
                  "%s; the dataset gives x %s with y %s, which share no axis of examples: was batch(n) forgotten?",
                  e.getMessage(),
                  batch.x().spec(),
                  batch.y() == null ? "none" : batch.y().spec()));
    }
  }

  private static boolean isBatch(Example batch) {
    Shape x = batch.x().shape();
    Shape y = batch.y() == null ? x : batch.y().shape();
    return !x.isScalar() && !y.isScalar() && x.slice(0, 1).fits(y.slice(0, 1));
  }

  /** Returns the error for a dataset without elements. */
  static IllegalArgumentException noBatches(String who, Dataset dataset) {
    String why = dataset.whyEmpty();
    return new IllegalArgumentException(
        who + ": the dataset has no batches" + (why.isEmpty() ? "" : ": " + why));
  }

  /** Checks that a loss is one number. */
  static void requireOneNumber(Tensor loss) {
    Objects.requireNonNull(
        loss, "loss: the function returned null; return the mean over the batch");
    if (loss.shape().isKnown() && loss.shape().count() != 1) {
      throw new IllegalArgumentException(
          "loss: must be one number, the mean over the batch, received "
              + loss.spec()
              + "; reduce it, as by mean()");
    }
  }
}
