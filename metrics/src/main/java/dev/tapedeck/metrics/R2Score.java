package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The coefficient of determination, the share of the variance of the labels that predictions
 * explain: {@code 1 - sum((label - prediction)^2) / sum((label - mean(label))^2)}, of each output.
 *
 * <p>Labels have the shape of the predictions, {@code [n, outputs]}. Of labels that are all equal
 * it is 1 if all predictions are right, else 0, as in scikit-learn; Keras returns NaN for the
 * former. With {@code numRegressors} p it is adjusted: {@code 1 - (1 - R2)(n - 1) / (n - p - 1)}
 * for n examples; with no more than p + 1 examples it is not. Keras counts n once for each output.
 */
public final class R2Score extends LabelMetric<R2Score.Arguments, R2Score> {
  /** Share of the sum of squares below which a variance is only an error of rounding. */
  private static final double ROUNDING = 1e-13;

  /** Aggregation of the scores of outputs. */
  public enum ClassAggregation {
    /** Their mean. */
    UNIFORM_AVERAGE,
    /** Their mean, weighted by the variance of the labels. */
    VARIANCE_WEIGHTED_AVERAGE
  }

  /**
   * The arguments of an {@link R2Score}.
   *
   * @param classAggregation aggregation of the scores of outputs; null for none
   * @param numRegressors number of independent regressors that the score is adjusted for; 0 for
   *     none
   */
  public record Arguments(ClassAggregation classAggregation, int numRegressors) {
    /** Checks the arguments. */
    public Arguments {
      if (numRegressors < 0) {
        throw Refusal.of(
            "R2Score", "numRegressors must be 0 or more", numRegressors, "use 0 for none");
      }
    }
  }

  private Variable samples;
  private Variable squaredSum;
  private Variable sum;
  private Variable residual;
  private Variable count;

  private R2Score(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of the mean over outputs. */
  public R2Score() {
    this(new Arguments(ClassAggregation.UNIFORM_AVERAGE, 0));
  }

  /** Sets the aggregation of the scores of outputs; null for none, where there is one for each. */
  public R2Score classAggregation(ClassAggregation given) {
    return with("classAggregation", given);
  }

  /** Sets the number of independent regressors that the score is adjusted for; by default none. */
  public R2Score numRegressors(int given) {
    return with("numRegressors", given);
  }

  @Override
  boolean hasStateByOutput() {
    return true;
  }

  @Override
  void build(long outputs) {
    samples = addVariable("num_samples");
    squaredSum = addVariable("squared_sum", outputs);
    sum = addVariable("sum", outputs);
    residual = addVariable("residual", outputs);
    count = addVariable("count", outputs);
  }

  @Override
  Tensor checked(Tensor labels, Tensor predictions) {
    Vectors.check("R2Score", "outputs", predictions.shape());
    return super.checked(labels, predictions);
  }

  @Override
  void add(Tensor labels, Tensor predictions, Tensor weights) {
    Tensor y = Casting.cast(labels, DType.FLOAT64);
    Tensor errors = Maths.squaredDifference(y, Casting.cast(predictions, DType.FLOAT64));
    Tensor ones = Creation.onesLike(y);
    Tensor each =
        weights == null
            ? ones
            : ones.mul(Reduction.expand(Casting.cast(weights, DType.FLOAT64), y.shape()));
    Tensor weighted = y.mul(each);
    sum.assignAdd(weighted.sum(0));
    squaredSum.assignAdd(y.mul(weighted).sum(0));
    residual.assignAdd(errors.mul(each).sum(0));
    count.assignAdd(each.sum(0));
    samples.assignAdd(ones.sum().div((double) y.shape().size(1)));
  }

  @Override
  Tensor value() {
    Tensor mean = Maths.divNoNan(sum, count);
    Tensor total = squaredSum.sub(sum.mul(mean));
    Tensor exact = Casting.cast(residual.equal(0), DType.FLOAT64);
    Tensor defined = total.greater(squaredSum.mul(ROUNDING));
    Tensor score = Maths.divNoNan(residual, total).neg().add(1);
    Tensor scores = Logic.where(count.equal(0), 0, Logic.where(defined, score, exact));
    return adjusted(aggregated(scores, Logic.where(defined, total, 0)));
  }

  private Tensor aggregated(Tensor scores, Tensor total) {
    return switch (arguments().classAggregation) {
      case null -> scores;
      case UNIFORM_AVERAGE -> scores.mean();
      case VARIANCE_WEIGHTED_AVERAGE -> {
        Tensor all = total.sum();
        Tensor weighted = Maths.divNoNan(scores.mul(total).sum(), all);
        yield Logic.where(all.equal(0), scores.mean(), weighted);
      }
    };
  }

  private Tensor adjusted(Tensor score) {
    int regressors = arguments().numRegressors;
    if (regressors == 0) {
      return score;
    }
    Tensor free = samples.sub(regressors + 1);
    Tensor change = Maths.divNoNan(samples.sub(1), free);
    return Logic.where(free.greater(0), score.neg().add(1).mul(change).neg().add(1), score);
  }
}
