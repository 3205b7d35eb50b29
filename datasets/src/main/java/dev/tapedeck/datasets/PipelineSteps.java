package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Example;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * The steps of a pipeline beyond the first ones: what chooses, joins, groups and keeps elements.
 */
abstract sealed class PipelineSteps extends PipelineSources permits Pipeline {
  abstract TypedPipeline<?> typed();

  /**
   * Keeps the examples, or batches, that a predicate accepts. Of the others all is released; of
   * those before the first {@link Pipeline#map} or {@link Pipeline#batch} only the row numbers are
   * kept.
   */
  public Pipeline filter(Predicate<Example> predicate) {
    return new Pipeline(typed().filter(predicate));
  }

  /**
   * Puts the elements of the pipelines that a function makes of each element one after the other.
   *
   * <p>What the function computes is released when its pipeline ends, so a pipeline is used once;
   * its random orders depend on the number of its element.
   */
  public Pipeline flatMap(Function<Example, Pipeline> function) {
    return new Pipeline(typed().interleave("flatMap", made("flatMap", function), 1, 1));
  }

  /**
   * Takes turns between the pipelines that a function makes of elements, as {@code tf.data}: {@code
   * blockLength} elements of one, then of the next, over {@code cycleLength} open ones; one that
   * has ended gives its place to that of the next element.
   *
   * <p>The order is always the same. Where the pipelines end in {@link Pipeline#prefetch} they work
   * at the same time: {@code interleave(file -> read(file).prefetch(16), 4, 1)}. Else as {@link
   * #flatMap}.
   *
   * @throws IllegalArgumentException if a length is below 1
   */
  public Pipeline interleave(
      Function<Example, Pipeline> function, int cycleLength, int blockLength) {
    atLeast(1, "interleave", "a cycleLength", cycleLength);
    atLeast(1, "interleave", "a blockLength", blockLength);
    return new Pipeline(
        typed().interleave("interleave", made("interleave", function), cycleLength, blockLength));
  }

  private static Function<Example, TypedPipeline<?>> made(
      String who, Function<Example, Pipeline> function) {
    return example -> {
      Pipeline made = function.apply(example);
      if (made == null) {
        throw Refusal.of(
            who,
            "needs a Pipeline from the function",
            null,
            "return Pipeline.of(..).take(0) for none");
      }
      return made.typed();
    };
  }

  /** Adds the elements of another pipeline at the end. */
  public Pipeline concatenate(Pipeline next) {
    return new Pipeline(typed().concatenate(next.typed()));
  }

  /**
   * Takes batches apart: the slices of all tensors along the first axis.
   *
   * <p>Iterating throws IllegalArgumentException if a tensor has no axes, or the first axes differ
   * in size.
   */
  public Pipeline unbatch() {
    return new Pipeline(
        typed()
            .interleave(
                "unbatch",
                batch -> {
                  Source rows = Source.of(batch.inputs(), batch.labels(), batch.weights());
                  return new TypedPipeline<>(rows, rows);
                },
                1,
                1));
  }

  /**
   * Stacks {@code size} examples that follow each other, and the same from each example on: {@code
   * window(3, 1, 1, true)} of 0 to 4 is {@code [0 1 2] [1 2 3] [2 3 4]}.
   *
   * <p>That is {@code ds.window(..).flat_map(lambda window: window.batch(size))} of {@code
   * tf.data}.
   *
   * @param shift examples from the beginning of a window to that of the next
   * @param stride examples from one to the next within a window
   * @param dropRemainder whether windows that would be shorter are left out at the end
   * @throws IllegalArgumentException if a number is below 1
   */
  public Pipeline window(int size, int shift, int stride, boolean dropRemainder) {
    atLeast(1, "window", "a size", size);
    atLeast(1, "window", "a shift", shift);
    atLeast(1, "window", "a stride", stride);
    return new Pipeline(typed().window(size, shift, stride, dropRemainder));
  }

  /** Stacks {@code size} examples, padded at their ends with zeros to the longest of the batch. */
  public Pipeline paddedBatch(int size) {
    return paddedBatch(size, new Padding(), false);
  }

