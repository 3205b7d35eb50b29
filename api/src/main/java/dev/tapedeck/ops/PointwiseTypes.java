package dev.tapedeck.ops;

import dev.tapedeck.ops.Pointwise.Types;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The check of a pointwise op's element types: those that its declaration and its formula take. */
final class PointwiseTypes {
  private final Types types;
  private final Formula formula;
  private final boolean ofFloats;
  private final boolean ofWholeNumbers;
  private final boolean ofBools;

  PointwiseTypes(Types types, Formula formula) {
    this.types = types;
    this.formula = formula;
    this.ofFloats = computes(DType.FLOAT32);
    this.ofWholeNumbers = computes(DType.INT32);
    this.ofBools = computes(DType.BOOL);
  }

  /** Returns whether the formula, for inputs of a type, has the declared output type. */
  private boolean computes(DType dtype) {
    List<DType> inputs = new ArrayList<>(Collections.nCopies(formula.arity(), dtype));
    if (types == Types.CHOICE) {
      inputs.set(0, DType.BOOL);
    }
    DType expected = givesBools() ? DType.BOOL : dtype;
    return formula.type(inputs).filter(type -> type == expected).isPresent();
  }

  private boolean givesBools() {
    return switch (types) {
      case ORDER, EQUALITY, TEST, LOGICAL -> true;
      case FLOATING, NUMERIC, BITWISE, CHOICE, MIXED -> false;
    };
  }

  /** Returns the output's element type, after checking those of the inputs. */
  DType output(TensorSpec[] inputs) {
    if (types == Types.MIXED) {
      return formula
          .type(Arrays.stream(inputs).map(TensorSpec::dtype).toList())
          .orElseThrow(
              () ->
                  Refusal.of(
                      formula.name(),
                      "needs bools and one other type, as its formula takes them",
                      Arrays.toString(inputs),
                      "cast the inputs to these"));
    }
    int first = types == Types.CHOICE ? 1 : 0;
    if (types == Types.CHOICE && inputs[0].dtype() != DType.BOOL) {
      throw Refusal.of(
          formula.name(), "the condition must be bool", inputs[0].dtype(), "compare it first");
    }
    DType dtype = inputs[first].dtype();
    for (int i = first + 1; i < inputs.length; i++) {
      if (inputs[i].dtype() != dtype) {
        throw Checks.typesDiffer(formula.name(), dtype, inputs[i].dtype());
      }
    }
    require(dtype);
    return givesBools() ? DType.BOOL : dtype;
  }

  /** Requires that inputs may have an element type. */
  void require(DType dtype) {
    boolean fits =
        switch (types) {
          case FLOATING, TEST -> dtype.isFloating();
          case BITWISE -> dtype.isInteger();
          case NUMERIC, ORDER -> dtype.isNumeric();
          case LOGICAL -> dtype == DType.BOOL;
          case EQUALITY, CHOICE, MIXED -> true;
        };
    if (!fits) {
      String expected =
          switch (types) {
            case FLOATING, TEST -> "a floating point type";
            case BITWISE -> "a whole-number type";
            case LOGICAL -> "bool";
            default -> "a numeric type";
          };
      throw Refusal.of(formula.name(), "needs " + expected, dtype, "cast it first");
    }
    if (!(dtype.isFloating() ? ofFloats : dtype == DType.BOOL ? ofBools : ofWholeNumbers)) {
      throw Refusal.of(
          formula.name(), "needs a type that its formula takes", dtype, "cast it first");
    }
  }
}
