package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Context;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Identity;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An op whose gradient recomputes the intermediate values of a function, which are not kept
 * (gradient checkpointing).
 */
final class Recomputation implements Differentiable {
  /**
   * The relative difference between both runs that is allowed, since threads may sum in another
   * order.
   */
  private static final double TOLERANCE = 1e-2;

  private static final double TINY = 1e-6;

  private final Gradients.TensorFunction function;

  /** The key of the function's random draws, which are the same in both runs. */
  private final RandomKey key = RandomKey.next();

  private final Context context = Context.current();

  /** The variables that the function reads. */
  private final Set<Variable> variables = new LinkedHashSet<>();

  private Recomputation(Gradients.TensorFunction function) {
    this.function = function;
  }

  static Tensor of(Gradients.TensorFunction function, Tensor... arguments) {
    Recomputation op = new Recomputation(function);
    Tensor value = Dispatch.unrecorded(() -> op.first(arguments));
    Dispatch.record(op, op.inputs(arguments), value);
    return value;
  }

  private Tensor first(Tensor... arguments) {
    Dispatch.Recorder reads =
        (op, inputs, outputs) -> {
          if (op instanceof Operands.ReadVariable read) {
            variables.add(read.variable());
          }
        };
    Dispatch.open(reads);
    try (Scope scope = Dispatch.executingEagerly() ? new Scope() : null) {
      Tensor value = new Identity().applyTo(run(arguments));
      return scope == null ? value : scope.keep(value);
    } finally {
      Dispatch.close(reads);
    }
  }

  private Tensor run(Tensor... arguments) {
    return context.call(() -> RandomKey.withKey(key, () -> function.of(arguments.clone())));
  }

  /** Returns the arguments, then the variables as they are read now. */
  private Tensor[] inputs(Tensor... arguments) {
    List<Tensor> inputs = new ArrayList<>(Arrays.asList(arguments));
    variables.forEach(variable -> inputs.add(Operands.reading(variable)));
    return inputs.toArray(Tensor[]::new);
  }

  @Override
  public String name() {
    return "recompute";
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    int count = call.inputs().length - variables.size();
    for (int i = count; i < call.inputs().length; i++) {
      if (call.input(i) instanceof EagerTensor reading) {
        reading.memory(); // throws if the variable has been assigned to since
      }
    }
    // An outer tape or a graph records this computation too, so it keeps the tensors.
    boolean seen = Dispatch.isRecording() || !Dispatch.executingEagerly();
    try (Scope scope = seen ? null : new Scope()) {
      Tensor[] gradients = again(call, count, upstream[0]);
      for (Tensor gradient : gradients) {
        if (scope != null && gradient != null) {
          scope.keep(gradient);
        }
      }
      return gradients;
    }
  }

  private Tensor[] again(Call call, int count, Tensor upstream) {
    Tensor[] arguments = Arrays.copyOf(call.inputs(), count);
    List<Variable> read = List.copyOf(variables);
    List<Object> sources = new ArrayList<>();
    try (GradientTape tape = new GradientTape().manual()) {
      for (int i = 0; i < call.inputs().length; i++) {
        if (call.needs(i) && i < count) {
          tape.watch(arguments[i]);
          sources.add(arguments[i]);
        } else if (call.needs(i)) {
          tape.watch(read.get(i - count));
          sources.add(read.get(i - count));
        }
      }
      Tensor value = run(arguments);
      requireSame(call.output(), value);
      Iterator<Tensor> found =
          tape.gradient(List.of(value), sources, List.of(upstream), Unconnected.NONE).iterator();
      Tensor[] gradients = new Tensor[call.inputs().length];
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = call.needs(i) ? found.next() : null;
      }
      return gradients;
    }
  }

  /**
   * Checks that both runs returned the same value, without which the gradient is that of another
   * one.
   */
  private static void requireSame(Tensor first, Tensor second) {
    if (!(first instanceof EagerTensor) || !(second instanceof EagerTensor)) {
      return;
    }
    boolean same =
        Dispatch.unrecorded(
            () -> {
              if (!first.spec().equals(second.spec())) {
                return false;
              }
              Tensor size = Maths.maximum(first.abs(), second.abs()).add(TINY);
              Tensor apart = first.sub(second).abs().greater(size.mul(TOLERANCE));
              return Reductions.any(apart).item() == 0;
            });
    if (!same) {
      throw new IllegalStateException(
          "recompute: the function returned another value the second time; it must have no effects, and"
              + " draw random numbers by RandomKey.next(), as layers without a seed of their own do");
    }
  }
}
