package dev.tapedeck.train;

import dev.tapedeck.config.Records;
import java.util.List;
import java.util.stream.Stream;

/**
 * The options of {@code evaluate} and {@code predict}, named as Keras's; immutable, each method
 * returns a changed copy.
 *
 * @param batchSize rows of arrays in a batch; null, the default, for 32, or with steps for what
 *     divides the rows into those
 * @param steps number of batches; null, the default, for all
 * @param sampleWeight weights of the rows of arrays to evaluate, a tensor or array, or several by
 *     output; null, the default, for none
 * @param callbacks listeners, notified in order; none by default
 */
public record EvaluateOptions(
    Integer batchSize, Integer steps, Object sampleWeight, List<Callback> callbacks) {
  /** Checks the numbers, and copies the list. */
  public EvaluateOptions {
    FitOptions.atLeastOne("evaluate and predict", "batchSize", batchSize);
    FitOptions.atLeastOne("evaluate and predict", "steps", steps);
    callbacks = FitOptions.requireEach("evaluate and predict", callbacks);
  }

  /** Makes the default options. */
  public EvaluateOptions() {
    this(null, null, null, List.of());
  }

  private EvaluateOptions with(String name, Object value) {
    return Records.with(this, name, value);
  }

  /** Returns options with so many rows of arrays in a batch. */
  public EvaluateOptions batchSize(int rows) {
    return with("batchSize", rows);
  }

  /** Returns options that take the first batches alone. */
  public EvaluateOptions steps(int batches) {
    return with("steps", batches);
  }

  /** Returns options with weights of the arrays' rows. */
  public EvaluateOptions sampleWeight(Object weights) {
    return with("sampleWeight", weights);
  }

  /** Returns options with one more callback. */
  public EvaluateOptions callback(Callback callback) {
    return with("callbacks", Stream.concat(callbacks.stream(), Stream.of(callback)).toList());
  }
}
