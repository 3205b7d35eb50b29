package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Identity;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

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
      Tensor[] arguments = tensors(Arrays.asList(x));
      try (GradientTape tape = new GradientTape().manual()) {
        tape.watch(arguments);
        Tensor value = f.of(arguments);
        return new ValueAndGradients(value, tape.gradient(value, List.of(arguments)));
      }
    };
  }

  /** A value, and how it changes along a direction. */
  public record ValueAndTangent(Tensor value, Tensor tangent) {}

  /**
   * Returns a function's value and its derivative along tangents, {@code sum_i df/dx_i tangent_i}:
   * the product of its Jacobian and a vector, in one pass, whatever the size of the value.
   *
   * <p>It is the gradient, for {@code u}, of the gradient that {@code u} as output gradient has:
   * linear in {@code u}, so that its own derivative is the Jacobian transposed twice.
   *
   * @throws IllegalArgumentException if a tangent's type or shape is not its argument's
   */
  public static ValueAndTangent jvp(TensorFunction f, List<?> x, List<?> tangents) {
    Tensor[] arguments = tensors(x);
    Tensor[] directions = directions("jvp", arguments, tangents);
    try (GradientTape outer = new GradientTape().manual();
        GradientTape inner = new GradientTape().manual()) {
      inner.watch(arguments);
      Tensor value = f.of(arguments);
      Tensor u = Tensor.zeros(value.dtype(), value.shape().toArray());
      outer.watch(u);
      List<Tensor> pulled =
          inner.gradient(List.of(value), List.of(arguments), List.of(u), Unconnected.NONE);
      return new ValueAndTangent(value, along(outer, pulled, List.of(u), directions).getFirst());
    }
  }

  /**
   * Returns the product of the Hessian of a function, summed over its elements, and vectors: one
   * for each argument, in the time of a few gradients.
   *
   * @throws IllegalArgumentException if a vector's type or shape is not its argument's
   */
  public static List<Tensor> hessianVectorProduct(TensorFunction f, List<?> x, List<?> vectors) {
    Tensor[] arguments = tensors(x);
    Tensor[] directions = directions("hessianVectorProduct", arguments, vectors);
    try (GradientTape outer = new GradientTape().manual();
        GradientTape inner = new GradientTape().manual()) {
      outer.watch(arguments);
      inner.watch(arguments);
      List<Tensor> gradients = inner.gradient(f.of(arguments), List.of(arguments));
      return along(outer, gradients, List.of(arguments), directions);
    }
  }

  /** Differentiates those targets that there are, each times its direction. */
  private static List<Tensor> along(
      GradientTape tape, List<Tensor> targets, List<Tensor> sources, Tensor... directions) {
    int[] present =
        IntStream.range(0, targets.size()).filter(i -> targets.get(i) != null).toArray();
    return tape.gradient(
        Arrays.stream(present).mapToObj(targets::get).toList(),
        sources,
        Arrays.stream(present).mapToObj(i -> directions[i]).toList(),
        Unconnected.ZERO);
  }

  /** Returns arguments as tensors of their own: the same one may come twice. */
  private static Tensor[] tensors(List<?> values) {
    return values.stream()
        .map(value -> new Identity().applyTo(Operands.tensor(value)))
        .toArray(Tensor[]::new);
  }

  private static Tensor[] directions(String who, Tensor[] arguments, List<?> values) {
    Tensor[] directions = tensors(values);
    if (arguments.length != directions.length) {
      throw new IllegalArgumentException(
          who
              + ": needs a vector of the type and shape of each argument, "
              + Arrays.stream(arguments).map(Tensor::spec).toList()
              + ", received "
              + Arrays.stream(directions).map(Tensor::spec).toList());
    }
    for (int i = 0; i < directions.length; i++) {
      directions[i] =
          CheckSizes.check(who, "the vector for argument " + i, directions[i], arguments[i]);
    }
    return directions;
  }

  /**
   * Applies a function without keeping its intermediate values for the gradient, which computes
   * them again: memory for time (Chen et al., "Training Deep Nets with Sublinear Memory Cost",
   * 2016). Gradients flow to the arguments and to the variables that the function reads.
   *
   * <p>The function runs twice, so it must have no effects, such as moving averages. Random draws
   * in it are the same both times if they take their keys from {@link RandomKey#next}, as a layer
   * without a seed of its own does; so is whether a layer is in training.
   *
   * @throws IllegalStateException when the gradient is asked for, if a variable that it reads has
   *     been assigned to since, or it gives another value than the first time
   */
  public static Tensor recompute(TensorFunction f, Object... x) {
    Tensor[] arguments = tensors(Arrays.asList(x));
    Dispatch.Stager stager = Dispatch.stager();
    return stager == null
        ? Recomputation.of(f, arguments)
        : stager.recompute("recompute", a -> f.of(a.clone()), arguments);
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
   * @throws IllegalStateException if the function reads a trainable variable that is no argument
   * @throws IllegalArgumentException when the gradient is asked for and gives another number of
   *     them than there are arguments
   */
  public static Tensor customGradient(Function<Tensor[], Custom> f, Object... x) {
    Tensor[] arguments = tensors(Arrays.asList(x));
    CustomGradient op = new CustomGradient();
    Dispatch.Stager stager = Dispatch.stager();
    if (stager != null) {
      return stager.customGradient(
          op.name(), a -> op.first(f, a), g -> op.gradients(g, arguments), arguments);
    }
    Tensor value = op.first(f, arguments);
    // What the function is made of stays recorded, for gradients of the gradient; the value that is
    // handed out is another tensor, which only this op leads to.
    Tensor result = Dispatch.unrecorded(() -> new Identity().applyTo(value));
    Dispatch.record(op, arguments, result);
    return result;
  }

  /** Returns a tensor's value, through which no gradient passes. */
  public static Tensor stopGradient(Object x) {
    return new Identity("stopGradient", false).applyTo(Operands.tensor(x));
  }

  /** A function with a gradient of its own, as tapes record it; it is computed as its ops. */
  private static final class CustomGradient implements Differentiable {
    private Function<Tensor, List<Tensor>> gradient;

    Tensor first(Function<Tensor[], Custom> f, Tensor... arguments) {
      Dispatch.Recorder reads = (op, inputs, outputs) -> requireNoTrainable(op);
      Dispatch.open(reads);
      try {
        Custom custom = f.apply(arguments.clone());
        gradient = custom.gradient();
        return custom.value();
      } finally {
        Dispatch.close(reads);
      }
    }

    /** Its gradient would be lost without a word. */
    private static void requireNoTrainable(Differentiable op) {
      if (op instanceof Operands.ReadVariable read && read.variable().trainable()) {
        throw new IllegalStateException(
            "customGradient: the function reads variable \""
                + read.variable().name()
                + "\", whose gradient it does not give; pass the variable as an argument");
      }
    }

    @Override
    public String name() {
      return "customGradient";
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      // What the user's function sees, and makes, it may keep.
      try (Scope none = Scope.none()) {
        if (upstream[0] instanceof EagerTensor eager) {
          eager.share();
        }
        return gradients(upstream[0], call.inputs()).toArray(Tensor[]::new);
      }
    }

    /** Returns the arguments' gradients of the value's, with a null where there is none. */
    private List<Tensor> gradients(Tensor upstream, Tensor... arguments) {
      List<Tensor> gradients = gradient.apply(upstream);
      if (gradients == null || gradients.size() != arguments.length) {
        throw new IllegalArgumentException(
            "customGradient: the gradient function returned "
                + (gradients == null ? "null" : gradients.size() + " gradients")
                + " for "
                + arguments.length
                + " arguments; return one for each, or null");
      }
      List<Tensor> checked = new ArrayList<>();
      for (int i = 0; i < arguments.length; i++) {
        Tensor each = gradients.get(i);
        checked.add(
            each == null
                ? null
                : CheckSizes.check(
                    "customGradient", "the gradient of argument " + i, each, arguments[i]));
      }
      return checked;
    }
  }
}
