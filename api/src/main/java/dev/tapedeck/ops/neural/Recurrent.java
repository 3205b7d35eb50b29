package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.kernels.RecurrentKernels.Cell;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Recurrent layers over all steps of sequences {@code [time, n, features]}, time first: each has
 * one gradient, not one for each step.
 *
 * <p>With {@code units} the size of the state and the numbers of gates below, the kernel is {@code
 * [features, gates * units]}, the state's kernel {@code [units, gates * units]} and the bias {@code
 * [gates * units]}, or null for none. Where a mask, bools {@code [time, n]} or null for none, is
 * false, the states stay as they are. Types must be equal; 16-bit ones are computed in float32.
 *
 * <p>Gradients of gradients compute all steps anew, by smaller ops.
 */
public final class Recurrent {
  private Recurrent() {}

  /**
   * Outputs and memories of an LSTM after each step.
   *
   * @param outputs outputs {@code [time, n, units]}
   * @param memories memories, likewise
   */
  public record Lstm(Tensor outputs, Tensor memories) {}

  /**
   * Returns the outputs {@code h = tanh(x @ kernel + h @ recurrentKernel + bias)} of all steps; one
   * gate.
   *
   * @param h the output before the first step {@code [n, units]}
   */
  public static Tensor simpleRnn(
      Object x, Object h, Object kernel, Object recurrentKernel, Object bias, Object mask) {
    return steps(Cell.SIMPLE, x, Arrays.asList(h), kernel, recurrentKernel, bias, mask).getFirst();
  }

  /**
   * Returns the outputs and memories of all steps of a long short-term memory, {@code c =
   * sigmoid(f) * c + sigmoid(i) * tanh(g)} and {@code h = sigmoid(o) * tanh(c)}, where {@code i, f,
   * g, o} are {@code x @ kernel + h @ recurrentKernel + bias}; four gates.
   *
   * @param h the output before the first step {@code [n, units]}
   * @param c the memory before the first step {@code [n, units]}
   */
  public static Lstm lstm(
      Object x,
      Object h,
      Object c,
      Object kernel,
      Object recurrentKernel,
      Object bias,
      Object mask) {
    List<Tensor> made =
        steps(Cell.LSTM, x, Arrays.asList(h, c), kernel, recurrentKernel, bias, mask);
    return new Lstm(made.get(0), made.get(1));
  }

  /**
   * Returns the outputs of all steps of gated recurrent units, {@code h = sigmoid(z) * h + (1 -
   * sigmoid(z)) * tanh(g + sigmoid(r) * q)}, where {@code z, r, g} are those of the input, {@code
   * x @ kernel + bias[0]}, and, for z and r, of the state, {@code h @ recurrentKernel + bias[1]},
   * whose third part is q; three gates.
   *
   * @param h the output before the first step {@code [n, units]}
   * @param bias {@code [2, 3 * units]}; null for none
   */
  public static Tensor gru(
      Object x, Object h, Object kernel, Object recurrentKernel, Object bias, Object mask) {
    return steps(Cell.GRU, x, Arrays.asList(h), kernel, recurrentKernel, bias, mask).getFirst();
  }

  private static List<Tensor> steps(
      Cell cell,
      Object x,
      List<?> states,
      Object kernel,
      Object recurrentKernel,
      Object bias,
      Object mask) {
    RecurrentSteps op = new RecurrentSteps(cell, mask != null);
    Tensor sequence = Operands.tensor(x);
    Checks.rank(op.name(), "sequences [time, n, features]", 3, sequence.spec());
    DType dtype = sequence.dtype();
    Checks.sameFloating(op.name(), sequence.spec());
    DType wide = dtype.bytes() == 2 ? DType.FLOAT32 : dtype;
    Tensor weights = Operands.tensor(recurrentKernel);
    Checks.rank(op.name(), "the state's kernel [units, gates * units]", 2, weights.spec());
    List<Tensor> inputs = new ArrayList<>();
    inputs.add(product(Casting.cast(sequence, wide), widened(kernel, dtype, wide)));
    inputs.add(widened(weights, dtype, wide));
    inputs.add(bias == null ? noBias(cell, wide, weights) : widened(bias, dtype, wide));
    states.forEach(state -> inputs.add(widened(state, dtype, wide)));
    if (mask != null) {
      inputs.add(Operands.tensor(mask));
    }
    Tensor[] made = op.apply(inputs.toArray(Tensor[]::new));
    return List.of(made).stream().map(output -> Casting.cast(output, dtype)).toList();
  }

  /** Returns a tensor in the wider type, if it has the type of the input; else an op refuses it. */
  private static Tensor widened(Object x, DType dtype, DType wide) {
    Tensor tensor = Operands.tensor(x);
    return tensor.dtype() == dtype ? Casting.cast(tensor, wide) : tensor;
  }

  private static Tensor noBias(Cell cell, DType dtype, Tensor recurrentKernel) {
    // Also where the number of units is unknown.
    Tensor row = Reductions.sum(Creation.zerosLike(Casting.cast(recurrentKernel, dtype)), 0);
    return cell == Cell.GRU ? Joining.stack(0, row, row) : row;
  }

  /** Returns the product of all steps at once. */
  private static Tensor product(Tensor x, Tensor kernel) {
    Shape shape = x.shape();
    boolean open = shape.size(0) == Shape.UNKNOWN && shape.size(1) == Shape.UNKNOWN;
    return open || shape.size(2) == Shape.UNKNOWN
        ? x.matmul(kernel)
        : x.reshape(-1, shape.size(2))
            .matmul(kernel)
            .reshape(shape.size(0), shape.size(1), kernel.shape().size(-1));
  }
}
