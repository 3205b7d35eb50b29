package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.MatrixKernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * Attention computed for some queries at a time, so that no matrix of all queries and all keys is
 * in memory. The gradient computes the weights again.
 *
 * <p>T. Dao et al., "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness",
 * NeurIPS 2022, which also divides the keys; here all scores of a query are there at once.
 */
final class AttentionBlocks {
  /** The scores that are computed at a time: about as many as a processor's cache holds. */
  private static final long BLOCK = 1 << 16;

  /** The minimum queries of a block, however many keys there are. */
  private static final long LEAST_ROWS = 16;

  private static final Formula SUM = Formula.of("sum", Expr::plus);

  private final Kernels kernels;
  private final MatrixKernels matrices;
  private final DotProductAttention op;
  private final EagerTensor query;
  private final EagerTensor key;
  private final EagerTensor value;
  private final EagerTensor mask;
  private final long batch;
  private final long heads;
  private final long shared;
  private final long group;
  private final long queries;
  private final long keys;

  /**
   * Takes the operands.
   *
   * @param mask bools that broadcast to {@code [.., heads, queries, keys]}; null for none
   */
  AttentionBlocks(
      Kernels kernels,
      DotProductAttention op,
      EagerTensor query,
      EagerTensor key,
      EagerTensor value,
      EagerTensor mask) {
    this.kernels = kernels;
    this.op = op;
    this.query = query;
    this.key = key;
    this.value = value;
    Shape shape = query.shape();
    Shape outer = shape.slice(0, shape.rank() - 3);
    batch = outer.count();
    heads = shape.size(-2);
    shared = key.shape().size(-2);
    group = heads / Math.max(shared, 1);
    queries = shape.size(-3);
    keys = key.shape().size(-3);
    boolean enough = batch * shared >= kernels.threads(); // heads to occupy all threads
    matrices = enough ? kernels.matrices().undivided() : kernels.matrices();
    this.mask = mask == null ? null : expanded(mask, outer.concat(heads, queries, keys));
  }

  /** Returns a mask of all pairs, as a view in which keys lie next to each other. */
  private static EagerTensor expanded(EagerTensor mask, Shape pairs) {
    Shape shape = mask.shape();
    boolean each = shape.rank() > 0 && shape.size(-1) == pairs.size(-1);
    EagerTensor rows =
        each
            ? mask
            : mask.broadcastTo(
                shape.rank() == 0
                    ? Shape.of(pairs.size(-1))
                    : shape.with(shape.rank() - 1, pairs.size(-1)));
    return rows.dense().broadcastTo(pairs);
  }

  /** Work on a part of the queries of a head, whose last key is the one before {@code seen}. */
  @FunctionalInterface
  private interface Block {
    void run(long from, long end, long seen);
  }

  private void forEachBlock(Block work) {
    long rows = Math.max(LEAST_ROWS, BLOCK / keys);
    for (long from = 0; from < queries; from += rows) {
      long end = Math.min(from + rows, queries);
      // A mask may leave a query without a key, which then has the mean of all values.
      work.run(from, end, op.causal() && mask == null ? Math.min(end, keys) : keys);
    }
  }

  /** Computes the output, which is dense. */
  void forward(EagerTensor output) {
    if (keys == 0) {
      Elements.fill(output, 0);
      return;
    }
    kernels.parallelFor(
        batch * heads,
        1,
        (first, end) -> {
          for (long i = first; i < end; i++) {
            forward(i / heads, i % heads, output);
          }
        });
  }

  private void forward(long image, long head, EagerTensor output) {
    EagerTensor q = matrix(query, image, head);
    EagerTensor k = matrix(key, image, head / group);
    EagerTensor v = matrix(value, image, head / group);
    forEachBlock(
        (from, end, seen) -> {
          EagerTensor weights =
              weights(q.part(0, from, end), k.part(0, 0, seen), image, head, from);
          put(product(weights, false, v.part(0, 0, seen), false), output, image, head, from);
          weights.release();
        });
  }

  private EagerTensor weights(EagerTensor q, EagerTensor k, long image, long head, long from) {
    EagerTensor scores = product(q, false, k, true);
    kernels.attention().weights(allowed(image, head, from, scores), past(from), op.scale(), scores);
    return scores;
  }

  /** Returns how many keys the first query of a block may attend to. */
  private long past(long from) {
    return op.causal() ? from + 1 : keys;
  }