  /**
   * Stacks {@code size} examples, whose tensors are padded at their ends to the same sizes.
   *
   * <p>Iterating throws IllegalArgumentException if examples of a batch differ in structure, type
   * or number of axes, or are larger than a size that is given.
   *
   * @param dropRemainder whether a last, smaller batch is left out
   * @throws IllegalArgumentException if the size is below 1
   */
  public Pipeline paddedBatch(int size, Padding padding, boolean dropRemainder) {
    atLeast(1, "paddedBatch", "a size", size);
    return new Pipeline(typed().paddedBatch(size, padding, dropRemainder));
  }

  /**
   * Makes padded batches of examples of similar length, so that little is padded, as {@code
   * tf.data}.
   *
   * <p>With boundaries 10 and 20, lengths below 10 make the first batches, those from 10 to 19 the
   * second, the others the third. A batch comes when it is full; what is left at the end comes in
   * the order of the buckets.
   *
   * @param length returns the length of an example: {@code e -> e.x().shape().size(0)}
   * @param boundaries lengths at which the next bucket begins, ascending
   * @param batchSizes examples of a batch in each bucket, one more than boundaries
   * @throws IllegalArgumentException as {@link #bucketBySequenceLength(ToLongFunction, long[],
   *     int[], Padding, boolean)}
   */
  public Pipeline bucketBySequenceLength(
      ToLongFunction<Example> length, long[] boundaries, int[] batchSizes) {
    return bucketBySequenceLength(length, boundaries, batchSizes, new Padding(), false);
  }

  /**
   * Makes padded batches of examples of similar length, as {@link
   * #bucketBySequenceLength(ToLongFunction, long[], int[])}.
   *
   * @param padding as of {@link #paddedBatch}; {@link Padding#BUCKET} is the largest length of a
   *     bucket, with which all of its batches have one shape, and there is none in the last
   * @param dropRemainder whether batches that are not full at the end are left out
   * @throws IllegalArgumentException if the boundaries do not ascend, or there is not one size more
   *     than boundaries, or one is below 1
   */
  public Pipeline bucketBySequenceLength(
      ToLongFunction<Example> length,
      long[] boundaries,
      int[] batchSizes,
      Padding padding,
      boolean dropRemainder) {
    for (int i = 1; i < boundaries.length; i++) {
      if (boundaries[i - 1] >= boundaries[i]) {
        throw Refusal.of(
            BucketStage.STEP,
            "needs boundaries that ascend",
            Arrays.toString(boundaries),
            "sort them");
      }
    }
    if (batchSizes.length != boundaries.length + 1) {
      throw Refusal.of(
          BucketStage.STEP,
          "needs a size for each of " + (boundaries.length + 1) + " buckets",
          Arrays.toString(batchSizes),
          "give one more than boundaries");
    }
    Arrays.stream(batchSizes).forEach(size -> atLeast(1, BucketStage.STEP, "sizes", size));
    return new Pipeline(
        typed()
            .bucket(
                length,
                Arrays.stream(boundaries).boxed().toList(),
                Arrays.stream(batchSizes).boxed().toList(),
                padding,
                dropRemainder));
  }

  /**
   * Keeps the elements in memory when they are first made, and gives the same ones in every pass:
   * what comes before, such as reading and decoding, is done once, and its random orders and draws
   * are those of the first pass.
   *
   * <p>All iterations of this pipeline share the elements. After a restart they are made again, the
   * same.
   *
   * @throws IllegalArgumentException if the pipeline has no end
   */
  public Pipeline cache() {
    requireEnd();
    return new Pipeline(typed().cache(RandomKey.next()));
  }

  /**
   * Keeps the elements in a file, as {@link #cache()} in memory, also for later runs: a file that
   * is there is read.
   *
   * <p>The file gets its name when all elements have been made once; until then it is named as a
   * temporary one beside. All examples have one structure; tensors may differ in type and shape.
   * Whether a file has what the steps before make is checked by the first element's structure,
   * types and shapes alone: delete the file when steps change.
   *
   * <p>Iterating throws {@link DatasetException} if the file cannot be read or written.
   *
   * @throws IllegalArgumentException if the pipeline has no end
   */
  public Pipeline cache(Path file) {
    Objects.requireNonNull(file, "cache: the file is null; give one, or none to cache in memory");
    requireEnd();
    return new Pipeline(typed().cache(RandomKey.next(), file));
  }

