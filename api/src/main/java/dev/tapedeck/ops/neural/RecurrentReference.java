package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.RecurrentKernels.Cell;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** What {@link RecurrentSteps} computes, by small ops: for its gradients of second order. */
final class RecurrentReference {
  static final Formula SUM = Formula.of("sum", Expr::plus);
  private static final Pointwise SIGMOID =
      Pointwise.floating(Formula.of("sigmoid", Primitive.SIGMOID));

  private RecurrentReference() {}

  /** Returns no outputs, of the shape of a state. */
  private static Tensor noSteps(Tensor state) {
    return Indexing.narrow(Shaping.expandDims(state, 0), 0, 0, 0);
  }

  /** Returns the outputs of all steps and, where the cell has one, all memories. */
  static List<Tensor> steps(Cell cell, long time, List<Tensor> in, Tensor mask) {
    List<Tensor> states = in.subList(3, in.size());
    List<List<Tensor>> all = new ArrayList<>();
    states.forEach(state -> all.add(new ArrayList<>()));
    for (int t = 0; t < time; t++) {
      Tensor product = states.getFirst().matmul(in.get(1));
      List<Tensor> next = step(cell, in.get(0).get(t), product, in.get(2), states);
      List<Tensor> chosen = new ArrayList<>();
      for (int i = 0; i < next.size(); i++) {
        Tensor valid = mask == null ? null : Shaping.expandDims(mask.get(t), -1);
        chosen.add(mask == null ? next.get(i) : Logic.where(valid, next.get(i), states.get(i)));
        all.get(i).add(chosen.get(i));
      }
      states = chosen;
    }
    return time == 0
        ? states.stream().map(RecurrentReference::noSteps).toList()
        : all.stream().map(steps -> Joining.stack(0, steps.toArray())).toList();
  }

  private static List<Tensor> step(
      Cell cell, Tensor input, Tensor product, Tensor bias, List<Tensor> states) {
    return switch (cell) {
      case SIMPLE -> List.of(Maths.tanh(input.add(product).add(bias)));
      case LSTM -> {
        List<Tensor> gates = Joining.split(input.add(product).add(bias), 4, -1);
        Tensor kept = SIGMOID.of(gates.get(1)).mul(states.getLast());
        Tensor c = kept.add(SIGMOID.of(gates.get(0)).mul(Maths.tanh(gates.get(2))));
        yield List.of(SIGMOID.of(gates.get(3)).mul(Maths.tanh(c)), c);
      }
      case GRU -> {
        List<Tensor> a = Joining.split(input.add(bias.get(0)), 3, -1);
        List<Tensor> b = Joining.split(product.add(bias.get(1)), 3, -1);
        Tensor z = SIGMOID.of(a.get(0).add(b.get(0)));
        Tensor r = SIGMOID.of(a.get(1).add(b.get(1)));
        Tensor g = Maths.tanh(a.get(2).add(r.mul(b.get(2))));
        yield List.of(z.mul(states.getFirst()).add(Maths.sub(1, z).mul(g)));
      }
    };
  }
}
