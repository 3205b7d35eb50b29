package dev.tapedeck.ops.nd4j;

import dev.tapedeck.ops.Expr;
import dev.tapedeck.ops.Formula;
import dev.tapedeck.ops.Primitive;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
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

/** Runs a formula one primitive at a time; a shared part once. */
final class Interpreter {
  /** Up to this many elements a Java loop is quicker than a native call. */
  static final int SMALL = 256;

  private static final long[] NO_ARGUMENTS = {};

  private final Formula formula;
  private final EagerTensor[] inputs;
  private final DType type;

  /** What has been computed; most formulas are one primitive, and compute nothing before it. */
  private Map<Expr, EagerTensor> values;

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
      throw new IllegalArgumentException(
          formula.name()
              + ": "
              + e.getMessage()
              + " in "
              + interpreter.type
              + "; check the operand",
          e);
    } finally {
      interpreter.temporaries.forEach(EagerTensor::release);
    }
  }

  private void into(EagerTensor output) {
    boolean direct =
        formula.body() instanceof Expr.Apply call && shapeOf(call).equals(output.shape());
    if (direct) {
      call((Expr.Apply) formula.body(), output);
    } else {
      Elements.copy(value(formula.body()).stretchedTo(output.shape()), output);
    }
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
            boolean logical = call.primitive().isLogical();
            yield call(call, temporary(logical ? DType.BOOL : type, shapeOf(call)));
          }
        };
    values.put(node, value);
    return value;
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
      NativeCalls.run(binary, NO_ARGUMENTS, output, dense(arguments[0]), dense(arguments[1]));
    } else if (!floating || !unary(call.primitive(), arguments[0], output)) {
      JavaLoops.run(call.primitive(), output, arguments);
    }
    return output;
  }

  private EagerTensor dense(EagerTensor tensor) {
    EagerTensor dense = tensor.contiguous();
    if (dense != tensor) {
      temporaries.add(dense);
    }
    return dense;
  }

  /** The largest and smallest are not among these: ND4J's lose a NaN on the left. */
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
   * Runs a function of one argument that ND4J is good at; false if this is none, such as {@code
   * log1p} and {@code expm1}, which there lose the digits near 0, as {@code tanh} of float64 does.
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
