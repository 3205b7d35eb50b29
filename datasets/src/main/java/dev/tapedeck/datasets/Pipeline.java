package dev.tapedeck.datasets;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * An input pipeline: examples, and the steps that turn them into the batches of a training.
 *
 * <pre>{@code
 * Pipeline train = Pipeline.of(Mnist.train()).shuffle(60_000).batch(128);
 * }</pre>
 *
 * <p>Each step returns a new pipeline and leaves this one as it was. Nothing is made before it is
 * asked for, and every iteration starts from the beginning. The names are those of {@code tf.data}.
 *
 * <p>What an iterator's {@code next()} returns belongs to the caller's {@link
 * dev.tapedeck.tensor.Scope}; examples that wait in a buffer are out of the reach of scopes.
 *
 * <p>Before the first {@link #map}, {@link #batch} or {@link #prefetch}, all steps only reorder
 * numbers of examples, and a batch is then gathered straight from the source: put {@link #shuffle}
 * and {@link #repeat} first.
 *
 * <p>An iteration ends with what a step throws, such as a function of {@link #map}: there is no
 * next element, since it could not be the one that would have followed. What can be done without
 * goes into the function. A checkpoint that is saved then, and restored, has the place of the
 * element that was not made, and making it is tried again.
 *
 * <p>A pipeline's state, for checkpoints, is the number of iterations that were started.
 */
public final class Pipeline implements Dataset, Trackable {
  private final TypedPipeline<?> flow;
  private final Variable iterations = Variable.untrainable(0L, "iterations");

  private Pipeline(TypedPipeline<?> flow) {
    this.flow = flow;
  }

  /**
   * Makes a pipeline of inputs without labels: the parts of {@code x} along its first axis.
   *
   * @param x a tensor, which must not be released meanwhile, or whatever tensors are made of: see
   *     {@link dev.tapedeck.tensor.Tensor#of(Object)}
   * @throws IllegalArgumentException if {@code x} has no axes
   */
  public static Pipeline of(Object x) {
    return of(Source.of(x));
  }

  /**
   * Makes a pipeline of inputs and their labels: the parts of both along their first axes.
   *
   * @param x a tensor, which must not be released meanwhile, or whatever tensors are made of: see
   *     {@link dev.tapedeck.tensor.Tensor#of(Object)}
   * @param y likewise
   * @throws IllegalArgumentException if one has no axes, or the first axes differ in size
   */
  public static Pipeline of(Object x, Object y) {
    return of(Source.of(x, y));
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
   * Reorders the examples at random, in another order at every iteration; the seed is the next of
   * the process's.
   *
   * <p>Parts of it, by {@link #take} and {@link #skip}, hold other examples at every iteration. To
   * split data for training and validation, fix the order first:
   *
   * <pre>{@code
   * Pipeline all = Pipeline.of(x, y).shuffle(1_000, false);
   * Pipeline train = all.skip(200).shuffle(800).batch(32);
   * Pipeline validation = all.take(200).batch(256);
   * }</pre>
   *
   * @param buffer from how many waiting examples each is drawn; as many as there are make all
   *     orders equally likely, fewer let no example come more than {@code buffer - 1} places early
   * @throws IllegalArgumentException if the buffer is below 1
   * @see RandomKey#seed
   */
  public Pipeline shuffle(int buffer) {
    return shuffle(buffer, true);
  }

  /**
   * Reorders the examples at random; the seed is the next of the process's.
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
   * <p>The seed and the number of the iteration, of the pipeline that is iterated and within a
   * {@link #repeat}, determine the order.
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
    return new Pipeline(flow.shuffle(buffer, key, reshuffles));
  }

  /** Repeats the examples without end. */
  public Pipeline repeat() {
    return new Pipeline(flow.repeat(INFINITE));
  }

  /**
   * Repeats the examples so many times in all; 1 changes nothing and 0 leaves none.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public Pipeline repeat(long count) {
    atLeast(0, "repeat", "a count", count);
    return new Pipeline(flow.repeat(count));
  }

  /**
   * Keeps the first examples, or all if there are fewer.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public Pipeline take(long count) {
    atLeast(0, "take", "a count", count);
    return new Pipeline(flow.take(count));
  }

  /**
   * Leaves out the first examples, or all if there are fewer.
   *
   * @throws IllegalArgumentException if the count is negative
   */
  public Pipeline skip(long count) {
    atLeast(0, "skip", "a count", count);
    return new Pipeline(flow.skip(count));
  }

  /**
   * Changes each example, or each batch after {@link #batch}.
   *
   * <p>Tensors that the function makes and does not return are released when it returns. What it
   * throws comes out of the iterator, and the iteration ends.
   */
  public Pipeline map(UnaryOperator<Example> function) {
    return new Pipeline(flow.map(function));
  }

  /**
   * Joins so many examples along a new first axis; the last batch may be smaller.
   *
   * <p>Iterating throws IllegalArgumentException if the examples of a batch differ in type or
   * shape, which only {@link #map} can bring about.
   *
   * @throws IllegalArgumentException if the size is below 1
   */
  public Pipeline batch(int size) {
    return batch(size, false);
  }

  /**
   * Joins so many examples along a new first axis, as {@link #batch(int)}.
   *
   * @param dropRemainder whether a last, smaller batch is left out
   * @throws IllegalArgumentException if the size is below 1
   */
  public Pipeline batch(int size, boolean dropRemainder) {
    atLeast(1, "batch", "a size", size);
    return new Pipeline(flow.batch(size, dropRemainder));
  }

  /**
   * Makes up to so many examples, or batches, ahead on another thread, in the same order.
   *
   * <p>The functions of {@link #map} before this step run on daemon threads, for an iteration on
   * one at a time. What they throw comes out of {@code next()}, and the iteration ends. Where so
   * many are ready, no thread waits for long: an iterator can be dropped at any time.
   *
   * @throws IllegalArgumentException if the count is below 1
   */
  public Pipeline prefetch(int count) {
    atLeast(1, "prefetch", "a count", count);
    return new Pipeline(flow.prefetch(count));
  }

  @Override
  public String whyEmpty() {
    for (Stage<?> stage = flow.stage(); stage != null; stage = stage.upstream()) {
      Stage<?> before = stage.upstream();
      if (stage.cardinality() == 0 && before != null && before.cardinality() != 0) {
        return stage.leavesNothing();
      }
    }
    return "";
  }

  /** Returns the number of examples, or of batches, or {@link #INFINITE}. */
  @Override
  public long cardinality() {
    return flow.stage().cardinality();
  }

  /**
   * Returns the next iteration, which counts from its first use on. The iterator is {@link
   * Trackable}: a checkpoint saves its place, and takes it back there.
   */
  @Override
  public synchronized Iterator<Example> iterator() {
    return new ResumableIterator(this, (long) iterations.reading().item());
  }

  /**
   * Checks that this pipeline does not validate what is trained on the rest of the same one.
   *
   * @throws IllegalArgumentException if the two are parts, by {@link #take} and {@link #skip}, of a
   *     pipeline that is in another order at every iteration
   */
  @Override
  public void requireApartFrom(Dataset training) {
    if (training instanceof Pipeline other
        && SharedSourceSplit.isReshuffled(other.flow.stage(), flow.stage())) {
      throw new IllegalArgumentException(
          "fit: training and validation take and skip examples of one pipeline that is shuffled"
              + " anew at every iteration, so that each epoch would train on what others validate;"
              + " keep the order with shuffle(buffer, false), and shuffle the training part again"
              + " after take or skip");
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
    return flow.iterator(RandomKey.of(iteration));
  }

  private static void atLeast(long least, String who, String what, long received) {
    if (received < least) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: expected %s of %d or more, received %d",
              who,
              what,
              least,
              received));
    }
  }
}
