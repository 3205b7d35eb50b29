package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.FreshStack;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Operand;
import dev.tapedeck.ops.kernels.cpu.LoopCompiler.Target;
import dev.tapedeck.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A loop that interprets expressions of float32 block by block, one primitive after the other, with
 * the same results as the loop over vectors, and hands over to that after some number of elements.
 *
 * <p>A program's first steps run many formulas a few times each, and the Vector API takes
 * microseconds an instruction until HotSpot has compiled the loop. These loops over arrays are few,
 * so that they are compiled after the first formulas.
 */
final class BlockLoop implements RowLoop {
  private static final int BLOCK = 512;

  /** The elements from which on the loop over vectors pays. */
  private static final long COLD = 1 << 21;

  /** The elements that a call counts for, besides its own: it has to begin and to end. */
  private static final long CALL = 1 << 11;

  private final Target target;
  private final Operand[] inputs;

  /** All parts of the expressions, each after its arguments, and the numbers of these. */
  private final List<Expr> nodes = new ArrayList<>();

  private final List<int[]> arguments = new ArrayList<>();
  private final Map<Expr, Integer> numbers = new IdentityHashMap<>();

  /** The loop over vectors; null before it is needed. */
  private volatile RowLoop vectors;

  private final AtomicLong seen = new AtomicLong();

  BlockLoop(Target target, Operand... inputs) {
    this.target = target;
    this.inputs = inputs.clone();
    target.bodies().forEach(this::number);
  }

  /** Returns whether a computation consists of what has exactly defined results. */
  static boolean canRun(Target target) {
    return target.type() == DType.FLOAT32
        && target.merge() == null
        && target.bodies().stream()
            .flatMap(body -> body.nodes().stream())
            .allMatch(
                node ->
                    !(node instanceof Expr.Apply call)
                        || VectorInstructions.isOperator(call.primitive(), DType.FLOAT32));
  }

  private int number(Expr node) {
    Integer known = numbers.get(node);
    if (known == null) {
      int[] from =
          node instanceof Expr.Apply call
              ? call.arguments().stream().mapToInt(this::number).toArray()
              : new int[0];
      known = nodes.size();
      nodes.add(node);
      arguments.add(from);
      numbers.put(node, known);
    }
    return known;
  }

  @Override
  public void run(long[] where) {
    RowLoop fast = vectors;
    if (fast != null) {
      fast.run(where);
    } else if (seen.getAndAdd(where[0] * where[1] + CALL) >= COLD) {
      compiled().run(where);
    } else {
      interpret(where);
    }
  }

  private synchronized RowLoop compiled() {
    if (vectors == null) {
      vectors = FreshStack.get(() -> LoopCompiler.compile(target, inputs));
    }
    return vectors;
  }

  private void interpret(long[] where) {
    int block = (int) Math.min(BLOCK, where[1]);
    float[][] values = new float[nodes.size()][block];
    for (int i = 0; i < values.length; i++) {
      if (nodes.get(i) instanceof Expr.Constant(double value)) {
        Arrays.fill(values[i], (float) value);
      }
    }
    long[] at = where.clone();
    for (long row = 0; row < where[0]; row++) {
      for (int start = 0; start < where[1]; start += block) {
        run(at, start, (int) Math.min(block, where[1] - start), values);
      }
      for (int i = OPERANDS; i < at.length; i += 2) {
        at[i] += at[i + 1];
      }
    }
  }

  private void run(long[] at, int start, int count, float[]... values) {
    for (int i = 0; i < values.length; i++) {
      switch (nodes.get(i)) {
        case Expr.Constant _ -> {}
        case Expr.Input(int input) ->
            load(
                inputs[input],
                address(at, target.bodies().size() + input),
                start,
                count,
                values[i]);
        case Expr.Apply call -> {
          int[] from = arguments.get(i);
          float[] x = values[from[0]];
          float[] last = values[from[from.length - 1]];
          if (call.primitive() == Primitive.SELECT) {
            select(x, values[from[1]], last, values[i], count);
          } else {
            apply(call.primitive(), x, last, values[i], count);
          }
        }
      }
    }
    for (int i = 0; i < target.bodies().size(); i++) {
      store(values[numbers.get(target.bodies().get(i))], address(at, i), start, count);
    }
  }

