package dev.tapedeck.ops;

import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;

/** Pointwise ops of the same inputs, whose results are written into variables. */
public final class AssignPointwise implements Assignment.Write, SerializableOp {
  private final List<Pointwise> ops;
  private final List<Formula> formulas;
  private final List<Variable> written;

  /** Checks that there are as many variables as ops, all different. */
  public AssignPointwise(List<Pointwise> ops, List<Variable> written) {
    this.ops = List.copyOf(ops);
    this.formulas = ops.stream().map(Pointwise::formula).toList();
    this.written = List.copyOf(written);
    if (ops.isEmpty()
        || written.size() != ops.size()
        || written.stream().distinct().count() != ops.size()) {
      throw Refusal.of(
          "assign",
          "needs a variable for each op, and each once",
          ops.size() + " ops and variables " + written.stream().map(Variable::name).toList(),
          "give as many variables as ops, none twice");
    }
  }

  private record Parts(List<Pointwise> ops, List<Variable> written) implements Definition {
    @Override
    public Op toOp() {
      return new AssignPointwise(ops, written);
    }
  }

  /** A single op, as earlier files store it. */
  @SuppressWarnings("UnusedNestedClass") // found by its wire name
  private record Single(Pointwise op, Variable variable) implements Definition {
    @Override
    public Op toOp() {
      return new AssignPointwise(List.of(op), List.of(variable));
    }
  }

  @Override
  public Definition definition() {
    return new Parts(ops, written);
  }

  /** Returns the ops, one for each variable. */
  public List<Pointwise> ops() {
    return ops;
  }

  @Override
  public List<Variable> written() {
    return written;
  }

  @Override
  public String name() {
    return ops.getFirst().name();
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    for (int i = 0; i < ops.size(); i++) {
      if (!written.get(i).spec().equals(written.getFirst().spec())) {
        throw Refusal.of(
            name(),
            "needs variables of one type and shape",
            written.stream().map(Variable::spec).toList(),
            "update those of another in a call of its own");
      }
      requireFits(ops.get(i).inferOutput(inputs), written.get(i), name());
    }
    return new TensorSpec[0];
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    EagerTensor[] operands = inputs.clone();
    EagerTensor[] results = writing(written, operands);
    if (formulas.size() == 1) {
      kernels.pointwise().compute(formulas.getFirst(), results[0], operands);
    } else {
      kernels.pointwise().update(formulas, results, operands);
    }
    return new EagerTensor[0];
  }

  private static void requireFits(TensorSpec result, Variable variable, String who) {
    if (!result.fits(variable.spec())) {
      throw Refusal.of(
          who,
          "variable \"" + variable.name() + "\" is " + variable.spec(),
          "the result " + result,
          Assignment.remedy(result, variable.spec()));
    }
  }

  /**
   * Returns the variables' memory, to be written. Replaces each input that is a variable's current
   * value by that variable's output, and other inputs in the variables' memory by copies.
   */
  private static EagerTensor[] writing(List<Variable> variables, EagerTensor[] inputs) {
    int[] read = new int[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      read[i] = -1;
      for (int v = 0; v < variables.size() && read[i] < 0; v++) {
        if (variables.get(v).isReading(inputs[i])) {
          read[i] = v;
        } else {
          inputs[i] = variables.get(v).independent(inputs[i]);
        }
      }
    }
    EagerTensor[] outputs = new EagerTensor[variables.size()];
    for (int v = 0; v < outputs.length; v++) {
      outputs[v] = variables.get(v).writing();
    }
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = read[i] < 0 ? inputs[i] : outputs[read[i]];
    }
    return outputs;
  }
}
