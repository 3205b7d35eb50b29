package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Kernels;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Gradients as functions, functions with gradients of one's own, and values without gradient. */
public final class Gradients {
  private Gradients() {}

  /** A function of tensors to a tensor. */
  @FunctionalInterface
  public interface TensorFunction {
    /** Returns the value for arguments. */
    Tensor of(Tensor... x);
  }

  /** A value and its gradients. */
  public record ValueAndGradients(Tensor value, List<Tensor> gradients) {}

  /** A value, and how a gradient of it becomes gradients of the arguments, written with ops. */
  public record Custom(Tensor value, Function<Tensor, List<Tensor>> gradient) {}

  /**
   * Returns the function that computes a function's gradients, one for each argument: an entry is
   * null where the value does not depend on it. It can be differentiated again.
   */
  public static Function<Object[], List<Tensor>> gradientsFunction(TensorFunction f) {
    Function<Object[], ValueAndGradients> both = valueAndGradientsFunction(f);
    return x -> both.apply(x).gradients();
  }

  /** Returns the function that computes a function's value and its gradients. */
  public static Function<Object[], ValueAndGradients> valueAndGradientsFunction(TensorFunction f) {
    return x -> {
      Tensor[] arguments = Arrays.stream(x).map(Operands::tensor).toArray(Tensor[]::new);
      try (GradientTape tape = new GradientTape()) {
        tape.watch(arguments);
        Tensor value = f.of(arguments);
        return new ValueAndGradients(value, tape.gradient(value, List.of(arguments)));
      }
    };
  }

  /**
   * Applies a function whose gradient is given, in place of the one of the ops it is made of: where
   * that one overflows, or is not the one that is wanted.
   *
   * <pre>{@code
   * Tensor y = customGradient(
   *     x -> {
   *       Tensor e = exp(x[0]);
   *       return new Custom(log(e.add(1)), g -> List.of(g.mul(e.add(1).pow(-1).neg().add(1))));
   *     }, x);
   * }</pre>
   *
   * @throws IllegalArgumentException when the gradient is asked for and gives another number of
   *     them than there are arguments
   */
  public static Tensor customGradient(Function<Tensor[], Custom> f, Object... x) {
    Tensor[] arguments = Arrays.stream(x).map(Operands::tensor).toArray(Tensor[]::new);
    CustomOp op = new CustomOp();
    return Dispatch.asOne(
        op,
        () -> {
          Custom custom = f.apply(arguments);
          op.gradient = custom.gradient();
          return new Tensor[] {custom.value()};
        },
        arguments)[0];
  }

  /** Returns a tensor's value, through which no gradient passes. */
  public static Tensor stopGradient(Object x) {
    return new StopGradient().on(Operands.tensor(x));
  }

  /**
   * What tapes know of a function with its own gradient; it is computed as the ops it is made of.
   */
  private static final class CustomOp implements Op {
    private Function<Tensor, List<Tensor>> gradient;

    @Override
    public String name() {
      return "customGradient";
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
      List<Tensor> gradients = gradient.apply(upstream[0]);
      if (gradients.size() != call.inputs().length) {
        throw new IllegalArgumentException(
            "customGradient: the gradient function returned "
                + gradients.size()
                + " gradients for "
                + call.inputs().length
                + " arguments; return one for each, or null");
      }
      return gradients.toArray(Tensor[]::new);
    }
  }

  private record StopGradient() implements SimpleOp {
    @Override
    public String name() {
      return "stopGradient";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return inputs[0];
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor x = inputs[0];
      return new EagerTensor[] {x.view(x.shape(), x.strides(), x.offset())};
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      throw new AssertionError("nothing is computed");
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }
}
