package dev.tapedeck.ops.cpu;

import dev.tapedeck.ops.Expr;
import dev.tapedeck.ops.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import java.util.Arrays;

/**
 * The loops of a formula, one for each combination of element types and of inputs that are the same
 * for a whole row; they are compiled when they are first needed.
 */
final class CompiledFormula {
  /** Two bits say how an input is read. */
  private static final int MOST_INPUTS = 29;

  private static final Loop NONE =
      where -> {
        throw new AssertionError("no loop");
      };

  private final Formula formula;
  private volatile Variants variants = new Variants(new long[0], new Loop[0]);

  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Variants(long[] keys, Loop[] loops) {}

  CompiledFormula(Formula formula) {
    this.formula = formula;
  }

  /** Computes the formula, or returns false if there is no loop for it. */
  boolean run(EagerTensor output, EagerTensor[] inputs) {
    DType type = typeOf(inputs);
    if (type == null || inputs.length > MOST_INPUTS) {
      return false;
    }
    long count = output.shape().count();
    if (count == 0) {
      return true;
    }
    long key = type.ordinal();
    boolean plain = true;
    for (EagerTensor input : inputs) {
      long elements = input.shape().count();
      plain &= elements == 1 || (elements == count && input.isContiguous());
      key = key << 1 | (input.dtype() == DType.BOOL ? 1 : 0);
      key = key << 1 | (elements == 1 ? 1 : 0);
    }
    if (!plain) {
      return runRows(type, output, inputs);
    }
    Loop loop = loop(key, type, output, inputs.length);
    if (loop == NONE) {
      return false;
    }
    long[] where = new long[Loop.OPERANDS + 2 * (inputs.length + 1)];
    where[0] = 1;
    where[1] = count;
    where[2] = output.address();
    for (int i = 0; i < inputs.length; i++) {
      where[4 + 2 * i] = inputs[i].address();
    }
    if (count <= PARALLEL) {
      loop.run(where);
    } else {
      split(loop, where, output, inputs);
    }
    return true;
  }

  private static final long PARALLEL = 1 << 15;
  private static final long GRAIN = 1 << 13;

  private static void split(Loop loop, long[] where, EagerTensor output, EagerTensor[] inputs) {
    Workers.run(
        where[1],
        GRAIN,
        (from, to) -> {
          long[] part = where.clone();
          for (long start = from; start < to; start += part[1]) {
            part[1] = Math.min(to - start, 1 << 30);
            part[2] = where[2] + start * output.dtype().bytes();
            for (int i = 0; i < inputs.length; i++) {
              boolean moves = inputs[i].shape().count() != 1;
              part[4 + 2 * i] = where[4 + 2 * i] + (moves ? start * inputs[i].dtype().bytes() : 0);
            }
            loop.run(part);
          }
        });
  }

  private boolean runRows(DType type, EagerTensor output, EagerTensor[] inputs) {
    Rows rows = Rows.of(output, inputs);
    Loop loop = rows.fit() ? loop(rows.key(type), type, output, inputs.length) : NONE;
    if (loop == NONE) {
      return false;
    }
    rows.run(loop);
    return true;
  }

  /** Returns the type of all numbers; null if there are no lanes for it. */
  private static DType typeOf(EagerTensor[] inputs) {
    for (EagerTensor input : inputs) {
      switch (input.dtype()) {
        case BOOL -> {}
        case FLOAT32, FLOAT64, INT32, INT64 -> {
          return input.dtype();
        }
        default -> {
          return null;
        }
      }
    }
    return DType.BOOL;
  }

  private Loop loop(long key, DType type, EagerTensor output, int arity) {
    Variants known = variants;
    for (int i = 0; i < known.keys.length; i++) {
      if (known.keys[i] == key) {
        return known.loops[i];
      }
    }
    return compile(key, type, output.dtype() == DType.BOOL, arity);
  }

  private synchronized Loop compile(long key, DType type, boolean logical, int arity) {
    Variants known = variants;
    for (int i = 0; i < known.keys.length; i++) {
      if (known.keys[i] == key) {
        return known.loops[i];
      }
    }
    LoopCompiler.Operand[] operands = new LoopCompiler.Operand[arity];
    for (int i = 0; i < arity; i++) {
      long bits = key >> 2 * (arity - 1 - i);
      operands[i] = new LoopCompiler.Operand((bits & 2) != 0, (bits & 1) != 0);
    }
    // Formulas of bools alone have no numbers, and masks of any lanes serve.
    DType lanes = type == DType.BOOL ? DType.FLOAT32 : type;
    Expr body = new Lowering(lanes).of(formula.body());
    Loop loop =
        VectorCode.has(body, type) ? LoopCompiler.compile(body, lanes, logical, operands) : NONE;
    int last = known.keys.length;
    long[] keys = Arrays.copyOf(known.keys, last + 1);
    Loop[] loops = Arrays.copyOf(known.loops, last + 1);
    keys[last] = key;
    loops[last] = loop;
    variants = new Variants(keys, loops);
    return loop;
  }
}
