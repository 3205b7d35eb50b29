package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Identity;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Functions that differentiate other functions or change their gradients: gradients, Jacobian- and
 * Hessian-vector products, custom gradients, recomputation, stopped gradients.
 */
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

  /**
   * The result of a function with a custom gradient.
   *
   * @param gradient function of ops from the value's gradient to the arguments' gradients
   */
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

  /** A value and its derivative along a direction, the tangent. */
  public record ValueAndTangent(Tensor value, Tensor tangent) {}

  /**
   * Returns a function's value and its derivative along tangents, {@code sum_i df/dx_i tangent_i}:
   * the product of its Jacobian and a vector, in one pass, whatever the size of the value.
   *
   * <p>It takes two backward passes: {@code g(u) = J^T u}, the gradient for an output gradient
   * {@code u}, is linear in {@code u}, so the gradient of {@code sum(g(u) tangent)} for {@code u}
   * is {@code J tangent}.
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

  /**
   * Returns the gradients of the sum of the targets that are not null, each times its direction.
   */
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

  /** Returns arguments as distinct tensors, since the same one may be passed twice. */
  private static Tensor[] tensors(List<?> values) {
    return values.stream()
        .map(value -> new Identity().applyTo(Operands.tensor(value)))
        .toArray(Tensor[]::new);
  }

  private static Tensor[] directions(String who, Tensor[] arguments, List<?> values) {
    Tensor[] directions = tensors(values);
    if (arguments.length != directions.length) {
      throw Refusal.of(
          who,
          "needs a vector of the type and shape of each argument, "
              + Arrays.stream(arguments).map(Tensor::spec).toList(),
          Arrays.stream(directions).map(Tensor::spec).toList(),
          "pass one for each argument");
    }
    for (int i = 0; i < directions.length; i++) {
      directions[i] =
          CheckSizes.check(who, "the vector for argument " + i, directions[i], arguments[i]);
    }
    return directions;
  }

  /**
   * Applies a function without keeping its intermediate values for the gradient, which recomputes
   * them; this trades time for memory (Chen et al., "Training Deep Nets with Sublinear Memory
   * Cost", 2016). Gradients flow to the arguments and to the variables that the function reads.
   *
   * <p>The function runs twice, so it must have no effects, such as moving averages. Random draws
   * in it are the same both times if they take their keys from {@link RandomKey#next}, as a layer
   * without a seed of its own does; so is whether a layer is in training.
   *
   * @throws IllegalStateException when the gradient is computed, if a variable that the function
   *     reads has been assigned to since, or the function returns another value than the first time
   */
  public static Tensor recompute(TensorFunction f, Object... x) {
    Tensor[] arguments = tensors(Arrays.asList(x));
    Dispatch.Stager stager = Dispatch.stager();
    return stager == null
        ? Recomputation.of(f, arguments)
        : stager.recompute("recompute", a -> f.of(a.clone()), arguments);
  }

  /**
   * Applies a function with a custom gradient, which replaces the gradient of its ops, such as one
   * that overflows.
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
   * @throws IllegalArgumentException when the gradient is computed, if the function does not return
   *     one gradient for each argument
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
    // The function's ops stay recorded, for higher derivatives. The result is another tensor than
    // their value, so that its gradient goes to this op alone.
    Tensor result = Dispatch.unrecorded(() -> new Identity().applyTo(value));
    Dispatch.record(op, arguments, result);
    return result;
  }

  /** Returns the value as a constant for tapes: no gradient passes through it. */
  public static Tensor stopGradient(Object x) {
    return new Identity("stopGradient", false).applyTo(Operands.tensor(x));
  }

  /** A function with a custom gradient, as tapes record it; its own ops compute its value. */
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

    /** Refuses reading a trainable variable, whose gradient would silently be missing. */
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
      // The user's function may keep the tensors that it receives or makes.
      try (Scope none = Scope.none()) {
        if (upstream[0] instanceof EagerTensor eager) {
          eager.share();
        }
        return gradients(upstream[0], call.inputs()).toArray(Tensor[]::new);
      }
    }

    /** Returns the arguments' gradients for the value's gradient; null where there is none. */
    private List<Tensor> gradients(Tensor upstream, Tensor... arguments) {
      List<Tensor> gradients = gradient.apply(upstream);
      if (gradients == null || gradients.size() != arguments.length) {
        throw Refusal.of(
            "customGradient",
            "needs a gradient for each argument, " + arguments.length,
            gradients == null ? "null" : gradients.size(),
            "return a list with null for an argument without a gradient");
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
