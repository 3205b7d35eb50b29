package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.pointwise.Bitwise;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.pointwise.SpecialFunctions;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A formula, with the element types of its inputs, of which one other than bool is that of all
 * numbers.
 */
record FormulaCase(Formula formula, List<DType> inputs) {
  private static final List<DType> TYPES =
      List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64, DType.BOOL);

  private static final List<Class<?>> OPS =
      List.of(Maths.class, Activations.class, Logic.class, Bitwise.class, SpecialFunctions.class);

  /** Returns each primitive, and each public pointwise op, for each element type that it takes. */
  static Stream<FormulaCase> all() {
    List<FormulaCase> cases = new ArrayList<>();
    for (Primitive primitive : Primitive.values()) {
      Formula formula = Formula.of(primitive.name(), primitive);
      TYPES.stream()
          .filter(type -> takes(primitive, type))
          .forEach(type -> cases.add(new FormulaCase(formula, inputs(primitive, type))));
    }
    return Stream.concat(cases.stream(), ops());
  }

  /** Returns each public pointwise op for each element type that it takes. */
  static Stream<FormulaCase> ops() {
    // The same op of less, or other, Java parameters is one.
    Map<String, FormulaCase> ops = new LinkedHashMap<>();
    OPS.stream()
        .flatMap(type -> Arrays.stream(type.getMethods()))
        .filter(method -> method.getReturnType() == Tensor.class)
        .forEach(method -> TYPES.forEach(t -> seen(method, t).forEach(c -> ops.put("" + c, c))));
    return ops.values().stream();
  }

  private static boolean takes(Primitive primitive, DType type) {
    return switch (primitive) {
      case SELECT -> true;
      case AND, OR, XOR, NOT -> type == DType.BOOL;
      case EQ, NE -> true;
      default ->
          type.isFloating()
              ? primitive.unary() != null || primitive.binary() != null
              : type != DType.BOOL
                  && (primitive.wholeUnary() != null || primitive.wholeBinary() != null);
    };
  }

  private static List<DType> inputs(Primitive primitive, DType type) {
    List<DType> inputs = new ArrayList<>(Collections.nCopies(primitive.arity(), type));
    if (primitive == Primitive.SELECT) {
      inputs.set(0, DType.BOOL);
    }
    return inputs;
  }

  /** Returns the pointwise op that a method applies to tensors of a type; none if it refuses. */
  private static List<FormulaCase> seen(Method method, DType type) {
    List<FormulaCase> seen = new ArrayList<>();
    Dispatch.Recorder recorder =
        (op, inputs, _) -> {
          if (op instanceof Pointwise pointwise) {
            List<DType> types = Arrays.stream(inputs).map(Tensor::dtype).toList();
            seen.add(new FormulaCase(pointwise.formula(), types));
          }
        };
    Object[] arguments = new Object[method.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      boolean condition = i == 0 && method.getName().equals("where");
      arguments[i] =
          method.getParameterTypes()[i] == int.class
              ? (Object) 1
              : Tensor.ones(condition ? DType.BOOL : type);
    }
    Dispatch.open(recorder);
    try {
      method.invoke(null, arguments);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw new AssertionError(method.toString(), e);
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    } finally {
      Dispatch.close(recorder);
    }
    return seen;
  }

  /** Returns the type of all numbers. */
  DType type() {
    return inputs.stream().filter(t -> t != DType.BOOL).findFirst().orElse(DType.BOOL);
  }

  /** Returns the type of the result. */
  DType result() {
    return formula.type(inputs).orElseThrow();
  }

  @Override
  public String toString() {
    return formula.name() + " of " + type();
  }
}
