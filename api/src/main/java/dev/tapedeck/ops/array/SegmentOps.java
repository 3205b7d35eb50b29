package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/** The ops that implement {@link Segments}. */
final class SegmentOps {
  private SegmentOps() {}

  /** A visitor of rows and their ids. */
  @FunctionalInterface
  interface Row {
    void take(long row, long id);
  }

  /**
   * The range of ids.
   *
   * @param who the op's name
   * @param what what they number, {@code segments}
   * @param count the number of possible ids
   * @param all whether a negative id is an error; else its row is left out
   */
  record Ids(String who, String what, long count, boolean all) {
    Ids {
      Objects.requireNonNull(who, "segments: name");
      Objects.requireNonNull(what, "segments: what ids name");
      if (count < 0) {
        throw Refusal.of(
            who,
            "the number of " + what + " must be 0 or more",
            count,
            "give the largest id plus 1");
      }
    }

    void forEach(EagerTensor ids, Row action) {
      EagerTensor dense = ids.dense();
      forEach(dense, 0, dense.shape().count(), action);
    }

    /** Visits rows from one on to before another. */
    private void forEach(EagerTensor dense, long first, long end, Row action) {
      MemorySegment memory = dense.elements();
      for (long i = first; i < end; i++) {
        long id = Elements.getLong(dense.dtype(), memory, i);
        if (id >= count || (all && id < 0)) {
          throw Refusal.of(
              who,
              (all ? "ids must be in [0, " + count + ")" : "ids must be below " + count)
                  + ", the number of "
                  + what,
              id + " at position " + i,
              "correct the id, or give more " + what);
        }
        if (id >= 0) {
          action.take(i, id);
        }
      }
    }

    /** Returns the spec of the result, with one row for each possible id. */
    TensorSpec inferOutput(TensorSpec data, TensorSpec ids) {
      Checks.wholeNumbers(who, ids);
      Checks.numeric(who, data.dtype());
      int rank = ids.shape().rank();
      int all = data.shape().rank();
      if (rank > all || !data.shape().slice(0, rank).equals(ids.shape())) {
        throw Refusal.of(
            who,
            "needs an id for each row",
            "ids " + ids.shape() + " for data " + data.shape(),
            "give the ids the first axes of the data");
      }
      long[] rest = data.shape().slice(rank, all).toArray();
      return new TensorSpec(data.dtype(), Shape.of(count).concat(rest));
    }
  }

  /** Returns the number of elements of each row. */
  private static long length(Shape rows) {
    return rows.slice(1, rows.rank()).count();
  }

  /** Returns data without the copies that broadcasting makes along the last axes of the ids. */
  private static EagerTensor withoutCopies(EagerTensor data, int rank) {
    long[] sizes = data.shape().toArray();
    for (int axis = rank - 1; axis >= 0 && data.strides()[axis] == 0; axis--) {
      sizes[axis] = 1;
    }
    return data.view(Shape.of(sizes), data.strides(), data.offset()).dense();
  }

  /** The sum of the rows of each id. */
  record SegmentSum(Ids ids) implements SimpleOp {
    SegmentSum {
      Objects.requireNonNull(ids, "segments: ids");
    }

    @Override
    public String name() {
      return ids.who;
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      return ids.inferOutput(inputs[0], inputs[1]);
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor named = inputs[1].dense();
      long length = length(output.shape());
      long all = named.shape().count();
      IndexWalk.zero(kernels, output.elements());
      if (all == 0) {
        return;
      }
      EagerTensor rows = withoutCopies(inputs[0], named.shape().rank());
      long copies = all * length / rows.shape().count();
      for (long first = 0; first < all; first += IndexWalk.PLACES) {
        long end = Math.min(first + IndexWalk.PLACES, all);
        long[] places = new long[(int) (end - first)];
        Arrays.fill(places, -1);
        long start = first;
        ids.forEach(named, first, end, (row, id) -> places[(int) (row - start)] = id * length);
        kernels.reductions().scatter(rows, length, copies, first, places, output);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {new SegmentGather(ids).applyTo(upstream, call.input(1)), null};
    }
  }

  /** The row of each id; 0 for a negative id. */
  record SegmentGather(Ids ids) implements SimpleOp {
    SegmentGather {
      Objects.requireNonNull(ids, "segments: ids");
    }