  private EagerTensor allowed(long image, long head, long from, EagerTensor scores) {
    if (mask == null) {
      return null;
    }
    int rank = mask.shape().rank();
    long[] strides = mask.strides();
    long offset = offset(mask, rank - 3, image) + head * strides[rank - 3];
    return mask.view(
        scores.shape(),
        new long[] {strides[rank - 2], strides[rank - 1]},
        offset + from * strides[rank - 2]);
  }

  /** Computes the gradients, which are dense. */
  void backward(EagerTensor upstream, EagerTensor... gradients) {
    if (keys == 0 || queries == 0) {
      for (EagerTensor gradient : gradients) {
        Elements.fill(gradient, 0);
      }
      return;
    }
    kernels.parallelFor(
        batch * shared,
        1,
        (first, end) -> {
          for (long i = first; i < end; i++) {
            backward(i / shared, i % shared, upstream, gradients);
          }
        });
  }

  /** Computes the gradients for the heads that share keys and values. */
  private void backward(long image, long sharing, EagerTensor upstream, EagerTensor... gradients) {
    EagerTensor k = matrix(key, image, sharing);
    EagerTensor v = matrix(value, image, sharing);
    EagerTensor ofKeys = zeros(k.shape());
    EagerTensor ofValues = zeros(v.shape());
    for (long h = sharing * group; h < (sharing + 1) * group; h++) {
      long head = h;
      EagerTensor q = matrix(query, image, head);
      EagerTensor g = matrix(upstream, image, head);
      forEachBlock(
          (from, end, seen) -> {
            EagerTensor some = q.part(0, from, end);
            EagerTensor out = g.part(0, from, end);
            EagerTensor near = k.part(0, 0, seen);
            EagerTensor weights = weights(some, near, image, head, from);
            add(product(weights, true, out, false), ofValues);
            EagerTensor scores = product(out, false, v.part(0, 0, seen), true);
            kernels
                .attention()
                .gradient(
                    weights, allowed(image, head, from, weights), past(from), op.scale(), scores);
            weights.release();
            put(product(scores, false, near, false), gradients[0], image, head, from);
            add(product(scores, true, some, false), ofKeys);
            scores.release();
          });
    }
    put(ofKeys, gradients[1], image, sharing, 0);
    put(ofValues, gradients[2], image, sharing, 0);
  }

  private EagerTensor zeros(Shape shape) {
    EagerTensor zeros = EagerTensor.allocate(new TensorSpec(query.dtype(), shape));
    Elements.fill(zeros, 0);
    return zeros;
  }

  private EagerTensor product(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB) {
    Shape shape = Shape.of(a.shape().size(transposeA ? 1 : 0), b.shape().size(transposeB ? 0 : 1));
    EagerTensor product = EagerTensor.allocate(new TensorSpec(a.dtype(), shape));
    if (shape.count() > 0) {
      matrices.matmul(a, transposeA, b, transposeB, product);
    }
    return product;
  }

  /** Adds a matrix to the first rows of another, and releases it. */
  private void add(EagerTensor part, EagerTensor sum) {
    if (part.shape().count() > 0) {
      EagerTensor rows = sum.part(0, 0, part.shape().size(0));
      kernels.pointwise().compute(SUM, rows, rows, part);
    }
    part.release();
  }

  /** Puts a matrix where a head has rows of a tensor, and releases it. */
  private static void put(EagerTensor part, EagerTensor to, long image, long head, long from) {
    Shape shape = to.shape();
    long bytes = shape.size(-1) * to.dtype().bytes();
    long all = shape.size(-2);
    MemorySegment source = part.elements();
    MemorySegment target = to.elements();
    for (long i = 0; i < part.shape().size(0); i++) {
      long row = (image * shape.size(-3) + from + i) * all + head;
      MemorySegment.copy(source, i * bytes, target, row * bytes, bytes);
    }
    part.release();
  }

  /** Returns a head's matrix of {@code [.., rows, heads, columns]}. */
  private static EagerTensor matrix(EagerTensor x, long image, long head) {
    int rank = x.shape().rank();
    long[] strides = x.strides();
    return x.view(
        Shape.of(x.shape().size(-3), x.shape().size(-1)),
        new long[] {strides[rank - 3], strides[rank - 1]},
        offset(x, rank - 3, image) + head * strides[rank - 2]);
  }

  /** Returns where in memory a part begins that has a number among those of the first axes. */
  private static long offset(EagerTensor x, int axes, long number) {
    long offset = x.offset();
    long rest = number;
    for (int axis = axes - 1; axis >= 0; axis--) {
      offset += rest % x.shape().size(axis) * x.strides()[axis];
      rest /= x.shape().size(axis);
    }
    return offset;
  }
}
