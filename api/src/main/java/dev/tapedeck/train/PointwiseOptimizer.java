package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * An optimizer that updates each element of a variable by itself, by a formula.
 *
 * <p>The formula, weight decay, the clipping of gradients and the moving average are one pass over
 * memory. An example, RMSprop:
 *
 * <pre>{@code
 * protected void update(UpdateFormula f) {
 *   Expr g = f.gradient();
 *   Expr v = f.assign("velocity", f.slot("velocity").times(0.9).plus(g.square().times(0.1)));
 *   f.assign(f.variable().minus(f.rate().times(g).over(v.plus(1e-7).sqrt())));
 * }
 * }</pre>
 */
public abstract class PointwiseOptimizer extends Optimizer {
  /** The rules by the weight decay of the variables, null for none. */
  private final Map<Double, PointwiseRule> rules = new HashMap<>();

  /**
   * Creates an optimizer that keeps its arguments.
   *
   * @param arguments a record whose components are the arguments by name, from which printing,
   *     copying and files come; a constructor takes it alone; null for none
   */
  protected PointwiseOptimizer(LearningRateSchedule learningRate, Record arguments) {
    super(learningRate, arguments);
  }

  /** Assigns the new values of a variable and of its slots; asked once, not for each step. */
  protected abstract void update(UpdateFormula f);

  private PointwiseRule rule(Variable variable) {
    return rules.computeIfAbsent(weightDecay(variable), this::fused);
  }

  private PointwiseRule fused(Double weightDecay) {
    return PointwiseRule.of(
        name(),
        f -> {
          stages().transformGradient(f);
          UpdateStages.decay(f, weightDecay);
          update(f);
          if (averagesWithUpdate()) {
            stages().average(f);
          }
        });
  }

  @Override
  final boolean averagesWithUpdate() {
    return options().useEma() && options().gradientAccumulationSteps() == null;
  }

  @Override
  protected final void build(Variable variable) {
    build(variable, rule(variable));
  }

  @Override
  final void change(Variable variable, Tensor gradient, Tensor clipping) {
    apply(rule(variable), variable, gradient, clipping);
  }

  /** Changes a variable as a step does, but for the clipping to a norm. */
  @Override
  protected final void update(Variable variable, Tensor gradient) {
    change(variable, gradient, null);
  }
}