  private static long address(long[] at, int operand) {
    return at[OPERANDS + 2 * operand];
  }

  private static void load(Operand operand, long address, int start, int count, float[] to) {
    if (operand.logical()) {
      for (int i = 0; i < count; i++) {
        to[i] =
            VectorSupport.ALL.get(
                        ValueLayout.JAVA_BYTE, address + (operand.repeated() ? 0 : start + i))
                    == 0
                ? 0
                : 1;
      }
    } else if (operand.repeated()) {
      Arrays.fill(to, VectorSupport.ALL.get(ValueLayout.JAVA_FLOAT, address));
    } else {
      MemorySegment.copy(
          VectorSupport.ALL, ValueLayout.JAVA_FLOAT, address + 4L * start, to, 0, count);
    }
  }

  private void store(float[] from, long address, int start, int count) {
    if (target.logical()) {
      for (int i = 0; i < count; i++) {
        VectorSupport.ALL.set(ValueLayout.JAVA_BYTE, address + start + i, (byte) from[i]);
      }
    } else {
      MemorySegment.copy(
          from, 0, VectorSupport.ALL, ValueLayout.JAVA_FLOAT, address + 4L * start, count);
    }
  }

  private static void apply(Primitive primitive, float[] x, float[] y, float[] z, int count) {
    switch (primitive) {
      case ADD -> add(x, y, z, count);
      case SUB -> subtract(x, y, z, count);
      case MUL -> multiply(x, y, z, count);
      case DIV -> divide(x, y, z, count);
      case MAX -> max(x, y, z, count);
      case MIN -> min(x, y, z, count);
      default -> others(primitive, x, y, z, count);
    }
  }

  private static void add(float[] x, float[] y, float[] z, int count) {
    for (int i = 0; i < count; i++) {
      z[i] = x[i] + y[i];
    }
  }

  private static void subtract(float[] x, float[] y, float[] z, int count) {
    for (int i = 0; i < count; i++) {
      z[i] = x[i] - y[i];
    }
  }

  private static void multiply(float[] x, float[] y, float[] z, int count) {
    for (int i = 0; i < count; i++) {
      z[i] = x[i] * y[i];
    }
  }

  private static void divide(float[] x, float[] y, float[] z, int count) {
    for (int i = 0; i < count; i++) {
      z[i] = x[i] / y[i];
    }
  }

  private static void max(float[] x, float[] y, float[] z, int count) {
    for (int i = 0; i < count; i++) {
      z[i] = Math.max(x[i], y[i]);
    }
  }

  private static void min(float[] x, float[] y, float[] z, int count) {
    for (int i = 0; i < count; i++) {
      z[i] = Math.min(x[i], y[i]);
    }
  }

  /** Bools are 0 and 1. */
  private static void others(Primitive primitive, float[] x, float[] y, float[] z, int count) {
    for (int i = 0; i < count; i++) {
      float a = x[i];
      float b = y[i];
      z[i] =
          switch (primitive) {
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case SQRT -> (float) Math.sqrt(a);
            case LT -> a < b ? 1 : 0;
            case LE -> a <= b ? 1 : 0;
            case EQ -> a == b ? 1 : 0;
            case NE, XOR -> a != b ? 1 : 0;
            case AND -> a * b;
            case OR -> Math.max(a, b);
            case NOT -> 1 - a;
            default -> throw new IllegalStateException("block: no " + primitive);
          };
    }
  }

  private static void select(float[] condition, float[] yes, float[] no, float[] z, int count) {
    for (int i = 0; i < count; i++) {
      z[i] = condition[i] != 0 ? yes[i] : no[i];
    }
  }
}
