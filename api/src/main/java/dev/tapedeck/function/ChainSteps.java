package dev.tapedeck.function;

import dev.tapedeck.function.ExecutionPlan.Step;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.ImagesOp;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.kernels.ImageSink;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The steps of an {@link ImageChain}. Values that no other step uses are never whole: each thread
 * has those of the images at hand.
 */
final class ChainSteps {
  /** Operands from outside: those with a part for each example, and those that all share. */
  private static final int DIVIDED = -1;

  private static final int SHARED = -2;

  private final Step[] steps;
  private final boolean[] local;

  /** For each input of each step, the step that makes it, or where it comes from. */
  private final int[][] sources;

  /** For each step, the one whose local result it writes over; itself if there is none. */
  private final int[] over;

  /** Takes the steps, and for each whether only these use its result. */
  ChainSteps(Step[] steps, boolean... local) {
    this.steps = steps;
    this.local = local;
    sources = new int[steps.length][];
    over = new int[steps.length];
    Map<Integer, Integer> makers = new HashMap<>();
    Map<Integer, Integer> lastUses = new HashMap<>();
    for (int i = 0; i < steps.length; i++) {
      sources[i] = new int[steps[i].in().length];
      for (int j = 0; j < sources[i].length; j++) {
        int value = steps[i].in()[j];
        sources[i][j] = makers.getOrDefault(value, isDivided(steps[i], j) ? DIVIDED : SHARED);
        lastUses.put(value, i);
      }
      makers.put(steps[i].out()[0], i);
    }
    for (int i = 0; i < steps.length; i++) {
      over[i] = i;
      for (int source : steps[i].direct() instanceof Pointwise ? sources[i] : new int[0]) {
        boolean free = source >= 0 && local[source] && lastUses.get(steps[source].out()[0]) == i;
        if (free && local[i] && steps[source].specs()[0].equals(steps[i].specs()[0])) {
          over[i] = source;
        }
      }
    }
  }

  private static boolean isDivided(Step step, int input) {
    Shape shape = step.node().inputs().get(input).shape();
    Shape output = step.specs()[0].shape();
    return !(step.direct() instanceof Pointwise)
        || (shape.rank() == output.rank() && shape.size(0) == output.size(0));
  }

  /** Returns the number of steps. */
  int count() {
    return steps.length;
  }

  /**
   * Runs the steps on operands from outside, which are in slots, as other steps' results will be.
   */
  void run(EagerTensor... slots) {
    int[] stale = new int[steps.length];
    EagerTensor[][] operands = new EagerTensor[steps.length][];
    for (int i = 0; i < steps.length; i++) {
      operands[i] = outside(i, slots);
      stale[i] = Dispatch.stale(operands[i]);
      int to = steps[i].out()[0];
      if (!local[i] && slots[to] == null) {
        slots[to] = EagerTensor.allocate(steps[i].specs()[0]);
      }
    }
    compute(Kernels.forOperands(operands[0]), operands[0], slots);
    for (int i = 0; i < steps.length; i++) {
      Dispatch.requireUnchanged(steps[i].node().op(), stale[i], operands[i]);
    }
  }

  private EagerTensor[] outside(int step, EagerTensor... slots) {
    return IntStream.range(0, sources[step].length)
        .filter(i -> sources[step][i] < 0)
        .mapToObj(i -> slots[steps[step].in()[i]])
        .toArray(EagerTensor[]::new);
  }

  private void compute(Kernels kernels, EagerTensor[] firstInputs, EagerTensor... slots) {
    ImagesOp first = (ImagesOp) steps[0].direct();
    first.executeFor(
        new ImageSink() {
          @Override
          public Shape shape() {
            return steps[0].specs()[0].shape();
          }

          @Override
          public EagerTensor memory(long from, long to) {
            return output(0, from, to, slots);
          }

          @Override
          public void take(long from, long to, EagerTensor images) {
            follow(kernels, from, to, images, slots);
          }
        },
        kernels,
        firstInputs);
  }

  private void follow(
      Kernels kernels, long from, long to, EagerTensor images, EagerTensor... slots) {
    EagerTensor[] made = new EagerTensor[steps.length];
    made[0] = images;
    for (int i = 1; i < steps.length; i++) {
      EagerTensor[] in = new EagerTensor[sources[i].length];
      for (int j = 0; j < in.length; j++) {
        EagerTensor whole = slots[steps[i].in()[j]];
        in[j] =
            switch (sources[i][j]) {
              case SHARED -> whole;
              case DIVIDED -> whole.part(0, from, to);
              default -> made[sources[i][j]];
            };
      }
      made[i] = over[i] == i ? output(i, from, to, slots) : made[over[i]];
      steps[i].direct().executeInto(kernels, made[i], in);
    }
    for (int i = 0; i < made.length; i++) {
      if (local[i] && over[i] == i) {
        made[i].release();
      }
    }
  }

  private EagerTensor output(int step, long from, long to, EagerTensor... slots) {
    if (!local[step]) {
      return slots[steps[step].out()[0]].part(0, from, to);
    }
    TensorSpec all = steps[step].specs()[0];
    try (Scope none = Scope.none()) {
      return EagerTensor.allocate(new TensorSpec(all.dtype(), all.shape().with(0, to - from)));
    }
  }
}
