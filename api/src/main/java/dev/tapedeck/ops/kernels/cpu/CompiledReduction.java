package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;

/**
 * A reduction of a formula's values along axes.
 *
 * <p>Along the innermost axis a loop reduces in registers; along others the output is an input of
 * the loop, too. Long axes are reduced in pieces, and then the results of these: that keeps sums
 * precise and gives each thread pieces of its own. The pieces depend on the shape alone. Rows of
 * float32 are summed in float64 and rounded once.
 */
final class CompiledReduction {
  /** The largest number of elements, or of rows, that are reduced one by one. */
  private static final long PIECE = 1 << 10;

  private static final long ROWS = 1 << 5;

  private static final Formula IDENTITY = Formula.of("identity", x -> x);

  /** A holder that is loaded with the first sum of columns, since some JVMs lack the Vector API. */
  private static final class Sums {
    static final Map<DType, RowLoop> OF_COLUMNS =
        Map.of(
            DType.FLOAT32, TypeSpecializer.copy(SumLoops.class, RowLoop.class, DType.FLOAT32),
            DType.FLOAT64, TypeSpecializer.copy(SumLoops.class, RowLoop.class, DType.FLOAT64));
  }

  /** The limits of a formula's size, since a loop contains its code several times. */
  private static final int MOST_NODES = 12;

  private static final int MOST_INSTRUCTIONS = 40;

  private final boolean small;
  private final Reduction reduction;
  private final Combiner merge;
  private final CompiledFormula along;
  private final CompiledFormula inDoubles;
  private final CompiledFormula across;

  /** The reduction of the results of pieces. */
  private final CompiledReduction plain;

  /** Makes the reduction of a tensor's elements. */
  CompiledReduction(Reduction reduction) {
    this.small = true;
    this.reduction = reduction;
    this.merge = Combiner.of(reduction);
    this.along = new CompiledFormula(IDENTITY, merge, null);
    this.inDoubles = new CompiledFormula(IDENTITY, merge, DType.FLOAT64);
    this.across = across(IDENTITY);
    this.plain = this;
  }

  /** Makes the reduction of a formula's values. */
  CompiledReduction(CompiledReduction plain, Formula formula) {
    this.small = isSmall(formula.body());
    this.reduction = plain.reduction;
    this.merge = plain.merge;
    this.along = new CompiledFormula(formula, merge, null);
    this.inDoubles = new CompiledFormula(formula, merge, DType.FLOAT64);
    this.across = across(formula);
    this.plain = plain;
  }

  private static boolean isSmall(Expr body) {
    return VectorInstructions.size(body) <= MOST_NODES
        && VectorInstructions.instructions(body) <= MOST_INSTRUCTIONS;
  }

  /** Returns the loops that combine a formula's value with the output's. */
  private CompiledFormula across(Formula formula) {
    int arity = formula.arity();
    Expr merged = Expr.apply(merge.primitive(), new Expr.Input(arity), formula.body());
    return new CompiledFormula(new Formula(formula.name(), arity + 1, merged));
  }

  /**
   * Reduces a formula of inputs that are dense tensors of the shape or single elements; false for
   * others, for which the order of additions would differ from that for the stored result.
   */
  boolean runDense(EagerTensor output, Shape shape, int[] axes, EagerTensor... inputs) {
    return isDense(shape, inputs) && run(output, shape, axes, inputs);
  }

  private static boolean isDense(Shape shape, EagerTensor... inputs) {
    boolean dense = true;
    for (EagerTensor input : inputs) {
      boolean same = input.shape().equals(shape) && input.isContiguous();
      dense = dense && (same || input.shape().count() == 1);
    }
    return dense;
  }

  /** Reduces a formula of inputs of a shape over rising axes; false if there is no loop for it. */
  boolean run(EagerTensor output, Shape shape, int[] axes, EagerTensor... inputs) {
    if (!small) {
      return false;
    }
    DType type = CompiledFormula.typeOf(inputs);
    if (type != output.dtype() || type == DType.BOOL) {
      return false;
    }
    boolean wide = type == DType.FLOAT32 && merge == Combiner.ADD && isOfRows(shape, axes, inputs);
    EagerTensor merged =
        wide ? EagerTensor.allocate(new TensorSpec(DType.FLOAT64, output.shape())) : output;
    fill(merged);
    boolean done = mergeAny(merged, shape, axes, inputs);
    if (done && (wide || reduction == Reduction.MEAN)) {
      boolean mean = reduction == Reduction.MEAN;
      divide(merged, mean ? (double) shape.count() / output.shape().count() : 1, output);
    }
    if (wide) {
      merged.release();
    }
    return done;
  }

  /** Returns whether these are sums of contiguous rows of more than one element. */
  private static boolean isOfRows(Shape shape, int[] axes, EagerTensor... inputs) {
    int first = axes[0];
    long inner = shape.slice(axes[axes.length - 1] + 1, shape.rank()).count();
    boolean together = axes.length == axes[axes.length - 1] + 1 - first;
    long size = shape.slice(first, shape.rank()).count();
    return together && inner == 1 && size > 1 && isDense(shape, inputs);
  }

