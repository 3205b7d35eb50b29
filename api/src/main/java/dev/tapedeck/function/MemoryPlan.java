package dev.tapedeck.function;

import dev.tapedeck.function.ExecutionPlan.Step;
import dev.tapedeck.ops.Operands.ReadVariable;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A memory plan: the offsets of a graph's intermediate values in one block of memory, where values
 * whose lifetimes do not overlap share memory.
 *
 * <p>A pointwise op writes over an operand that is used for the last time. Values that may share
 * memory, since ops such as a reshape return views of their inputs, live as long as the last of
 * them; if the function returns one of them, none lies in the block. Nor does a large variable in a
 * wider type, whose memory is given back after each use: it was stored in few bits to save memory.
 */
final class MemoryPlan {
  private static final long ALIGNMENT = 64;
  private static final long NOWHERE = -1;

  /** The most bytes of a widened variable that lies in the block. */
  private static final long MOST_WIDENED = 1 << 20;

  private final int[] family;
  private final int[] lastUse;
  private final boolean[] escapes;
  private final int[] members;
  private final TensorSpec[] specs;
  private final long[] places;

  /** For each step of a chain the place of its last one, for another step its own. */
  private final int[] ends;

  private long bytes;
  private int placed;
  private long sideBySide;
  private int inPlace;

  private MemoryPlan(int values, int... ends) {
    this.ends = ends;
    members = new int[values];
    specs = new TensorSpec[values];
    family = IntStream.range(0, values).toArray();
    lastUse = new int[values];
    escapes = new boolean[values];
    places = new long[values];
    Arrays.fill(places, NOWHERE);
  }

  /**
   * Plans the memory of steps.
   *
   * @param chains for the first step of each chain, which some images pass through before others
   *     begin, the place after its last
   * @param outputs indices of the values that are returned
   * @param values number of values
   */
  static MemoryPlan of(List<Step> steps, Map<Integer, Integer> chains, int[] outputs, int values) {
    int[] ends = IntStream.range(0, steps.size()).toArray();
    chains.forEach((first, end) -> Arrays.fill(ends, first, end, end - 1));
    MemoryPlan arena = new MemoryPlan(values, ends);
    steps.forEach(arena::unite);
    for (int value = 0; value < values; value++) {
      arena.members[arena.familyOf(value)]++;
    }
    for (int i = 0; i < steps.size(); i++) {
      arena.use(i, steps.get(i).in());
      arena.use(i, steps.get(i).out());
    }
    for (int output : outputs) {
      arena.escapes[arena.familyOf(output)] = true;
    }
    arena.assign(steps);
    return arena;
  }

  private void unite(Step step) {
    if (step.direct() == null) {
      int[] all = IntStream.concat(Arrays.stream(step.in()), Arrays.stream(step.out())).toArray();
      for (int value : step.out().length == 0 ? new int[0] : all) {
        family[familyOf(value)] = familyOf(all[0]);
      }
    }
  }

  private int familyOf(int value) {
    int root = value;
    while (family[root] != root) {
      root = family[root];
    }
    family[value] = root;
    return root;
  }

  private void use(int step, int... values) {
    for (int value : values) {
      lastUse[familyOf(value)] = step;
    }
  }

