package dev.tapedeck.train;

import dev.tapedeck.config.Records;
import dev.tapedeck.tensor.Refusal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The options of {@code fit}, named as Keras's; immutable, each method returns a changed copy.
 *
 * @param epochs epoch to end before, counted from 0: with {@code initialEpoch} 0, passes over the
 *     data; 1 or more
 * @param batchSize rows of arrays in a batch; null, the default, for 32, or with steps per epoch
 *     for what divides the rows into those
 * @param validation data to evaluate; null, the default, for none
 * @param validationSplit fraction of the arrays, their last rows, to evaluate instead of training
 *     on, between 0 and 1; null, the default, for none; without effect beside {@code validation}
 * @param validationBatchSize rows of arrays in a batch of the validation; null, the default, for
 *     {@code batchSize}
 * @param validationSteps batches of a validation; null, the default, for all
 * @param validationFreq number of epochs from one validation to the next; 1 by default
 * @param initialEpoch first epoch; 0 by default
 * @param stepsPerEpoch batches per epoch, where an epoch continues in the data where the one before
 *     ended; null, the default, for all
 * @param shuffle whether arrays are in another order in every epoch; true by default
 * @param classWeight weights of the examples by class, for integer or one-hot labels; null, the
 *     default, for none
 * @param sampleWeight weights of the rows of arrays, a tensor or array, or several by output; null,
 *     the default, for none
 * @param distribution what divides each batch among threads or machines; null, the default, for the
 *     model's own step on the whole batch
 * @param verbosity output on the console; {@link Verbosity#AUTO} by default
 * @param callbacks listeners, notified in order; none by default
 */
public record FitOptions(
    int epochs,
    Integer batchSize,
    Dataset validation,
    Double validationSplit,
    Integer validationBatchSize,
    Integer validationSteps,
    int validationFreq,
    int initialEpoch,
    Integer stepsPerEpoch,
    boolean shuffle,
    Map<Integer, Double> classWeight,
    Object sampleWeight,
    Distribution distribution,
    Verbosity verbosity,
    List<Callback> callbacks) {
  /** The output of a training on the console. */
  public enum Verbosity {
    /** The bar on a terminal, a line per epoch elsewhere. */
    AUTO,
    /** Nothing. */
    SILENT,
    /** A bar that is refreshed during the epoch. */
    BAR,
    /** A line per epoch. */
    LINES
  }

  /** Checks the numbers, and copies map and list. */
  public FitOptions {
    atLeastOne("fit", "epochs", epochs);
    atLeastOne("fit", "batchSize", batchSize);
    atLeastOne("fit", "validationBatchSize", validationBatchSize);
    atLeastOne("fit", "validationSteps", validationSteps);
    atLeastOne("fit", "validationFreq", validationFreq);
    atLeastOne("fit", "stepsPerEpoch", stepsPerEpoch);
    if (validationSplit != null && !(validationSplit > 0 && validationSplit < 1)) {
      throw Refusal.of(
          "fit",
          "needs a validationSplit between 0 and 1",
          validationSplit,
          "give the fraction of the rows to validate on, as 0.2");
    }
    if (initialEpoch < 0 || initialEpoch >= epochs) {
      throw Refusal.of(
          "fit",
          "needs an initialEpoch from 0 to " + (epochs - 1) + " for epochs(" + epochs + ")",
          initialEpoch,
          "count all epochs, also those before the first, in epochs(n)");
    }
    if (classWeight != null) {
      classWeight.forEach(FitOptions::requireWeight);
      classWeight = Collections.unmodifiableMap(new TreeMap<>(classWeight));
    }
    Objects.requireNonNull(verbosity, "fit: the verbosity is null; the default is AUTO");
    callbacks = requireEach("fit", callbacks);
  }

  static void atLeastOne(String who, String what, Integer value) {
    if (value != null && value < 1) {
      throw Refusal.of(who, what + " must be 1 or more", value, "give a larger number");
    }
  }

  private static void requireWeight(Integer label, Double weight) {
    if (label == null || weight == null || !(weight >= 0)) {
      throw Refusal.of(
          "fit",
          "needs class weights of 0 or more",
          weight + " for class " + label,
          "give each class its factor in the loss");
    }
  }

  static List<Callback> requireEach(String who, List<Callback> callbacks) {
    Objects.requireNonNull(
        callbacks, who + ": the callbacks are null; give an empty list for none");
    for (Callback callback : callbacks) {
      Objects.requireNonNull(callback, who + ": a callback is null; leave it out");
    }
    return List.copyOf(callbacks);
  }

  /** Returns options for a number of epochs. */
  public static FitOptions epochs(int epochs) {
    return new FitOptions(
        epochs,
        null,
        null,
        null,
        null,
        null,
        1,
        0,
        null,
        true,
        null,
        null,
        null,
        Verbosity.AUTO,
        List.of());
  }

  private FitOptions with(String name, Object value) {
    return Records.with(this, name, value);
  }

  /** Returns options with so many rows of arrays in a batch. */
  public FitOptions batchSize(int rows) {
    return with("batchSize", rows);
  }

  /** Returns options that evaluate on other data after each epoch. */
  public FitOptions validation(Dataset data) {
    return with("validation", data);
  }

  /** Returns options that evaluate on other arrays after each epoch, given as to {@code fit}. */
  public FitOptions validation(Object x, Object y) {
    return validation(x, y, null);
  }

  /** Returns options that evaluate on other arrays after each epoch, with weights of their rows. */
  public FitOptions validation(Object x, Object y, Object sampleWeight) {
    return validation(ArrayDataset.of("fit: the validation data", x, y, sampleWeight));
  }

  /** Returns options that evaluate on the last rows of the arrays, before any shuffle. */
  public FitOptions validationSplit(double fraction) {
    return with("validationSplit", fraction);
  }

  /** Returns options with so many rows of arrays in a batch of the validation. */
  public FitOptions validationBatchSize(int rows) {
    return with("validationBatchSize", rows);
  }

  /** Returns options that evaluate on the first batches of the validation data. */
  public FitOptions validationSteps(int batches) {
    return with("validationSteps", batches);
  }

  /** Returns options that evaluate after every {@code count}-th epoch. */
  public FitOptions validationFreq(int count) {
    return with("validationFreq", count);
  }

  /** Returns options that begin at a later epoch than 0. */
  public FitOptions initialEpoch(int epoch) {
    return with("initialEpoch", epoch);
  }

  /** Returns options with epochs of so many batches. */
  public FitOptions stepsPerEpoch(int batches) {
    return with("stepsPerEpoch", batches);
  }

  /** Returns options that shuffle arrays before every epoch, or keep their order. */
  public FitOptions shuffle(boolean shuffles) {
    return with("shuffle", shuffles);
  }

  /** Returns options with weights of the examples by class. */
  public FitOptions classWeight(Map<Integer, Double> weights) {
    return with("classWeight", weights);
  }

  /** Returns options with weights of the arrays' rows. */
  public FitOptions sampleWeight(Object weights) {
    return with("sampleWeight", weights);
  }

  /** Returns options that divide each batch among threads or machines. */
  public FitOptions distribution(Distribution chosen) {
    return with("distribution", chosen);
  }

  /** Returns options that print more or less. */
  public FitOptions verbosity(Verbosity chosen) {
    return with("verbosity", chosen);
  }

  /** Returns options with one more callback. */
  public FitOptions callback(Callback callback) {
    return with("callbacks", Stream.concat(callbacks.stream(), Stream.of(callback)).toList());
  }
}
