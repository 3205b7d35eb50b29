package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Cos;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Cosh;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erfc;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sin;

/**
 * An interpreter of formulas, one primitive at a time, shared subexpressions once.
 *
 * <p>An intermediate value uses the memory of the output, or of an argument that is no longer
 * needed, so that most formulas take no other memory than the output's.
 */
final class Interpreter {
  /** The number of elements up to which a Java loop is faster than a native call. */
  static final int SMALL = 256;

  private static final long[] NO_ARGUMENTS = {};

  private final Formula formula;
  private final EagerTensor[] inputs;
  private final DType type;

  /** The values computed so far; null for most formulas, which are one primitive. */
  private Map<Expr, EagerTensor> values;

  /** The remaining uses of each computed value. */
  private Map<Expr, Integer> uses;

  /** The output while its memory is free for intermediate values; else null. */
  private EagerTensor spare;

  private final List<EagerTensor> temporaries = new ArrayList<>();

  private Interpreter(Formula formula, EagerTensor... inputs) {
    this.formula = formula;
    this.inputs = inputs;
    DType found = inputs[0].dtype();
    for (int i = 1; i < inputs.length && found == DType.BOOL; i++) {
      found = inputs[i].dtype();
    }
    this.type = found;
  }

  static void run(Formula formula, EagerTensor output, EagerTensor... inputs) {
    Interpreter interpreter = new Interpreter(formula, inputs);
    try (Scope none = Scope.none()) {
      interpreter.into(output);
    } catch (ArithmeticException e) {
      throw Refusal.of(
          formula.name(),
          "whole numbers need divisors other than 0, and exponents and shifts of 0 or more",
          e.getMessage() + " in " + interpreter.type,
          "clip that operand, or cast both to a floating point type");
    } finally {
      interpreter.temporaries.forEach(EagerTensor::release);
    }
  }

  private void into(EagerTensor output) {
    count(formula.body());
    boolean apart =
        uses != null && Arrays.stream(inputs).noneMatch(input -> mayOverlap(input, output));
    spare = apart ? output : null;
    boolean direct =
        formula.body() instanceof Expr.Apply call && shapeOf(call).equals(output.shape());
    if (direct) {
      call((Expr.Apply) formula.body(), output);
    } else {
      Elements.copy(value(formula.body()).broadcastTo(output.shape()), output);
    }
  }

  private void count(Expr node) {
    if (node instanceof Expr.Apply call) {
      for (Expr argument : call.arguments()) {
        if (argument instanceof Expr.Apply) {
          uses = uses == null ? new IdentityHashMap<>() : uses;
          if (uses.merge(argument, 1, Integer::sum) == 1) {
            count(argument);
          }
        }
      }
    }
  }

  private static boolean mayOverlap(EagerTensor input, EagerTensor output) {
    if (!input.storage().equals(output.storage())) {
      return false;
    }
    long start = input.offset() * input.dtype().bytes();
    long from = output.offset() * output.dtype().bytes();
    return !input.isContiguous()
        || (start < from + output.spec().bytes() && from < start + input.spec().bytes());
  }

  private Shape shapeOf(Expr.Apply call) {
    Shape shape = Shape.of();
    for (Expr argument : call.arguments()) {
      shape = Shape.broadcast(shape, value(argument).shape(), formula.name());
    }
    return shape;
  }

  private EagerTensor value(Expr node) {
    if (node instanceof Expr.Input input) {
      return inputs[input.index()];
    }
    if (values == null) {
      values = new IdentityHashMap<>();
    }
    EagerTensor known = values.get(node);
    if (known != null) {
      return known;
    }
    EagerTensor value =
        switch (node) {
          case Expr.Input input -> throw new AssertionError(input);
          case Expr.Constant constant -> {
            EagerTensor scalar = temporary(type, Shape.of());
            Elements.fill(scalar, constant.value());
            yield scalar;
          }
          case Expr.Apply call -> {
            DType dtype = call.primitive().isLogical() ? DType.BOOL : type;
            yield call(call, free(call, new TensorSpec(dtype, shapeOf(call))));
          }
        };
    values.put(node, value);
    return value;
  }

