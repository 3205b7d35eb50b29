package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * A Java function that is called each time a graph runs, as TensorFlow's {@code py_function}: it
 * can read the values of its tensors, print, or call another library.
 *
 * <pre>{@code
 * Tensor y = javaFunction(x -> Tensor.of(lookUp(x.toFloatArray())), spec, x);
 * }</pre>
 *
 * <p>It is called as often, and in the same order, as in eager code. Tapes do not see what it
 * computes, so it has no gradient unless {@link #withGradient} sets one. A graph that contains one
 * cannot be saved.
 */
public final class JavaFunction {
  private final Apply op;

  private JavaFunction(Apply op) {
    this.op = op;
  }

  /**
   * Makes a function.
   *
   * @param code takes the values of the inputs and returns those of the outputs
   * @param outputs types and shapes of the tensors that the code returns; an unknown size fits any
   */
  public static JavaFunction of(
      String name, UnaryOperator<List<Tensor>> code, TensorSpec... outputs) {
    return new JavaFunction(new Apply(name, code, List.of(outputs), null));
  }

  /**
   * Calls Java code from one tensor to one tensor, in a graph or eagerly.
   *
   * @throws IllegalStateException when it runs, if the code returns another type or shape
   */
  public static Tensor javaFunction(UnaryOperator<Tensor> code, TensorSpec output, Object input) {
    return of("javaFunction", in -> List.of(code.apply(in.getFirst())), output)
        .call(input)
        .getFirst();
  }

  /**
   * Returns this function with a gradient, which is Java code too.
   *
   * @param gradient takes the inputs and the gradients of the outputs, and returns those of the
   *     inputs, of their types and shapes
   */
  public JavaFunction withGradient(BiFunction<List<Tensor>, List<Tensor>, List<Tensor>> gradient) {
    return new JavaFunction(new Apply(op.name, op.code, op.specs, gradient));
  }

  /**
   * Calls the function, in a graph or eagerly.
   *
   * @throws IllegalStateException when it runs, if the code returns other types or shapes
   */
  public List<Tensor> call(Object... inputs) {
    return List.of(op.apply(Arrays.stream(inputs).map(Operands::tensor).toArray(Tensor[]::new)));
  }

  private record Apply(
      String name,
      UnaryOperator<List<Tensor>> code,
      List<TensorSpec> specs,
      BiFunction<List<Tensor>, List<Tensor>, List<Tensor>> gradient)
      implements Op {
    @Override
    public Effect effect() {
      return Effect.WRITE;
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      return specs.toArray(TensorSpec[]::new);
    }

    /** Runs the code on copies of the inputs, which it may keep. */
    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      try (Scope none = Scope.none()) {
        List<Tensor> copies = new ArrayList<>();
        for (EagerTensor input : inputs) {
          EagerTensor copy = EagerTensor.allocate(input.spec());
          Elements.copy(input, copy);
          copies.add(copy);
        }
        List<Tensor> made = Dispatch.eagerly(() -> code.apply(List.copyOf(copies)));
        List<TensorSpec> found = made.stream().map(Tensor::spec).toList();
        boolean fit = found.size() == specs.size();
        for (int i = 0; fit && i < specs.size(); i++) {
          fit = found.get(i).fits(specs.get(i));
        }
        if (!fit) {
          throw new IllegalStateException(
              name
                  + ": needs code that returns "
                  + specs
                  + ", received "
                  + found
                  + "; declare the types and shapes that it returns");
        }
        return made.stream().map(EagerTensor.class::cast).toArray(EagerTensor[]::new);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      int count = call.inputs().length;
      if (gradient == null) {
        return new Tensor[count];
      }
      Tensor[] inputs = Arrays.copyOf(call.inputs(), count + upstream.length);
      for (int i = 0; i < upstream.length; i++) {
        Tensor output = call.outputs()[i];
        inputs[count + i] = upstream[i] != null ? upstream[i] : Creation.zerosLike(output);
      }
      UnaryOperator<List<Tensor>> back =
          all -> gradient.apply(all.subList(0, count), all.subList(count, all.size()));
      List<TensorSpec> results = Arrays.stream(call.inputs()).map(Tensor::spec).toList();
      return new Apply(name + "Gradient", back, results, null).apply(inputs);
    }
  }
}
