package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
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
  public LossScaleOptimizer(Optimizer inner) {
    this(inner, 32_768, 2_000);
  }

  /**
   * Makes an optimizer.
   *
   * @param initialScale scale at first, above 0
   * @param dynamicGrowthSteps steps with finite gradients after which the scale doubles
   * @throws IllegalArgumentException if a number is not positive
   */
  public LossScaleOptimizer(Optimizer inner, double initialScale, int dynamicGrowthSteps) {
    this(new Arguments(inner, initialScale, dynamicGrowthSteps));
  }

  private LossScaleOptimizer(Arguments arguments) {
    super(arguments.innerOptimizer, arguments);
    inner = arguments.innerOptimizer;
    dynamicGrowthSteps = arguments.dynamicGrowthSteps;
    dynamicScale = Variable.untrainable((float) arguments.initialScale, "dynamic_scale");
  }

  /** Returns the present scale of the loss. */
  public Variable dynamicScale() {
    return dynamicScale;
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
  Variable step(List<Tensor> gradients, List<Variable> variables) {
    Tensor finite =
        gradients.stream()
            .map(gradient -> Reductions.all(Logic.isFinite(gradient)))
            .reduce(Logic::logicalAnd)
            .orElseGet(() -> Tensor.of(true));
    variables.forEach(inner::build);
    List<Variable> state = state(variables);
    List<Tensor> before = state.stream().map(Variable::value).toList();
    Tensor scale = dynamicScale.value();
    inner.step(
        gradients.stream().map(g -> g.div(Casting.cast(scale, g.dtype()))).toList(), variables);
    for (int i = 0; i < before.size(); i++) {
      Variable changed = state.get(i);
      changed.assign(Logic.where(finite, changed.value(), before.get(i)));
    }
    adapt(finite, scale);
    return inner.iterations();
  }

  /** Returns the variables that a step of the inner optimizer changes. */
  private List<Variable> state(List<Variable> variables) {
    List<Variable> state = new ArrayList<>(variables);
    state.add(inner.iterations());
    variables.forEach(
        variable -> {
          if (inner.slots().containsKey(variable)) {
            state.addAll(inner.slots().get(variable).values());
          }
        });
    return state;
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