  /** Returns memory for a value: that of an argument no longer needed, or new memory. */
  private EagerTensor free(Expr.Apply call, TensorSpec spec) {
    EagerTensor free = null;
    for (Expr argument : call.arguments()) {
      if (argument instanceof Expr.Apply && uses.merge(argument, -1, Integer::sum) == 0) {
        EagerTensor value = values.get(argument);
        free = free == null && value.spec().equals(spec) ? value : free;
      }
    }
    if (free == null && spare != null && spare.spec().equals(spec)) {
      free = spare;
      spare = null;
    }
    return free == null ? temporary(spec.dtype(), spec.shape()) : free;
  }

  private EagerTensor temporary(DType dtype, Shape shape) {
    EagerTensor tensor = EagerTensor.allocate(new TensorSpec(dtype, shape));
    temporaries.add(tensor);
    return tensor;
  }

  private EagerTensor call(Expr.Apply call, EagerTensor output) {
    EagerTensor[] arguments = new EagerTensor[call.arguments().size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = value(call.argument(i));
    }
    String binary = binary(call.primitive());
    boolean floating =
        arguments[arguments.length - 1].dtype().isFloating() && output.shape().count() > SMALL;
    if (floating && binary != null) {
      EagerTensor x = aligned(arguments[0], output.shape());
      EagerTensor y = aligned(arguments[1], output.shape());
      NativeCalls.run(binary, NO_ARGUMENTS, output, x, y);
    } else if (!floating || !unary(call.primitive(), arguments[0], output)) {
      JavaLoops.run(call.primitive(), output, arguments);
    }
    return output;
  }

  /**
   * Returns a dense operand; ND4J refuses a single element with more axes than the other operand.
   */
  private EagerTensor aligned(EagerTensor tensor, Shape shape) {
    EagerTensor dense = dense(tensor);
    return dense.shape().count() == shape.count()
        ? dense.view(shape, shape.strides(), dense.offset())
        : dense;
  }

  private EagerTensor dense(EagerTensor tensor) {
    EagerTensor dense = tensor.dense();
    if (dense != tensor) {
      temporaries.add(dense);
    }
    return dense;
  }

  /**
   * Returns ND4J's op for a primitive; null for maximum and minimum, among others, which lose a NaN
   * on the left.
   */
  private static String binary(Primitive primitive) {
    return switch (primitive) {
      case ADD -> "add";
      case SUB -> "subtract";
      case MUL -> "multiply";
      case DIV -> "divide";
      case POW -> "Pow";
      default -> null;
    };
  }

  /**
   * Runs a unary function by ND4J; false if ND4J's is not accurate, such as {@code log1p}, {@code
   * expm1} and float64's {@code tanh}, which lose digits near 0.
   */
  private boolean unary(Primitive primitive, EagerTensor argument, EagerTensor output) {
    if (primitive == Primitive.TANH && type != DType.FLOAT64) {
      NativeCalls.run("tanh", NO_ARGUMENTS, output, dense(argument));
      return true;
    }
    BiFunction<INDArray, INDArray, Op> op = strict(primitive);
    if (op == null) {
      return false;
    }
    NativeCalls.run(op.apply(NativeCalls.view(dense(argument)), NativeCalls.view(output)));
    return true;
  }

  private static BiFunction<INDArray, INDArray, Op> strict(Primitive primitive) {
    return switch (primitive) {
      case EXP -> Exp::new;
      case LOG -> Log::new;
      case SIN -> Sin::new;
      case COS -> Cos::new;
      case COSH -> Cosh::new;
      case SIGMOID -> Sigmoid::new;
      case ERF -> Erf::new;
      case ERFC -> Erfc::new;
      default -> null;
    };
  }
}
