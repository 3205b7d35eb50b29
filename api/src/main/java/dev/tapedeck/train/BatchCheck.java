package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Errors;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** Checks of the data that training is given, and of the losses that steps compute. */
final class BatchCheck {
  private BatchCheck() {}

  /** Runs a step on a batch; its error says so if the batch looks like a single example. */
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
                  describe(batch.inputs()),
                  describe(batch.labels())));
    }
  }

  /** Returns type and shape of a tensor, or the structure of several. */
  static String describe(Object values) {
    return values instanceof Tensor tensor
        ? tensor.spec().toString()
        : values == null ? "none" : TensorTree.describe(values);
  }

  private static boolean isBatch(Example batch) {
    List<Shape> shapes =
        TensorTree.tensorsOf(Arrays.asList(batch.inputs(), batch.labels(), batch.weights()))
            .stream()
            .map(Tensor::shape)
            .toList();
    return shapes.stream()
        .allMatch(
            shape -> !shape.isScalar() && shape.slice(0, 1).fits(shapes.getFirst().slice(0, 1)));
  }

  /**
   * Checks that a dataset is finite, or its batches are counted.
   *
   * @param steps number of batches to take; null for all
   * @param option name of the option that sets it
   */
  static void requireEnd(String what, Dataset batches, Integer steps, String option) {
    if (steps == null && batches.cardinality() == Dataset.INFINITE) {
      throw new IllegalArgumentException(
          what
              + " has no end; use take(n) to give it one: after batch(size), n is the number of steps"
              + " an epoch; or set "
              + option);
    }
  }

  /** Checks that a batch has labels. */
  static void requireLabels(Example batch) {
    if (batch.labels() == null) {
      throw new IllegalArgumentException(
          "model: the batch "
              + describe(batch.inputs())
              + " has no labels to compute a loss with; give the"
              + " dataset labels, or override computeLoss, or trainStep and testStep");
    }
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