  private void fill(EagerTensor output) {
    double identity = merge.identity(output.dtype());
    Elements.fill(
        output, output.dtype().isFloating() ? (Number) identity : (Number) (long) identity);
  }

  private static void divide(EagerTensor sums, double count, EagerTensor output) {
    MemorySegment from = sums.elements();
    MemorySegment to = output.elements();
    for (long i = 0; i < sums.shape().count(); i++) {
      double sum = Elements.getDouble(sums.dtype(), from, i);
      Elements.setDouble(output.dtype(), to, i, sum / count);
    }
  }

  private boolean mergeAny(EagerTensor output, Shape shape, int[] axes, EagerTensor... inputs) {
    int first = axes[0];
    int end = axes[axes.length - 1] + 1;
    if (axes.length != end - first || !isDense(shape, inputs)) {
      return mergeAtOnce(output, shape, axes, inputs);
    }
    long outer = shape.slice(0, first).count();
    long size = shape.slice(first, end).count();
    long inner = shape.slice(end, shape.rank()).count();
    long example = shape.slice(1, end).count();
    boolean byExample = first == 0 && end > 1 && inner > 1 && example >= ROWS;
    return byExample
        ? mergeExamples(output, Shape.of(shape.size(0), example, inner), inputs)
        : mergeMiddle(output, Shape.of(outer, size, inner), inputs);
  }

  /** Reduces the second of three axes, then the first: plans may reduce each example by itself. */
  private boolean mergeExamples(EagerTensor output, Shape shape, EagerTensor... inputs) {
    Shape results = Shape.of(1, shape.size(0), shape.size(2));
    EagerTensor partial = EagerTensor.allocate(new TensorSpec(output.dtype(), results));
    fill(partial);
    boolean done =
        mergeMiddle(partial, shape, inputs) && plain.mergeMiddle(output, results, partial);
    partial.release();
    return done;
  }

  /** Reduces the middle of three axes of dense inputs. */
  private boolean mergeMiddle(EagerTensor output, Shape shape, EagerTensor... inputs) {
    long outer = shape.size(0);
    long size = shape.size(1);
    long inner = shape.size(2);
    long piece = inner == 1 ? PIECE : ROWS;
    if (size <= piece) {
      return mergeRest(output, shape, 0, inputs);
    }
    while (size % piece == 1) { // a row has more than one element
      piece--;
    }
    long pieces = size / piece;
    Shape results = Shape.of(outer, pieces, inner);
    EagerTensor partial = EagerTensor.allocate(new TensorSpec(output.dtype(), results));
    fill(partial);
    Shape divided = Shape.of(outer, pieces, piece, inner);
    long[] strides = {size * inner, piece * inner, inner, 1};
    boolean done =
        mergeAtOnce(partial, divided, new int[] {2}, views(divided, strides, 0, inputs))
            && plain.mergeMiddle(output, results, partial)
            && (size % piece == 0 || mergeRest(output, shape, pieces * piece, inputs));
    partial.release();
    return done;
  }

  /** Reduces the middle axis from an index on. */
  private boolean mergeRest(EagerTensor output, Shape shape, long from, EagerTensor... inputs) {
    Shape rest = shape.with(1, shape.size(1) - from);
    EagerTensor[] views = views(rest, shape.strides(), from * shape.size(2), inputs);
    return mergeAtOnce(output, rest, new int[] {1}, views);
  }

  private static EagerTensor[] views(
      Shape shape, long[] strides, long offset, EagerTensor... inputs) {
    EagerTensor[] views = new EagerTensor[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      EagerTensor input = inputs[i];
      views[i] =
          input.shape().count() == 1
              ? input.view(Shape.of(), new long[0], input.offset())
              : input.view(shape, strides, input.offset() + offset);
    }
    return views;
  }

  private boolean mergeAtOnce(EagerTensor output, Shape shape, int[] axes, EagerTensor... inputs) {
    long[] kept = shape.toArray();
    for (int axis : axes) {
      kept[axis] = 1;
    }
    long[] strides = Shape.of(kept).strides();
    EagerTensor result = output.view(Shape.of(kept), strides, output.offset()).broadcastTo(shape);
    Rows rows = Rows.of(result, inputs);
    DType type = CompiledFormula.typeOf(inputs);
    CompiledFormula formula = type == output.dtype() ? along : inDoubles;
    if (!rows.reduced()) {
      EagerTensor[] more = Arrays.copyOf(inputs, inputs.length + 1);
      more[inputs.length] = result;
      rows = Rows.of(result, more);
      formula = across;
    }
    boolean sums = merge == Combiner.ADD && equals(plain) && formula.equals(across);
    RowLoop loop =
        sums && type.isFloating() ? Sums.OF_COLUMNS.get(type) : formula.loop(rows, type, false);
    if (loop.equals(CompiledFormula.NONE)) {
      return false;
    }
    rows.run(loop);
    return true;
  }
}