    @Override
    public String name() {
      return ids.who + (ids.all ? "" : "/gradient");
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      Checks.wholeNumbers(ids.who, inputs[1]);
      Shape rows = inputs[0].shape();
      if (rows.isScalar() || Sizes.differ(rows.size(0), ids.count)) {
        throw Refusal.of(
            name(),
            "needs " + ids.count + " " + ids.what,
            "shape " + rows,
            "give the first axis that size");
      }
      return new TensorSpec(
          inputs[0].dtype(), inputs[1].shape().concat(rows.slice(1, rows.rank()).toArray()));
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor rows = inputs[0].dense();
      EagerTensor named = inputs[1].dense();
      MemorySegment from = rows.elements();
      MemorySegment to = output.elements();
      long bytes = length(rows.shape()) * rows.dtype().bytes();
      if (!ids.all) {
        IndexWalk.zero(kernels, to);
      }
      kernels.parallelFor(
          named.shape().count(),
          Math.ceilDiv(IndexWalk.LEAST, Math.max(bytes, 1)),
          (first, end) ->
              ids.forEach(
                  named,
                  first,
                  end,
                  (row, id) -> MemorySegment.copy(from, id * bytes, to, row * bytes, bytes)));
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {new SegmentSum(ids).applyTo(upstream, call.input(1)), null};
    }
  }

  /**
   * The maximum or minimum of the rows of each id.
   *
   * @param zero whether an id without rows gives 0; else the lowest or highest number
   */
  record SegmentExtremum(Ids ids, boolean largest, boolean zero) implements SimpleOp {
    SegmentExtremum {
      if (ids.count > Integer.MAX_VALUE - 8) {
        throw Refusal.of(
            ids.who,
            "the number of segments is at most 2147483639",
            ids.count,
            "number only the segments that occur, as unique does");
      }
    }

    @Override
    public String name() {
      return ids.who;
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      return ids.inferOutput(inputs[0], inputs[1]);
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor data = inputs[0].dense();
      DType dtype = output.dtype();
      MemorySegment from = data.elements();
      MemorySegment to = output.elements();
      long length = length(output.shape());
      double none = zero ? 0 : largest ? -highest(dtype) : highest(dtype);
      for (long i = 0; i < output.shape().count(); i++) {
        Elements.setDouble(dtype, to, i, none);
      }
      boolean[] met = new boolean[(int) ids.count];
      ids.forEach(
          inputs[1],
          (row, id) -> {
            for (long i = 0; i < length; i++) {
              choose(dtype, from, row * length + i, to, id * length + i, met[(int) id]);
            }
            met[(int) id] = true;
          });
    }

    private void choose(
        DType dtype, MemorySegment from, long i, MemorySegment to, long j, boolean met) {
      if (dtype.isFloating()) {
        double x = Elements.getDouble(dtype, from, i);
        double y = met ? Elements.getDouble(dtype, to, j) : x;
        Elements.setDouble(dtype, to, j, largest ? Math.max(x, y) : Math.min(x, y));
      } else {
        long x = Elements.getLong(dtype, from, i);
        long y = met ? Elements.getLong(dtype, to, j) : x;
        Elements.setLong(dtype, to, j, largest ? Math.max(x, y) : Math.min(x, y));
      }
    }

    /** Returns the highest finite double, which whole-number types clip to their own maximum. */
    private static double highest(DType dtype) {
      return switch (dtype) {
        case FLOAT16 -> 65504;
        case BFLOAT16 -> 0x1.fep127;
        case FLOAT32 -> Float.MAX_VALUE;
        case FLOAT64 -> Double.MAX_VALUE;
        default -> Double.POSITIVE_INFINITY;
      };
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor named = call.input(1);
      SegmentGather rows = new SegmentGather(ids);
      Tensor best = rows.applyTo(call.output(), named);
      Tensor chosen = Casting.cast(Logic.equal(call.input(0), best), upstream.dtype());
      Tensor count = Maths.maximum(new SegmentSum(ids).applyTo(chosen, named), 1);
      return new Tensor[] {chosen.mul(rows.applyTo(upstream.div(count), named)), null};
    }
  }
}
