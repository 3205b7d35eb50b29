package dev.tapedeck.train;

import dev.tapedeck.tensor.Refusal;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The data of a {@code fit}.
 *
 * @param training batches to train on
 * @param weighing what weighs each of them by class
 * @param validation batches to evaluate; null for none
 */
record FitData(Dataset training, UnaryOperator<Example> weighing, Dataset validation) {
  /** Returns the data of a dataset, or of arrays. */
  static FitData of(Object x, Object y, FitOptions options) {
    Objects.requireNonNull(x, "fit: the dataset is null");
    FitData data =
        x instanceof Dataset batches
            ? ofDataset(batches, y, options)
            : ofArrays(ArrayDataset.of("fit", x, y, options.sampleWeight()), options);
    BatchCheck.requireEnd(
        "fit: the dataset", data.training, options.stepsPerEpoch(), "stepsPerEpoch");
    if (data.validation != null) {
      BatchCheck.requireEnd(
          "fit: the validation dataset",
          data.validation,
          options.validationSteps(),
          "validationSteps");
      data.validation.requireApartFrom(data.training);
    }
    return data;
  }

  private static FitData ofDataset(Dataset batches, Object y, FitOptions options) {
    requireOwn("fit", "y", y);
    requireOwn("fit", "sampleWeight", options.sampleWeight());
    requireOwn("fit", "batchSize", options.batchSize());
    requireOwn("fit", "validationSplit", options.validationSplit());
    ClassWeights classes =
        options.classWeight() == null ? null : new ClassWeights(options.classWeight());
    return new FitData(
        batches,
        classes == null ? UnaryOperator.identity() : classes::applyTo,
        validation(options));
  }

  /** Checks that what a dataset decides itself is not given beside it. */
  private static void requireOwn(String who, String what, Object value) {
    if (value != null) {
      throw Refusal.of(
          who,
          "takes " + what + " for arrays, and a dataset has its own",
          what + " beside a dataset",
          "put it into the dataset, or give arrays");
    }
  }

  private static FitData ofArrays(ArrayDataset all, FitOptions options) {
    Dataset validation = validation(options);
    ArrayDataset training = all;
    if (validation == null && options.validationSplit() != null) {
      long split = (long) Math.floor(all.size() * (1 - options.validationSplit()));
      if (split == 0 || split == all.size()) {
        throw Refusal.of(
            "fit",
            "needs rows to train on and rows to validate on",
            all.size() + " rows and validationSplit " + options.validationSplit(),
            "give more rows, or another fraction");
      }
      training = all.range(0, split);
      validation = validation(all.range(split, all.size()), options);
    }
    if (options.classWeight() != null) {
      training = training.with(new ClassWeights(options.classWeight()).applyTo(training.rows()));
    }
    return new FitData(
        training.batch(options.batchSize(), options.stepsPerEpoch()).shuffle(options.shuffle()),
        UnaryOperator.identity(),
        validation);
  }

  private static Dataset validation(FitOptions options) {
    if (options.validation() instanceof ArrayDataset arrays) {
      return validation(arrays, options);
    }
    if (options.validation() != null) {
      requireOwn("fit", "validationBatchSize", options.validationBatchSize());
    }
    return options.validation();
  }

  private static Dataset validation(ArrayDataset arrays, FitOptions options) {
    Integer own = options.validationBatchSize();
    return arrays.batch(own == null ? options.batchSize() : own, options.validationSteps());
  }

  /** Returns the batches of an evaluation or a prediction. */
  static Dataset evaluated(String who, Object x, Object y, EvaluateOptions options) {
    Objects.requireNonNull(x, () -> who + ": the dataset is null");
    Objects.requireNonNull(
        options, () -> who + ": the options are null; give some, as new EvaluateOptions()");
    if (x instanceof Dataset batches) {
      requireOwn(who, "y", y);
      requireOwn(who, "sampleWeight", options.sampleWeight());
      requireOwn(who, "batchSize", options.batchSize());
      BatchCheck.requireEnd(who + ": the dataset", batches, options.steps(), "steps");
      return batches;
    }
    return ArrayDataset.of(who, x, y, options.sampleWeight())
        .batch(options.batchSize(), options.steps());
  }
}
