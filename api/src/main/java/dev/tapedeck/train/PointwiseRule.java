package dev.tapedeck.train;

import dev.tapedeck.ops.FusedUpdate;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.UpdateFormula.Source;
import java.util.List;
import java.util.function.Consumer;

/** An {@link UpdateFormula} that is ready to run: one fused pass over a variable and its slots. */
public final class PointwiseRule {
  private final List<Source.Slot> slots;
  private final List<Source> inputs;
  private final List<Source> written;
  private final FusedUpdate update;

  PointwiseRule(
      String name,
      List<Source.Slot> slots,
      List<Source> inputs,
      List<Source> written,
      List<Expr> values) {
    this.slots = slots;
    this.inputs = List.copyOf(inputs);
    this.written = written;
    update = FusedUpdate.of(name, inputs.size(), _ -> values);
  }

  /**
   * Makes a rule.
   *
   * @param name for messages
   * @param definition assigns the new values of a variable and of its slots
   */
  public static PointwiseRule of(String name, Consumer<UpdateFormula> definition) {
    UpdateFormula formula = new UpdateFormula();
    definition.accept(formula);
    return formula.rule(name);
  }

  /** Creates the slots of a variable. */
  void build(Variable variable, OptimizerSlots all) {
    slots.forEach(slot -> slot(variable, slot, all));
  }

  private static Variable slot(Variable variable, Source.Slot slot, OptimizerSlots all) {
    return all.get(variable, slot.name(), slot.initial());
  }

  /**
   * Changes a variable and its slots.
   *
   * @param clipping factor of the gradient; null if it is not clipped to a norm
   */
  void apply(
      Variable variable,
      Tensor gradient,
      Tensor clipping,
      OptimizerSlots all,
      StepScalars scalars) {
    List<Variable> targets =
        written.stream()
            .map(
                target -> target instanceof Source.Slot slot ? slot(variable, slot, all) : variable)
            .toList();
    Object[] operands =
        inputs.stream()
            .map(
                source ->
                    switch (source) {
                      case Source.Of.VARIABLE -> variable;
                      case Source.Of.GRADIENT -> gradient;
                      case Source.Of.CLIPPING -> clipping;
                      case Source.Slot slot -> slot(variable, slot, all);
                      default -> scalars.get(source, variable.dtype());
                    })
            .toArray();
    update.into(targets, operands);
  }
}
