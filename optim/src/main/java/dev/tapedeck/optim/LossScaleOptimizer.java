package dev.tapedeck.optim;

import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;
import java.util.List;
import java.util.Objects;

/**
 * Optimizer that multiplies the loss by a scale, so that small gradients do not become 0 in
 * float16, and divides the gradients by it again for another optimizer.
 *
 * <p>A step whose gradients are not all finite is left out and halves the scale; after {@code
 * dynamicGrowthSteps} steps without one it doubles. {@code fit} scales the loss by itself; a loop
 * of your own takes the gradients of {@link #scaleLoss}.
 *
 * <p>P. Micikevicius et al., "Mixed Precision Training", ICLR 2018.
 */
public final class LossScaleOptimizer extends Optimizer {
  /**
   * The arguments of a {@link LossScaleOptimizer}.
   *
   * @param innerOptimizer optimizer that takes the steps
   * @param initialScale scale at first, above 0
   * @param dynamicGrowthSteps steps with finite gradients after which the scale doubles
   */
  public record Arguments(Optimizer innerOptimizer, double initialScale, int dynamicGrowthSteps) {
    /** Checks the arguments. */
    public Arguments {
      Objects.requireNonNull(innerOptimizer, "LossScaleOptimizer: the inner optimizer is null");
      if (!(initialScale > 0 && Double.isFinite(initialScale)) || dynamicGrowthSteps < 1) {
        throw Refusal.of(
            "LossScaleOptimizer",
            "needs a scale above 0 and growth steps of 1 or more",
            initialScale + " and " + dynamicGrowthSteps,
            "leave them out for 32768 and 2000");
      }
    }
  }

  private final Optimizer inner;
  private final int dynamicGrowthSteps;
  private final Variable stepCounter = Variable.untrainable(0L, "step_counter");
  private final Variable dynamicScale;

  /** Makes an optimizer with a scale of 32768 at first, which may grow every 2000 steps. */
  public LossScaleOptimizer(Optimizer innerOptimizer) {
    this(innerOptimizer, 32_768, 2_000);
  }

  /**
   * Makes an optimizer.
   *
   * @param initialScale scale at first, above 0
   * @param dynamicGrowthSteps steps with finite gradients after which the scale doubles
   * @throws IllegalArgumentException if a number is not positive
   */
  public LossScaleOptimizer(Optimizer innerOptimizer, double initialScale, int dynamicGrowthSteps) {
    this(new Arguments(innerOptimizer, initialScale, dynamicGrowthSteps));
  }

  private LossScaleOptimizer(Arguments arguments) {
    super(arguments.innerOptimizer, arguments.innerOptimizer.iterations(), arguments);
    inner = arguments.innerOptimizer;
    dynamicGrowthSteps = arguments.dynamicGrowthSteps;
    dynamicScale = Variable.untrainable((float) arguments.initialScale, "dynamic_scale");
  }

  /** Returns the present scale of the loss. */
  public Variable dynamicScale() {
    return dynamicScale;
  }

  @Override
  public void finalizeVariableValues(List<Variable> variables) {
    inner.finalizeVariableValues(variables);
  }

  @Override
  public void build(List<Variable> variables) {
    super.build(variables);
    inner.build(variables);
  }

  @Override
  public void swapAverages(List<Variable> variables, boolean averages) {
    inner.swapAverages(variables, averages);
  }

  @Override
  public Tensor scaleLoss(Tensor loss) {
    return loss.mul(Casting.cast(dynamicScale, loss.dtype()));
  }

  @Override
  protected void update(Variable variable, Tensor gradient) {
    throw new UnsupportedOperationException("the inner optimizer updates variables");
  }

  @Override
  protected boolean takes(String option) {
    return false;
  }

  /** Has the inner optimizer take a step, if all gradients are finite. */
  @Override
  protected void step(List<Tensor> gradients, List<Variable> variables) {
    build(variables);
    Tensor scale = dynamicScale.value();
    Tensor finite =
        gradients.stream()
            .map(gradient -> Reductions.all(Logic.isFinite(gradient)))
            .reduce(Logic::logicalAnd)
            .orElseGet(() -> Tensor.of(true));
    Tensor _ =
        ControlFlow.cond(
            finite,
            () -> {
              inner.applyGradients(
                  gradients.stream().map(g -> g.div(Casting.cast(scale, g.dtype()))).toList(),
                  variables);
              return finite;
            },
            () -> finite);
    adapt(finite, scale);
  }

  private void adapt(Tensor finite, Tensor scale) {
    Tensor count = stepCounter.value();
    Tensor grows = Logic.logicalAnd(finite, count.equal(dynamicGrowthSteps - 1L));
    dynamicScale.assign(
        Logic.where(finite, Logic.where(grows, scale.mul(2), scale), scale.mul(0.5)));
    Tensor next = Logic.where(grows, count.mul(0), count.add(1));
    stepCounter.assign(Logic.where(finite, next, count.mul(0)));
  }
}
