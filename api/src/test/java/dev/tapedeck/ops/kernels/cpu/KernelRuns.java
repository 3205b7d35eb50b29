package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.util.List;

/** Runs kernels on tensors of a size, in all layouts, in guarded memory. */
@SuppressWarnings("EnumOrdinal") // a number is all that is needed
record KernelRuns(Kernels kernels, GuardedMemory memory, int size) {
  private static final int ROWS = 3;

  private static final List<DType> TYPES =
      List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64);

  private static final Formula ARITHMETIC =
      Formula.of("arithmetic", (x, y) -> x.times(y).plus(x.abs()));

  private static final Formula LESS = Formula.of("less", (x, y) -> x.lt(y));
  private static final Formula SELECT = Formula.of("select", Primitive.SELECT);

  private static final Formula MIXED =
      Formula.of("mixed", 3, a -> Expr.apply(Primitive.AND, a[0], a[1].lt(a[2])));

  private static final Formula BOOLS = Formula.of("bools", Primitive.XOR);

  /** By instructions, and lane by lane. */
  private static final Formula FUNCTIONS =
      Formula.of("functions", (x, y) -> x.tanh().plus(Expr.apply(Primitive.HYPOT, x, y)));

  private static final List<Pointwise> UPDATES =
      List.of(
          update(a -> a[0].plus(a[3])),
          update(a -> a[1].times(a[4])),
          update(a -> a[2].plus(a[0].square()).sqrt()));

  private static Pointwise update(Formula.Nary body) {
    return Pointwise.floating(Formula.of("update", 5, body));
  }

  /** How {@code [ROWS, size]} elements lie; each begins and ends with one of them. */
  private enum Layout {
    DENSE,
    ROW,
    COLUMN,
    SCALAR,
    GAPS,
    STEPS,
    TRANSPOSED,
    UPSIDE_DOWN,
    BACKWARDS;

    EagerTensor on(GuardedMemory memory, DType type, long size) {
      return switch (this) {
        case DENSE -> of(memory, type, size, size, 1);
        case ROW -> of(memory, type, size, 0, 1);
        case COLUMN -> of(memory, type, size, 1, 0);
        case SCALAR -> memory.vector(type, 1).view(Shape.of(), new long[0], 0);
        case GAPS -> of(memory, type, size, size + 3, 1);
        case STEPS -> of(memory, type, size, 2 * size + 1, 2);
        case TRANSPOSED -> of(memory, type, size, 1, ROWS);
        case UPSIDE_DOWN -> of(memory, type, size, -size - 2, 1);
        case BACKWARDS -> of(memory, type, size, -size, -1);
      };
    }

    private static EagerTensor of(
        GuardedMemory memory, DType type, long size, long row, long column) {
      long down = (ROWS - 1) * row;
      long across = (size - 1) * column;
      EagerTensor all = memory.vector(type, 1 + Math.abs(down) + Math.abs(across));
      long first = -Math.min(down, 0) - Math.min(across, 0);
      return all.view(Shape.of(ROWS, size), new long[] {row, column}, first);
    }
  }

  /** Runs all; who touches what it must not does so here. */
  void run() {
    for (Layout layout : Layout.values()) {
      pointwise(BOOLS, layout, DType.BOOL, DType.BOOL, DType.BOOL);
      for (DType type : types(layout)) {
        pointwise(ARITHMETIC, layout, type, type, type);
        pointwise(LESS, layout, DType.BOOL, type, type);
        pointwise(SELECT, layout, type, DType.BOOL, type, type);
        pointwise(MIXED, layout, DType.BOOL, DType.BOOL, type, type);
        reductions(layout, type);
        if (type.isFloating()) {
          pointwise(FUNCTIONS, layout, type, type, type);
          logits(layout, type);
        }
      }
    }
    updates(DType.FLOAT32);
    updates(DType.FLOAT64);
  }

  /** Returns half of the types; from size to size they change. */
  private List<DType> types(Layout layout) {
    int first = (size + layout.ordinal()) % 2;
    return List.of(TYPES.get(first), TYPES.get(first + 2));
  }

  /** Runs some that are quick, to be called so often that they are compiled. */
  void runDense() {
    DType type = DType.FLOAT32;
    pointwise(ARITHMETIC, Layout.DENSE, type, type, type);
    pointwise(MIXED, Layout.DENSE, DType.BOOL, DType.BOOL, type, type);
    reductions(Layout.DENSE, type);
    logits(Layout.DENSE, type);
    updates(type);
  }

  private void pointwise(Formula formula, Layout layout, DType result, DType... types) {
    EagerTensor[] inputs = new EagerTensor[types.length];
    for (int i = 0; i < inputs.length; i++) {
      // The others' layouts change from size to size, so that all of them meet.
      int other = (layout.ordinal() + i * (size + i)) % Layout.values().length;
      inputs[i] = Layout.values()[other].on(memory, types[i], size);
    }
    kernels.pointwise().compute(formula, output(result, ROWS, size), inputs);
    memory.clear(formula.name() + " of " + size + " " + types[types.length - 1] + " " + layout);
  }

  private EagerTensor output(DType type, long... sizes) {
    Shape shape = Shape.of(sizes);
    return memory.vector(type, shape.count()).view(shape, shape.strides(), 0);
  }

  private void reductions(Layout layout, DType type) {
    if (layout == Layout.SCALAR) {
      return;
    }
    Reduction reduction = layout.ordinal() % 2 == 0 ? Reduction.SUM : Reduction.MAX;
    EagerTensor x = layout.on(memory, type, size);
    long[] turned = {x.strides()[1], x.strides()[0]};
    for (EagerTensor each : List.of(x, x.view(Shape.of(size, ROWS), turned, x.offset()))) {
      kernels
          .reductions()
          .reduce(reduction, each, new int[] {0}, output(type, each.shape().size(1)));
      kernels
          .reductions()
          .reduce(reduction, each, new int[] {1}, output(type, each.shape().size(0)));
      kernels.reductions().reduce(reduction, each, new int[] {0, 1}, output(type));
    }
    EagerTensor cube = output(type, 2, size, ROWS);
    kernels.reductions().reduce(reduction, cube, new int[] {1}, output(type, 2, ROWS));
    kernels.reductions().reduce(reduction, cube, new int[] {0, 2}, output(type, size));
    memory.clear(reduction + " of " + size + " " + type + " " + layout);
  }

  private void updates(DType type) {
    EagerTensor[] outputs = {output(type, size), output(type, size), output(type, size)};
    EagerTensor factor = memory.vector(type, 1).view(Shape.of(), new long[0], 0);
    kernels
        .pointwise()
        .update(
            UPDATES.stream().map(Pointwise::formula).toList(),
            outputs,
            outputs[0],
            outputs[1],
            outputs[2],
            output(type, size),
            factor);
    memory.clear("update of " + size + " " + type);
  }

  private void logits(Layout layout, DType type) {
    if (layout == Layout.SCALAR) {
      return;
    }
    EagerTensor x = layout.on(memory, type, size);
    long[] labels = {0, size / 2, size - 1};
    kernels.softmax().softmax(x, false, output(type, ROWS, size));
    kernels.softmax().softmax(x, true, output(type, ROWS, size));
    kernels.softmax().crossEntropy(labels, x, output(type, ROWS));
    kernels.softmax().crossEntropyGradient(labels, x, output(type, ROWS), output(type, ROWS, size));
    memory.clear("softmax of " + size + " " + type + " " + layout);
  }
}
