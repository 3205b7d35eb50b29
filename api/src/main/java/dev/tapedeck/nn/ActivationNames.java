package dev.tapedeck.nn;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Op;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Names of activation functions, which are recognised by the ops that they apply to a symbol. */
final class ActivationNames {
  private static final Map<List<Applied>, String> NAMES = new LinkedHashMap<>();

  private ActivationNames() {}

  /** An op with its inputs: the positions of symbols, the elements of constants. */
  private record Applied(Op op, List<Object> inputs) {}

  /** The ops that a function applies, in order. */
  private static final class AppliedOps implements Dispatch.SymbolicCalls {
    private final List<Applied> ops = new ArrayList<>();
    private final List<Tensor> symbols = new ArrayList<>();

    private SymbolicTensor symbol(String name, TensorSpec spec) {
      SymbolicTensor symbol = new SymbolicTensor(name, spec, this);
      symbols.add(symbol);
      return symbol;
    }

    private Object described(Tensor input) {
      return input instanceof EagerTensor constant
          ? Arrays.toString(constant.toDoubleArray())
          : symbols.indexOf(input);
    }

    @Override
    public Tensor[] apply(Op op, Tensor[] inputs) {
      ops.add(new Applied(op, Arrays.stream(inputs).map(this::described).toList()));
      TensorSpec[] specs = new TensorSpec[inputs.length];
      for (int i = 0; i < specs.length; i++) {
        specs[i] = inputs[i].spec();
      }
      TensorSpec[] outputs = op.infer(specs);
      return Arrays.stream(outputs)
          .map(output -> symbol(op.title(), output))
          .toArray(Tensor[]::new);
    }

    @Override
    public EagerTensor read(SymbolicTensor tensor) {
      throw new IllegalStateException("activation: reads the values of its input");
    }
  }

  /** Returns the name of one of {@link Activations}; empty for any other function. */
  static synchronized Optional<String> of(UnaryOperator<Tensor> function) {
    if (NAMES.isEmpty()) {
      methods().forEach(method -> NAMES.putIfAbsent(ops(x -> call(method, x)), method.getName()));
    }
    try {
      return Optional.ofNullable(NAMES.get(ops(function)));
    } catch (RuntimeException e) { // of a function that takes other inputs, or reads values
      return Optional.empty();
    }
  }

  /** Returns one of {@link Activations} by its name; empty if there is none. */
  static Optional<UnaryOperator<Tensor>> function(String name) {
    return methods()
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .map(method -> x -> call(method, x));
  }

  private static Stream<Method> methods() {
    return Arrays.stream(Activations.class.getMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getReturnType() == Tensor.class)
        .filter(method -> method.getParameterCount() == 1);
  }

  private static Tensor call(Method method, Tensor x) {
    try {
      return (Tensor) method.invoke(null, x);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("activation: " + method.getName() + " cannot be called", e);
    }
  }

  private static List<Applied> ops(UnaryOperator<Tensor> function) {
    AppliedOps applied = new AppliedOps();
    Tensor _ = function.apply(applied.symbol("x", new TensorSpec(DType.FLOAT32, Shape.of(2, 4))));
    return applied.ops;
  }
}
