package dev.tapedeck.train;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What all optimizers may do before and after their own formula: divide gradients by the scale of
 * the loss, clip them, decay weights, and average variables.
 */
final class UpdateStages {
  /** The slot of a variable's moving average. */
  static final String AVERAGE = "average";

  private final OptimizerOptions options;
  private final PointwiseRule average;
  private final Pointwise gradient;
  private final Map<Double, PointwiseRule> decays = new HashMap<>();

  UpdateStages(OptimizerOptions options) {
    this.options = options;
    average = PointwiseRule.of("average", this::average);
    UpdateFormula formula = new UpdateFormula();
    transformGradient(formula);
    gradient = formula.ofGradient();
  }

  /** Returns the rule that updates the average alone. */
  PointwiseRule average() {
    return average;
  }

  /** Returns the rule that decays weights alone. */
  PointwiseRule decay(double fraction) {
    return decays.computeIfAbsent(fraction, d -> PointwiseRule.of("decay", f -> decay(f, d)));
  }

  /** Returns the unscaled and clipped gradient. */
  Tensor transformed(Tensor given, Tensor clipping) {
    return clipping == null ? gradient.of(given) : gradient.of(given, clipping);
  }

  /** Replaces the gradient by the unscaled and clipped one. */
  void transformGradient(UpdateFormula f) {
    Expr g = f.gradient();
    if (options.lossScaleFactor() != null) {
      g = g.over(options.lossScaleFactor());
    }
    if (options.clipvalue() != null) {
      g = g.max(-options.clipvalue()).min(options.clipvalue());
    }
    if (clipsNorms()) {
      g = g.times(f.clipping());
    }
    f.gradient(g);
  }

  private boolean clipsNorms() {
    return options.clipnorm() != null || options.globalClipnorm() != null;
  }

  /** Takes {@code decay * rate * w} from each weight; does nothing where the decay is null. */
  static void decay(UpdateFormula f, Double decay) {
    if (decay != null) {
      f.assign(f.variable().minus(f.variable().times(f.rate().times(decay))));
    }
  }

  /** Updates the average; where it is due, sets the variable to it. */
  void average(UpdateFormula f) {
    Expr momentum = f.step().eq(1).select(Expr.of(0), Expr.of(options.emaMomentum()));
    Expr former = f.slot(AVERAGE, Variable::value).times(momentum);
    Expr average = f.assign(AVERAGE, former.plus(f.variable().times(Expr.of(1).minus(momentum))));
    Integer every = options.emaOverwriteFrequency();
    if (every != null) {
      Expr due = Expr.apply(Primitive.FLOOR_MOD, f.step(), Expr.of(every)).eq(0);
      f.assign(due.select(average, f.variable()));
    }
  }

  /**
   * Returns the factors that clip gradients to a norm, each of its gradient's type; nulls if none
   * are.
   */
  List<Tensor> clipping(List<Tensor> gradients) {
    if (!clipsNorms()) {
      return Collections.nCopies(gradients.size(), null);
    }
    Tensor all =
        options.globalClipnorm() == null
            ? null
            : gradients.stream().map(this::squaredNorm).reduce(Tensor::add).orElseThrow();
    return gradients.stream()
        .map(
            g ->
                all == null
                    ? factor(squaredNorm(g), options.clipnorm(), g.dtype())
                    : factor(all, options.globalClipnorm(), g.dtype()))
        .toList();
  }

  /** Returns the squared norm of the unscaled gradient: float64, a scalar. */
  private Tensor squaredNorm(Tensor gradient) {
    Tensor square = Casting.cast(Reductions.sum(Maths.square(gradient)), DType.FLOAT64);
    Double scale = options.lossScaleFactor();
    return scale == null ? square : square.div(scale * scale);
  }

  /** Returns {@code most / max(norm, most)}; NaN for a norm that is not finite. */
  private static Tensor factor(Tensor square, double most, DType dtype) {
    Tensor norm = Maths.sqrt(square);
    Tensor factor = Maths.reciprocal(Maths.maximum(norm, most)).mul(most);
    return Casting.cast(factor.add(norm.sub(norm)), dtype);
  }
}
