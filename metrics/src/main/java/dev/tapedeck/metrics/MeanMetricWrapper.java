package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Loss;
import java.util.Objects;

/**
 * The mean of a function of labels and predictions; see {@link Metrics#of}.
 *
 * <p>The function returns a value for each example, {@code [n]}, or for places in each, or one
 * number, which then counts as one example.
 */
public final class MeanMetricWrapper
    extends MeanMetric<MeanMetricWrapper.Arguments, MeanMetricWrapper> {
  /**
   * The arguments of a {@link MeanMetricWrapper}.
   *
   * @param fn function of labels and predictions
   */
  public record Arguments(Loss fn) {
    /** Checks the arguments. */
    public Arguments {
      Objects.requireNonNull(fn, "MeanMetricWrapper: the function is null; give one");
    }
  }

  private MeanMetricWrapper(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of a function, such as a lambda or a loss. */
  public MeanMetricWrapper(Loss fn) {
    this(new Arguments(fn));
  }

  @Override
  Tensor checked(Tensor labels, Tensor predictions) {
    return labels; // the function says what fits
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    Tensor scores = arguments().fn.perExample(labels, predictions);
    if (scores == null) {
      throw new IllegalArgumentException(
          name() + ": the function returned null; return a value for each example");
    }
    Shape shape = scores.shape();
    if (!shape.isScalar()
        && (predictions.shape().isScalar()
            || !shape.slice(0, 1).fits(predictions.shape().slice(0, 1)))) {
      throw Refusal.of(
          name(),
          "the function must return a value for each example",
          "values " + shape + " for predictions " + predictions.shape(),
          "reduce all axes but the first, and compare labels and predictions of one shape");
    }
    return scores;
  }
}
