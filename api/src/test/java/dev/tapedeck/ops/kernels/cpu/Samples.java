package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Arguments that functions are tried on: special numbers in all combinations, and random ones. */
final class Samples {
  private static final int RANDOM = 4000;

  private static final double[] SPECIAL = {
    0,
    Double.MIN_VALUE,
    0x1p-149,
    0x1.8p-140,
    0x1p-126,
    0x1p-1022,
    1e-30,
    1e-8,
    1e-4,
    0.3,
    0.5,
    0.625,
    Math.sqrt(0.5),
    1 - 0x1p-24,
    1,
    1 + 0x1p-23,
    1.5,
    2,
    2.5,
    Math.E,
    Math.PI / 4,
    Math.PI / 2,
    Math.PI,
    2 * Math.PI,
    3.5,
    16.5,
    17,
    88.7,
    88.8,
    103.9,
    710,
    1000 * Math.PI,
    0x1p23 - 0.5,
    0x1p24 + 2,
    0x1p31,
    0x1p52 + 1,
    1e30,
    Float.MAX_VALUE,
    Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NaN
  };

  private static final long[] WHOLE = {
    0,
    1,
    2,
    3,
    6,
    7,
    31,
    32,
    63,
    64,
    255,
    65_536,
    1L << 24,
    (1L << 24) + 1,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    (1L << 53) + 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private Samples() {}

  /** Returns rows of arguments for a formula's inputs. */
  static List<Number[]> of(FormulaCase formula) {
    Random random = new Random(6);
    List<DType> inputs = formula.inputs();
    List<Number[]> rows = new ArrayList<>();
    if (inputs.size() <= 2) {
      combine(inputs, new Number[inputs.size()], 0, rows);
    }
    for (int i = 0; i < RANDOM; i++) {
      rows.add(inputs.stream().map(type -> random(type, random)).toArray(Number[]::new));
    }
    if (formula.formula().name().equals("POLYGAMMA")) {
      rows.forEach(row -> row[0] = (double) random.nextInt(4)); // an order is a whole number
    }
    return rows;
  }

  /** Returns those rows that have a result: no division of a whole number by zero. */
  static List<Number[]> harmless(FormulaCase formula) {
    ScalarFormula scalar = new ScalarFormula(formula.formula(), formula.type());
    return of(formula).stream()
        .filter(
            row -> {
              try {
                scalar.of(row);
                return true;
              } catch (ArithmeticException e) {
                return false;
              }
            })
        .toList();
  }

  private static void combine(List<DType> inputs, Number[] row, int at, List<Number[]> rows) {
    if (at == row.length) {
      rows.add(row.clone());
      return;
    }
    for (Number value : special(inputs.get(at))) {
      row[at] = value;
      combine(inputs, row, at + 1, rows);
    }
  }

  private static List<Number> special(DType type) {
    List<Number> values = new ArrayList<>();
    if (type == DType.BOOL) {
      return List.of(0L, 1L);
    } else if (type.isFloating()) {
      for (double value : SPECIAL) {
        values.add(kept(type, value));
        values.add(kept(type, -value));
      }
    } else {
      for (long value : WHOLE) {
        values.add(kept(type, value));
        values.add(kept(type, -value));
      }
    }
    return values;
  }

  /** Returns a special number, one of any size, or one from where functions are not yet flat. */
  private static Number random(DType type, Random random) {
    if (random.nextInt(4) == 0) {
      List<Number> special = special(type);
      return special.get(random.nextInt(special.size()));
    }
    return switch (type) {
      case FLOAT32, FLOAT64 -> {
        int exponent = random.nextBoolean() ? random.nextInt(-30, 10) : random.nextInt(-150, 128);
        double size = (1 + random.nextDouble()) * Math.scalb(1.0, exponent);
        yield kept(type, random.nextBoolean() ? size : -size);
      }
      case BOOL -> (Number) (long) random.nextInt(2);
      default ->
          kept(type, random.nextBoolean() ? random.nextLong() : (long) random.nextInt(-100, 100));
    };
  }

  private static Number kept(DType type, double value) {
    return type == DType.FLOAT32 ? (double) (float) value : value;
  }

  private static Number kept(DType type, long value) {
    return type == DType.INT32 ? (long) (int) value : value;
  }

  /** Returns the columns of rows as tensors, repeated from the start if they have more elements. */
  static EagerTensor[] columns(FormulaCase formula, List<Number[]> rows, Shape shape) {
    EagerTensor[] columns = new EagerTensor[formula.inputs().size()];
    for (int column = 0; column < columns.length; column++) {
      columns[column] = EagerTensor.allocate(new TensorSpec(formula.inputs().get(column), shape));
      for (long i = 0; i < shape.count(); i++) {
        set(columns[column], i, rows.get((int) (i % rows.size()))[column]);
      }
    }
    return columns;
  }

  private static void set(EagerTensor tensor, long index, Number value) {
    if (value instanceof Double number) {
      Elements.setDouble(tensor.dtype(), tensor.memory(), index, number);
    } else {
      Elements.setLong(tensor.dtype(), tensor.memory(), index, value.longValue());
    }
  }
}