  private void assign(List<Step> steps) {
    FreeList free = new FreeList();
    List<List<Integer>> ending = new ArrayList<>();
    steps.forEach(step -> ending.add(new ArrayList<>()));
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      boolean inBlock = step.direct() != null && !escapes[familyOf(step.out()[0])];
      if (inBlock && !isLocal(i, step) && !isWidenedVariable(steps, step)) {
        int to = step.out()[0];
        specs[to] = step.specs()[0];
        int over = overwritten(i, steps);
        placed++;
        sideBySide += padded(specs[to]);
        if (over >= 0) {
          inPlace++;
          places[to] = places[over];
          ending.get(ends[i]).removeIf(value -> value == over);
        } else {
          places[to] = free.take(padded(step.specs()[0]));
        }
        ending.get(ends[lastUse[familyOf(to)]]).add(to);
      }
      for (int ended : ending.get(i)) {
        free.giveBack(places[ended], padded(specs[ended]));
      }
    }
    bytes = free.end();
  }

  /** Returns whether a step is of a chain whose other steps alone use its result. */
  boolean isLocal(int index, Step step) {
    int value = step.out()[0];
    return ends[index] > index
        && members[familyOf(value)] == 1
        && !escapes[familyOf(value)]
        && lastUse[value] > index
        && lastUse[value] <= ends[index];
  }

  private static boolean isWidenedVariable(List<Step> steps, Step step) {
    long bytes = step.specs()[0].bytes();
    return bytes > MOST_WIDENED
        && step.in().length == 1
        && bytes > step.node().inputs().getFirst().spec().bytes()
        && steps.stream()
            .filter(maker -> maker.node().op() instanceof ReadVariable)
            .anyMatch(maker -> maker.out()[0] == step.in()[0]);
  }

  /** Returns the operand whose memory a pointwise op may write its result into, or -1. */
  private int overwritten(int index, List<Step> steps) {
    Step step = steps.get(index);
    if (step.direct() instanceof Pointwise) {
      for (int in : step.in()) {
        if (places[in] != NOWHERE
            && members[familyOf(in)] == 1
            && lastUse[in] == index
            && !isOfChainBefore(in, index, steps)
            && specs[in].equals(step.specs()[0])) {
          return in;
        }
      }
    }
    return -1;
  }

  /** Returns whether the first step of an operand's chain reads it, maybe as a whole. */
  private boolean isOfChainBefore(int value, int index, List<Step> steps) {
    int first = index;
    while (first > 0 && ends[first - 1] == ends[index]) {
      first--;
    }
    return first < index && Arrays.stream(steps.get(first).in()).anyMatch(in -> in == value);
  }

  private static long padded(TensorSpec spec) {
    return (spec.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /**
   * Returns the steps, each with the values outside the block that are used there for the last
   * time.
   */
  Step[] withEnds(List<Step> steps) {
    List<List<Integer>> ending = new ArrayList<>();
    steps.forEach(step -> ending.add(new ArrayList<>()));
    for (int value = 0; value < family.length && !steps.isEmpty(); value++) {
      if (places[value] == NOWHERE && !escapes[familyOf(value)]) {
        ending.get(ends[lastUse[familyOf(value)]]).add(value);
      }
    }
    Step[] all = new Step[steps.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] =
          steps.get(i).endingWith(ending.get(i).stream().mapToInt(Integer::intValue).toArray());
    }
    return all;
  }

  GraphReport.Buffers buffers() {
    return new GraphReport.Buffers(placed, sideBySide, bytes, inPlace);
  }

  /** Allocates a block, and sets the slots of the values that lie in it. */
  void place(Step[] steps, EagerTensor... slots) {
    EagerTensor block;
    try (Scope none = Scope.none()) {
      block = EagerTensor.allocate(new TensorSpec(DType.UINT8, Shape.of(bytes)));
      block.share();
    }
    for (Step step : steps) {
      if (step.direct() != null && places[step.out()[0]] != NOWHERE) {
        slots[step.out()[0]] = block.reinterpreted(step.specs()[0], places[step.out()[0]]);
      }
    }
  }

  /** The free ranges of a block that grows. */
  private static final class FreeList {
    private final List<long[]> gaps = new ArrayList<>();
    private long end;

    /** Takes the first gap that is large enough. */
    long take(long size) {
      for (long[] gap : gaps) {
        if (gap[1] - gap[0] >= size) {
          gap[0] += size;
          return gap[0] - size;
        }
      }
      end += size;
      return end - size;
    }

    void giveBack(long from, long size) {
      gaps.add(new long[] {from, from + size});
      gaps.sort((a, b) -> Long.compare(a[0], b[0]));
      for (int i = gaps.size() - 1; i > 0; i--) {
        if (gaps.get(i - 1)[1] == gaps.get(i)[0]) {
          gaps.get(i - 1)[1] = gaps.remove(i)[1];
        }
      }
      gaps.removeIf(gap -> gap[0] == gap[1]);
    }

    long end() {
      return end;
    }
  }
}
