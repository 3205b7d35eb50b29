package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Kernels;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A function whose intermediate values are not kept, but computed again for its gradient. */
final class Recomputation implements Op {
  private final Gradients.TensorFunction function;

  /** Deals the function's random draws, the same ones each time. */
  private final RandomKey key = RandomKey.next();

  /** What the function reads besides its arguments. */
  private final Set<Variable> variables = new LinkedHashSet<>();

  private Recomputation(Gradients.TensorFunction function) {
    this.function = function;
  }

  static Tensor of(Gradients.TensorFunction function, Tensor... arguments) {
    Recomputation op = new Recomputation(function);
    return Dispatch.asOne(op, () -> op.first(arguments), () -> op.inputs(arguments))[0];
  }

  private Tensor[] first(Tensor... arguments) {
    Dispatch.Recorder reads =
        (op, inputs, outputs) -> {
          if (op instanceof Operands.Read read) {
            variables.add(read.variable());
          }
        };
    Dispatch.open(reads);
    try {
      return new Tensor[] {RandomKey.dealtFrom(key, () -> function.of(arguments))};
    } finally {
      Dispatch.close(reads);
    }
  }

  /** Returns the arguments, then the variables as they are read now. */
  private Tensor[] inputs(Tensor... arguments) {
    List<Tensor> inputs = new ArrayList<>(Arrays.asList(arguments));
    variables.forEach(variable -> inputs.add(Operands.tensor(variable)));
    return inputs.toArray(Tensor[]::new);
  }

  @Override
  public String name() {
    return "recompute";
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    throw new AssertionError("computed as the ops it is made of");
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    throw new AssertionError("computed as the ops it is made of");
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    int count = call.inputs().length - variables.size();
    for (int i = count; i < call.inputs().length; i++) {
      if (call.input(i) instanceof EagerTensor reading) {
        reading.memory(); // throws if the variable has been assigned to since
      }
    }
    Tensor[] arguments = Arrays.copyOf(call.inputs(), count);
    List<Tensor> asked =
        IntStream.range(0, count).filter(call::needs).mapToObj(call::input).toList();
    List<Variable> floating = variables.stream().filter(v -> v.dtype().isFloating()).toList();
    try (GradientTape tape = new GradientTape().manual()) {
      tape.watch(asked.toArray(Tensor[]::new));
      tape.watch(floating.toArray(Variable[]::new));
      List<Object> sources = new ArrayList<>(asked);
      sources.addAll(floating);
      Tensor value = RandomKey.dealtFrom(key, () -> function.of(arguments));
      List<Tensor> found =
          tape.gradient(List.of(value), sources, List.of(upstream[0]), Unconnected.NONE);
      Tensor[] gradients = new Tensor[call.inputs().length];
      Iterator<Tensor> next = found.iterator();
      for (int i = 0; i < gradients.length; i++) {
        boolean wanted = i < count ? call.needs(i) : call.input(i).dtype().isFloating();
        gradients[i] = wanted ? next.next() : null;
      }
      return gradients;
    }
  }
}
