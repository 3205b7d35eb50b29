package dev.tapedeck.datasets;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * An input pipeline: examples, and the steps that turn them into the batches of a training.
 *
 * <pre>{@code
 * Pipeline train = Pipeline.of(Mnist.train()).shuffle(60_000).batch(128);
 * }</pre>
 *
 * <p>Each step returns a new pipeline and leaves this one unchanged. Elements are made on demand,
 * and every iteration starts from the beginning. The names are those of {@code tf.data}.
 *
 * <p>What an iterator's {@code next()} returns belongs to the caller's {@link
 * dev.tapedeck.tensor.Scope}; buffered examples belong to no scope.
 *
 * <p>Before the first {@link #map}, {@link #batch} or {@link #prefetch}, steps only reorder row
 * numbers, and a batch is then gathered straight from the source: put {@link #shuffle} and {@link
 * #repeat} first.
 *
 * <p>An iteration ends when a step throws, such as a function of {@link #map}; a function that can
 * do without a bad element must catch its own exception. A suppressed exception names the step and
 * the number of the element. A checkpoint saved after the failure holds the place of the failed
 * element, which is tried again once it is restored.
 *
 * <p>A pipeline's state, for checkpoints, is the number of iterations that were started.
 */
public final class Pipeline extends PipelineSteps implements Trackable {
  private final TypedPipeline<?> typed;
  private final Variable iterations = Variable.untrainable(0L, "iterations");

  Pipeline(TypedPipeline<?> typed) {
    this.typed = typed;
  }

  @Override
  TypedPipeline<?> typed() {
    return typed;
  }

  /**
   * Makes a pipeline of inputs without labels: the slices of their tensors along the first axis.
   *
   * @param inputs a tensor, which must not be released meanwhile, whatever tensors are made of (see
   *     {@link dev.tapedeck.tensor.Tensor#of(Object)}), or a record, list, array or map of them
   * @throws IllegalArgumentException if a tensor has no axes, or the first axes differ in size
   */
  public static Pipeline of(Object inputs) {
    return of(inputs, null);
  }

  /**
   * Makes a pipeline of inputs and their labels: the slices of all tensors along the first axis.
   *
   * @param inputs as in {@link #of(Object)}
   * @param labels likewise, in a structure of their own; null for none
   * @throws IllegalArgumentException if a tensor has no axes, or the first axes differ in size
   */
  public static Pipeline of(Object inputs, Object labels) {
    return of(inputs, labels, null);
  }

  /**
   * Makes a pipeline of inputs, their labels, and how much each example counts in losses and
   * weighted metrics: the slices of all tensors along the first axis.
   *
   * <p>Examples and batches have the same structures. Other Java values in them are the same in
   * each.
   *
   * @param inputs as in {@link #of(Object)}
   * @param labels likewise, in a structure of their own; null for none
   * @param weights one tensor, or tensors by output of the model; null where all weigh the same
   * @throws IllegalArgumentException if a tensor has no axes, the first axes differ in size, or a
   *     record cannot be made anew with other tensors
   */
  public static Pipeline of(Object inputs, Object labels, Object weights) {
    return of(Source.of(inputs, labels, weights));
  }

  /**
   * Makes a pipeline of images, float32 {@code (height, width, 1)} from 0 to 1, and labels, int32.
   *
   * <p>The images stay bytes in memory; each is converted when it is handed out.
   */
  public static Pipeline of(LabelledImages images) {
    return of(Source.of(images));
  }

  private static Pipeline of(Source source) {
    return new Pipeline(new TypedPipeline<>(source, source));
  }

  /**
   * Reorders the examples at random, in another order at every iteration; the seed is drawn from
   * the process's generator.
   *
   * <p>A {@link #take} or {@link #skip} of it has other examples at every iteration. To split data
   * for training and validation, fix the order first:
   *
   * <pre>{@code
   * Pipeline all = Pipeline.of(x, y).shuffle(1_000, false);
   * Pipeline train = all.skip(200).shuffle(800).batch(32);
   * Pipeline validation = all.take(200).batch(256);
   * }</pre>
   *
   * @param buffer number of buffered examples that the next one is drawn from; if it holds all, all
   *     orders are equally likely; if not, no example comes more than {@code buffer - 1} places
   *     early
   * @throws IllegalArgumentException if the buffer is below 1
   * @see RandomKey#seed
   */
  public Pipeline shuffle(int buffer) {
    return shuffle(buffer, true);
  }

  /**
   * Reorders the examples at random; the seed is drawn from the process's generator.
   *
   * @param buffer as in {@link #shuffle(int)}
   * @param reshuffleEachIteration whether every iteration has another order; else all have the same
   * @throws IllegalArgumentException if the buffer is below 1
   */
  public Pipeline shuffle(int buffer, boolean reshuffleEachIteration) {
    return shuffle(buffer, RandomKey.next(), reshuffleEachIteration);
  }

  /**
   * Reorders the examples at random, in another order at every iteration.
   *
   * <p>The order depends on the seed, on the number of the iteration over this pipeline, and on the
   * number of the pass within a {@link #repeat}.
   *
   * @param buffer as in {@link #shuffle(int)}
   * @throws IllegalArgumentException if the buffer is below 1
   */
  public Pipeline shuffle(int buffer, long seed) {
    return shuffle(buffer, seed, true);
  }

  /**
   * Reorders the examples at random.
   *
   * @param buffer as in {@link #shuffle(int)}
   * @param reshuffleEachIteration whether every iteration, also within a {@link #repeat}, has
   *     another order; else all have the first one's
   * @throws IllegalArgumentException if the buffer is below 1
   */
  public Pipeline shuffle(int buffer, long seed, boolean reshuffleEachIteration) {
    return shuffle(buffer, RandomKey.of(seed), reshuffleEachIteration);
  }

  private Pipeline shuffle(int buffer, RandomKey key, boolean reshuffles) {
    atLeast(1, "shuffle", "a buffer", buffer);
    return new Pipeline(typed.shuffle(buffer, key, reshuffles));
  }

  /** Repeats the examples without end. */
  public Pipeline repeat() {
    return new Pipeline(typed.repeat(INFINITE));
  }

  /**
   * Repeats the examples {@code count} times in all; 1 changes nothing and 0 leaves none.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public Pipeline repeat(long count) {
    atLeast(0, "repeat", "a count", count);
    return new Pipeline(typed.repeat(count));
  }

  /**
   * Keeps the first {@code count} examples, or all if there are fewer.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public Pipeline take(long count) {
    atLeast(0, "take", "a count", count);
    return new Pipeline(typed.take(count));
  }

  /**
   * Leaves out the first {@code count} examples, or all if there are fewer.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public Pipeline skip(long count) {
    atLeast(0, "skip", "a count", count);
    return new Pipeline(typed.skip(count));
  }

  /** Leaves out {@code count} examples after the first {@code from}. */
  Pipeline omit(long from, long count) {
    return new Pipeline(typed.omit(from, count));
  }

  /** Returns whether every iteration has another order. */
  boolean isReshuffled() {
    return SharedSourceSplit.isReshuffled(typed.stage());
  }

  /**
   * Changes each example, or each batch after {@link #batch}, into another, whose structure may
   * differ.
   *
   * <p>Tensors that the function makes and does not return are released when it returns. What it
   * throws comes out of the iterator, and the iteration ends.
   */
  public Pipeline map(UnaryOperator<Example> function) {
    return new Pipeline(typed.map(function));
  }

  /**
   * Stacks the tensors of {@code size} examples, each along a new first axis; the last batch may be
   * smaller.
   *
   * <p>Iterating throws IllegalArgumentException if the examples of a batch differ in structure, or
   * in a tensor's type or shape, which only {@link #map} can cause.
   *
   * @throws IllegalArgumentException if the size is below 1
   */
  public Pipeline batch(int size) {
    return batch(size, false);
  }

  /**
   * Stacks {@code size} examples along a new first axis, as {@link #batch(int)}.
   *
   * @param dropRemainder whether a last, smaller batch is left out
   * @throws IllegalArgumentException if the size is below 1
   */
  public Pipeline batch(int size, boolean dropRemainder) {
    atLeast(1, "batch", "a size", size);
    return new Pipeline(typed.batch(size, dropRemainder));
  }

  /**
   * Makes up to {@code count} examples, or batches, ahead on another thread, in the same order.
   *
   * <p>The functions of {@link #map} before this step run on daemon threads, one at a time for each
   * iteration; one that draws random numbers of the process's generator belongs into {@link
   * #map(UnaryOperator, int)}, or its draws depend on how far ahead it is. What they throw comes
   * out of {@code next()}, and the iteration ends. Once {@code count} elements are ready the thread
   * soon ends, so an iterator can be dropped at any time.
   *
   * @throws IllegalArgumentException if the count is below 1
   */
  public Pipeline prefetch(int count) {
    atLeast(1, "prefetch", "a count", count);
    return new Pipeline(typed.prefetch(count));
  }

  @Override
  public String whyEmpty() {
    return whyEmpty(typed.stage());
  }

  private static String whyEmpty(Stage<?> stage) {
    if (stage.cardinality() != 0 || stage.upstreams().isEmpty()) {
      return "";
    }
    return stage.upstreams().stream()
        .filter(before -> before.cardinality() == 0)
        .findFirst()
        .map(Pipeline::whyEmpty)
        .orElseGet(stage::whyEmpty);
  }

  @Override
  public String whyNotResumed() {
    return whyNotResumed(typed.stage());
  }

  private static String whyNotResumed(Stage<?> stage) {
    return Stream.concat(
            Stream.of(stage.whyNotResumed()),
            stage.upstreams().stream().map(Pipeline::whyNotResumed))
        .filter(why -> !why.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Returns the number of examples, or of batches, {@link #UNKNOWN} or {@link #INFINITE}. */
  @Override
  public long cardinality() {
    return typed.stage().cardinality();
  }

  /**
   * Returns a new iteration, which gets its number at its first use. The iterator is {@link
   * Trackable}: a checkpoint saves its place and restores it.
   */
  @Override
  public synchronized Iterator<Example> iterator() {
    return new ResumableIterator(this, (long) iterations.reading().item());
  }

  /**
   * Checks that this validation pipeline and the training pipeline are not splits of one reshuffled
   * pipeline.
   *
   * @throws IllegalArgumentException if the two are a {@link #take} and a {@link #skip} of one
   *     pipeline that is in another order at every iteration
   */
  @Override
  public void requireApartFrom(Dataset training) {
    if (training instanceof Pipeline other) {
      SharedSourceSplit.requireApart(other.typed.stage(), typed.stage());
    }
  }

  /** Returns the number of the iteration that starts now. */
  synchronized long takeNumber() {
    long number = (long) iterations.reading().item();
    iterations.assign(number + 1);
    return number;
  }

  /** Returns the elements of an iteration. */
  Iterator<Example> elements(long iteration) {
    return typed.iterator(RandomKey.of(iteration));
  }
}