  private void requireEnd() {
    if (typed().stage().cardinality() == INFINITE) {
      throw Refusal.of(
          "cache", "needs a pipeline with an end", "one without", "cache before repeat");
    }
  }

  /**
   * Keeps every {@code shards}-th element from the {@code index}-th on, for one of several workers;
   * shard before a shuffle without a seed of its own, or workers share elements.
   *
   * @throws IllegalArgumentException if there is no shard, or the index is not below their number
   */
  public Pipeline shard(long shards, long index) {
    atLeast(1, "shard", "a number of shards", shards);
    if (index < 0 || index >= shards) {
      throw Refusal.of(
          "shard", "needs an index from 0 to " + (shards - 1), index, "count workers from 0");
    }
    return new Pipeline(typed().shard(shards, index));
  }

  /** Numbers the elements from 0: their inputs become an {@link Enumerated}. */
  public Pipeline enumerate() {
    return enumerate(0);
  }

  /** Numbers the elements from {@code start}: their inputs become an {@link Enumerated}. */
  public Pipeline enumerate(long start) {
    return new Pipeline(typed().enumerate(start));
  }

  /**
   * Changes each element on other threads, {@code threads} elements at once, in their order, as
   * {@link #map(UnaryOperator, int, boolean)}.
   */
  public Pipeline map(UnaryOperator<Example> function, int threads) {
    return map(function, threads, true);
  }

  /**
   * Changes each element as {@link Pipeline#map(UnaryOperator)}, on other threads, {@code threads}
   * elements at once. The function is called by several threads at the same time.
   *
   * <p>Random draws of the function depend on the number of the iteration and of the element, and
   * so are the same with any number of threads. Threads end soon after they have nothing to do, so
   * an iterator can be dropped at any time.
   *
   * @param ordered whether elements keep their order; else they come as they are ready, and the
   *     iteration cannot be resumed from a checkpoint, as {@code fit} says
   * @throws IllegalArgumentException if there are no threads
   */
  public Pipeline map(UnaryOperator<Example> function, int threads, boolean ordered) {
    atLeast(1, "map", "a number of threads", threads);
    return new Pipeline(typed().map(function, RandomKey.next(), threads, ordered));
  }

  /**
   * Changes each element by a function that also has a state, which it returns for the next one:
   *
   * <pre>{@code
   * Pipeline sums = data.scan(Tensor.of(0f), (sum, e) -> {
   *   Tensor next = sum.add(e.x());
   *   return new Scanned<>(next, new Example(next, e.y()));
   * });
   * }</pre>
   *
   * @param initial state at the beginning of each pass
   */
  public <S> Pipeline scan(S initial, BiFunction<S, Example, Scanned<S>> function) {
    return new Pipeline(typed().scan(initial, function));
  }

  /**
   * Leaves out elements at random so that classes come in other shares.
   *
   * <p>With shares {@code q} of classes in the data and {@code p} wanted, an element of class
   * {@code c} is kept with probability {@code (p_c / q_c) / max_i (p_i / q_i)}.
   *
   * @param classOf returns the class of an example, from 0
   * @param wanted shares of the classes, in proportion
   * @param before shares in the data; null to count them as they come
   * @throws IllegalArgumentException if a share is negative, or not as many are given of both
   */
  public Pipeline rejectionResample(
      ToIntFunction<Example> classOf, double[] wanted, double[] before, long seed) {
    String who = "rejectionResample";
    List<Double> shares = shares(who, "wanted shares", wanted, wanted.length);
    return new Pipeline(
        typed()
            .resample(
                classOf,
                shares,
                before == null ? null : shares(who, "shares before", before, wanted.length),
                RandomKey.of(seed)));
  }

  /** Returns what a function makes of this pipeline, for steps that are used together. */
  public <T> T apply(Function<? super Pipeline, T> function) {
    return function.apply((Pipeline) this);
  }

  static void atLeast(long least, String who, String what, long received) {
    if (received < least) {
      throw new IllegalArgumentException(
          who + ": expected " + what + " of " + least + " or more, received " + received);
    }
  }
}
