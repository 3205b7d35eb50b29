package dev.tapedeck.datasets;

import dev.tapedeck.ops.RandomKey;
import dev.tapedeck.tensor.Trackable;
import dev.tapedeck.tensor.Variable;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Iterator;
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
 * <p>A pipeline's state, for checkpoints, is the number of iterations that were started.
 */
public final class Pipeline implements Dataset, Trackable {
  private final Flow<?> flow;
  private final Variable iterations = Variable.untrainable(0L, "iterations");

  private Pipeline(Flow<?> flow) {
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
    return new Pipeline(new Flow<>(source, source));
  }

  /**
   * Reorders the examples at random, in another order at every iteration; the seed is the next of
   * the process's.
   *
   * @param buffer from how many waiting examples each is drawn; as many as there are make all
   *     orders equally likely, fewer let no example come more than {@code buffer - 1} places early
   * @throws IllegalArgumentException if the buffer is below 1
   * @see RandomKey#seed
   */
  public Pipeline shuffle(int buffer) {
    return shuffle(buffer, RandomKey.next());
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
    return shuffle(buffer, RandomKey.of(seed));
  }

  private Pipeline shuffle(int buffer, RandomKey key) {
    atLeast(1, "shuffle", "a buffer", buffer);
    return new Pipeline(flow.shuffle(buffer, key));
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
   * throws comes out of the iterator.
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
   * Makes up to so many examples, or batches, ahead on a thread of its own, in the same order.
   *
   * <p>The functions of {@link #map} before this step run on that thread. What they throw comes out
   * of {@code next()}, and the iteration ends. The thread, a daemon, ends with the iteration, or
   * when its iterator is garbage.
   *
   * @throws IllegalArgumentException if the count is below 1
   */
  public Pipeline prefetch(int count) {
    atLeast(1, "prefetch", "a count", count);
    return new Pipeline(flow.prefetch(count));
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
    return new Iteration(this, (long) iterations.reading().item());
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
          "%s: expected %s of %d or more, received %d".formatted(who, what, least, received));
    }
  }
}
