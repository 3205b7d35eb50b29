package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.FreshStack;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;

/**
 * The compiled loops of a formula, one for each combination of element types and of inputs that
 * repeat one element along a row; each is compiled on first use.
 */
final class CompiledFormula {
  /** The limit of several formulas' size; larger ones are computed one after the other. */
  private static final int MOST_INSTRUCTIONS = 200;

  /** A marker for a loop that cannot be compiled. */
  static final RowLoop NONE =
      _ -> {
        throw new AssertionError("no loop");
      };

  /** The limit of inputs: a key has two bits for each. */
  private static final int MOST_INPUTS = 29;

  private final List<Formula> formulas;
  private final Combiner merge;
  private final DType total;
  private volatile Variants variants = new Variants(new long[0], new RowLoop[0]);

  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Variants(long[] keys, RowLoop[] loops) {
    RowLoop find(long key) {
      for (int i = 0; i < keys.length; i++) {
        if (keys[i] == key) {
          return loops[i];
        }
      }
      return null;
    }

    Variants with(long key, RowLoop loop) {
      long[] moreKeys = Arrays.copyOf(keys, keys.length + 1);
      RowLoop[] moreLoops = Arrays.copyOf(loops, loops.length + 1);
      moreKeys[keys.length] = key;
      moreLoops[loops.length] = loop;
      return new Variants(moreKeys, moreLoops);
    }
  }

  CompiledFormula(Formula formula) {
    this(List.of(formula), null, null);
  }

  /** Makes the loops of several formulas of the same inputs, each with its own output. */
  CompiledFormula(List<Formula> formulas) {
    this(formulas, null, null);
  }

  /**
   * Makes the loops of a formula whose values are reduced in each row.
   *
   * @param total the element type of the reduction; null for that of the values
   */
  CompiledFormula(Formula formula, Combiner merge, DType total) {
    this(List.of(formula), merge, total);
  }

  private CompiledFormula(List<Formula> formulas, Combiner merge, DType total) {
    this.formulas = formulas;
    this.merge = merge;
    this.total = total;
  }

  /** Computes the formula, or returns false if there is no loop for it. */
  boolean run(EagerTensor output, EagerTensor... inputs) {
    return run(new EagerTensor[] {output}, inputs);
  }

  /** Computes the formulas, or returns false if there is no loop for them. */
  boolean run(EagerTensor[] outputs, EagerTensor... inputs) {
    EagerTensor output = outputs[0];
    long count = output.shape().count();
    if (count == 0) {
      return true;
    }
    DType type = typeOf(inputs);
    if (type == null || inputs.length > MOST_INPUTS) {
      return false;
    }
    long key = key(type);
    boolean plain = true;
    for (EagerTensor input : inputs) {
      long elements = input.shape().count();
      plain &= elements == 1 || (elements == count && input.isContiguous());
      key = key(key, input, elements == 1);
    }
    if (!plain) {
      return outputs.length == 1 && runRows(type, output, inputs);
    }
    RowLoop loop = loop(key, type, output.dtype() == DType.BOOL, inputs.length);
    if (loop.equals(NONE)) {
      return false;
    }
    long[] where = new long[RowLoop.OPERANDS + 2 * (outputs.length + inputs.length)];
    where[0] = 1;
    where[1] = count;
    int at = RowLoop.OPERANDS;
    for (EagerTensor each : outputs) {
      where[at] = each.address();
      at += 2;
    }
    for (EagerTensor each : inputs) {
      where[at] = each.address();
      at += 2;
    }
    try {
      if (count < 2 * Workers.LEAST) {
        loop.run(where);
      } else {
        split(loop, where, outputs, inputs);
      }
      return true;
    } finally {
      // Loops use raw addresses: the memory must not be collected while they run.
      Reference.reachabilityFence(inputs);
      Reference.reachabilityFence(outputs);
    }
  }

  private static void split(
      RowLoop loop, long[] where, EagerTensor[] outputs, EagerTensor... inputs) {
    long[] steps = new long[where.length];
    int at = RowLoop.OPERANDS;
    for (EagerTensor each : outputs) {
      steps[at] = each.dtype().bytes();
      at += 2;
    }
    for (EagerTensor each : inputs) {
      steps[at] = each.shape().count() == 1 ? 0 : each.dtype().bytes();
      at += 2;
    }
    Workers.run(
        where[1],
        Workers.LEAST,
        (from, to) -> {
          long[] part = where.clone();
          for (long start = from; start < to; start += part[1]) {
            part[1] = Math.min(to - start, 1 << 30);
            for (int i = RowLoop.OPERANDS; i < part.length; i++) {
              part[i] = where[i] + start * steps[i];
            }
            loop.run(part);
          }
        });
  }

  private boolean runRows(DType type, EagerTensor output, EagerTensor... inputs) {
    Rows rows = Rows.of(output, inputs);
    RowLoop loop = loop(rows, type, output.dtype() == DType.BOOL);
    if (loop.equals(NONE)) {
      return false;
    }
    rows.run(loop);
    return true;
  }

  /** Returns the type of all numbers, bool if there are none; null if vectors do not support it. */
  static DType typeOf(EagerTensor... inputs) {
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

  /** Returns the key for no inputs yet. */
  static long key(DType type) {
    return (type.isFloating() ? 8 : 0) | type.bytes() >> 2;
  }

  /** Returns a key with another input appended. */
  static long key(long key, EagerTensor input, boolean repeated) {
    return key << 2 | (input.dtype() == DType.BOOL ? 2 : 0) | (repeated ? 1 : 0);
  }

  /** Returns the loop for rows, or {@link #NONE}. */
  RowLoop loop(Rows rows, DType type, boolean logical) {
    return rows.fit() ? loop(rows.key(type), type, logical, rows.inputs()) : NONE;
  }

  private RowLoop loop(long key, DType type, boolean logical, int arity) {
    RowLoop known = variants.find(key);
    return known == null ? compile(key, type, logical, arity) : known;
  }

  private synchronized RowLoop compile(long key, DType type, boolean logical, int arity) {
    RowLoop known = variants.find(key);
    if (known != null) {
      return known;
    }
    LoopCompiler.Operand[] operands = new LoopCompiler.Operand[arity];
    for (int i = 0; i < arity; i++) {
      long bits = key >> (2 * (arity - 1 - i));
      operands[i] = new LoopCompiler.Operand((bits & 2) != 0, (bits & 1) != 0);
    }
    // Formulas of bools alone have no numbers, so masks of any lane type will do.
    DType lanes = type == DType.BOOL ? DType.FLOAT32 : type;
    Lowering lowering = new Lowering(lanes);
    List<Expr> bodies = formulas.stream().map(formula -> lowering.of(formula.body())).toList();
    boolean possible =
        bodies.stream().allMatch(body -> VectorInstructions.has(body, type)) && isSmall(bodies);
    DType in = total == null ? lanes : total;
    LoopCompiler.Target target = new LoopCompiler.Target(bodies, lanes, logical, merge, in);
    RowLoop loop = possible ? FreshStack.get(() -> WarmingLoop.of(target, operands)) : NONE;
    variants = variants.with(key, loop);
    return loop;
  }

  private static boolean isSmall(List<Expr> bodies) {
    return bodies.size() == 1
        || bodies.stream().mapToLong(VectorInstructions::instructions).sum() <= MOST_INSTRUCTIONS;
  }
}
