package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.RecurrentKernels;
import dev.tapedeck.tensor.EagerTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/** Steps of recurrent layers by vector loops; each example is the work of one thread. */
final class CpuRecurrent implements RecurrentKernels {
  /** The cost of a unit in additions, by which work is divided. */
  private static final int UNIT = 64;

  /** The sizes of one step in bytes, and its loops. */
  private record Sizes(RecurrentRows loops, long n, long units, long row) {
    static Sizes of(EagerTensor output) {
      long units = output.shape().size(1);
      return new Sizes(
          RecurrentRows.of(output.dtype()),
          output.shape().size(0),
          units,
          units * output.dtype().bytes());
    }

    void forEach(RowLoop work) {
      Workers.run(
          n,
          Math.ceilDiv(Workers.LEAST / UNIT, units),
          (from, to) -> {
            for (long i = from; i < to; i++) {
              work.run(i);
            }
          });
    }
  }

  /** Work on an example. */
  @FunctionalInterface
  private interface RowLoop {
    void run(long example);
  }

  private static long address(EagerTensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }

  private static boolean isValid(long valid, long example) {
    return valid == 0 || VectorSupport.ALL.get(ValueLayout.JAVA_BYTE, valid + example) != 0;
  }

  private static void copy(long from, long to, long bytes) {
    MemorySegment.copy(VectorSupport.ALL, from, VectorSupport.ALL, to, bytes);
  }

  private static void clear(long at, long bytes) {
    VectorSupport.ALL.asSlice(at, bytes).fill((byte) 0);
  }

  @Override
  @SuppressWarnings("ReachabilityFenceUsage") // a try block, since work may fail
  public void step(Cell cell, Step step) {
    Sizes sizes = Sizes.of(step.output());
    long row = sizes.row;
    long valid = address(step.valid());
    long before = step.before().address();
    long output = step.output().address();
    long kept = address(step.kept());
    long memory = address(step.memory());
    long memoryBefore = address(step.memoryBefore());
    RowLoop work = row(cell, step, sizes);
    try {
      sizes.forEach(
          i -> {
            if (isValid(valid, i)) {
              work.run(i);
              return;
            }
            copy(before + i * row, output + i * row, row);
            clear(kept + i * cell.kept() * row, cell.kept() * row);
            if (cell.hasMemory()) {
              copy(memoryBefore + i * row, memory + i * row, row);
            }
          });
    } finally {
      Reference.reachabilityFence(step);
    }
  }

  private static RowLoop row(Cell cell, Step step, Sizes sizes) {
    RecurrentRows loops = sizes.loops;
    long units = sizes.units;
    long row = sizes.row;
    long input = step.input().address();
    long product = step.product().address();
    long bias = step.bias().address();
    long before = step.before().address();
    long output = step.output().address();
    long kept = address(step.kept());
    long memory = address(step.memory());
    long memoryBefore = address(step.memoryBefore());
    return switch (cell) {
      case SIMPLE ->
          i -> {
            loops.sum(input + i * row, product + i * row, bias, units, output + i * row);
            loops.tanh(output + i * row, units, output + i * row);
          };
      case LSTM ->
          i -> {
            long k = kept + 4 * i * row;
            long h = output + i * row;
            long c = memory + i * row;
            loops.sum(input + 4 * i * row, product + 4 * i * row, bias, 4 * units, k);
            loops.sigmoid(k, 2 * units);
            loops.tanh(k + 2 * row, units, k + 2 * row);
            loops.sigmoid(k + 3 * row, units);
            loops.memory(k, memoryBefore + i * row, units, c);
            loops.tanh(c, units, h);
            loops.mul(h, k + 3 * row, units);
          };
      case GRU ->
          i -> {
            long a = input + 3 * i * row;
            long b = product + 3 * i * row;
            long k = kept + 4 * i * row;
            long g = k + 2 * row;
            long q = k + 3 * row;
            loops.add(b, bias + 3 * row, 3 * units);
            loops.sum(a, b, bias, 2 * units, k);
            loops.sigmoid(k, 2 * units);
            copy(b + 2 * row, q, row);
            loops.candidate(a + 2 * row, bias + 2 * row, k + row, q, units, g);
            loops.tanh(g, units, g);
            loops.mix(k, before + i * row, g, units, output + i * row);
          };
    };
  }

  @Override
  @SuppressWarnings("ReachabilityFenceUsage") // a try block, since work may fail
  public void gradient(Cell cell, StepGradient gradient) {
    Sizes sizes = Sizes.of(gradient.upstream());
    long row = sizes.row;
    long valid = address(gradient.step().valid());
    long upstream = gradient.upstream().address();
    long product = gradient.product().address();
    long carried = gradient.carried().address();
    long memoryUpstream = address(gradient.memoryUpstream());
    long memoryCarried = address(gradient.memoryCarried());
    long to = gradient.inputGradient().address();
    long ofState = address(gradient.productGradient());
    RowLoop work = row(cell, gradient, sizes);
    try {
      sizes.forEach(
          i -> {
            long dh = carried + i * row;
            sizes.loops.sum(upstream + i * row, product + i * row, dh, sizes.units, dh);
            if (isValid(valid, i)) {
              work.run(i);
              return;
            }
            long gates = cell.gates() * row;
            clear(to + i * gates, gates);
            if (ofState != 0) {
              clear(ofState + i * gates, gates);
            }
            if (memoryUpstream != 0) {
              sizes.loops.add(memoryCarried + i * row, memoryUpstream + i * row, sizes.units);
            }
          });
    } finally {
      Reference.reachabilityFence(gradient);
    }
  }

  private static RowLoop row(Cell cell, StepGradient gradient, Sizes sizes) {
    RecurrentRows loops = sizes.loops;
    long units = sizes.units;
    long row = sizes.row;
    long carried = gradient.carried().address();
    long output = address(gradient.step().output());
    long before = gradient.step().before().address();
    long kept = address(gradient.step().kept());
    long memory = address(gradient.step().memory());
    long memoryBefore = address(gradient.step().memoryBefore());
    long memoryUpstream = address(gradient.memoryUpstream());
    long memoryCarried = address(gradient.memoryCarried());
    long to = gradient.inputGradient().address();
    long ofState = address(gradient.productGradient());
    return switch (cell) {
      case SIMPLE ->
          i -> {
            loops.tanhGradient(carried + i * row, output + i * row, units, to + i * row);
            clear(carried + i * row, row);
          };
      case LSTM ->
          i -> {
            long k = kept + 4 * i * row;
            long dc = memoryCarried + i * row;
            long gates = to + 4 * i * row;
            if (memoryUpstream != 0) {
              loops.add(dc, memoryUpstream + i * row, units);
            }
            loops.tanh(memory + i * row, units, gates); // until its own gradient is there
            loops.outputGradient(carried + i * row, k + 3 * row, gates, units, dc, gates + 3 * row);
            loops.memoryGradient(k, memoryBefore + i * row, units, dc, gates);
            clear(carried + i * row, row);
          };
      case GRU ->
          i ->
              loops.gruGradient(
                  carried + i * row,
                  kept + 4 * i * row,
                  before + i * row,
                  units,
                  to + 3 * i * row,
                  ofState + 3 * i * row);
    };
  }
}
