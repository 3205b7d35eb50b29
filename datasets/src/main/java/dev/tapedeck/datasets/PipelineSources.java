package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The pipelines that are made of Java objects, of other people's examples, and of pipelines. */
abstract sealed class PipelineSources implements Dataset permits PipelineSteps {
  /**
   * Makes a pipeline of Java objects, from each of which functions make an example when it is
   * needed:
   *
   * <pre>{@code
   * record Row(float[] measured, int species) {}
   * Pipeline.of(rows, Row::measured, Row::species).shuffle(150).batch(16);
   * Pipeline.of(paths, ImageFiles::loadImage, this::classOf).map(image -> image, 4);   // 4 threads
   * }</pre>
   *
   * <p>Before the first step that makes examples, only the numbers of the rows are shuffled. What
   * the functions return may differ in shape from row to row, until it is batched.
   *
   * @param rows not changed as long as the pipeline is used
   * @param features returns inputs: a number, text, an array or a tensor, or a record, list or map
   *     of arrays and tensors
   * @param label returns labels, likewise; null for none
   */
  public static <R> Pipeline of(
      List<R> rows, Function<? super R, ?> features, Function<? super R, ?> label) {
    Objects.requireNonNull(features, "Pipeline.of: the features are null; give a function");
    RowsSource<R> source = new RowsSource<>(rows, features, label);
    return new Pipeline(new TypedPipeline<>(source, source));
  }

  /**
   * Makes a pipeline of examples that somebody else gives, such as a list of examples, another
   * {@link Dataset}, or a generator: {@code from(() -> new Readings(file))}, which is asked for an
   * iterator at each iteration.
   *
   * <p>It is resumed from a checkpoint where all iterations give the same examples. An iterator
   * that makes tensors ahead makes them in {@link dev.tapedeck.tensor.Scope#none()}.
   */
  public static Pipeline from(Iterable<? extends Example> examples) {
    return from(
        examples,
        switch (examples) {
          case Dataset dataset -> dataset.cardinality();
          case Collection<?> all -> all.size();
          default -> UNKNOWN;
        });
  }

  /**
   * Makes a pipeline of examples, as {@link #from(Iterable)}, of a known number.
   *
   * @param cardinality number of examples, which is checked; {@link #UNKNOWN} or {@link #INFINITE}
   */
  public static Pipeline from(Iterable<? extends Example> examples, long cardinality) {
    Objects.requireNonNull(examples, "from: the examples are null; give some");
    return new Pipeline(
        TypedPipeline.collated(new ExamplesStage("from", examples, cardinality, "")));
  }

  /**
   * Makes a pipeline of the examples of streams, of which one is opened at each iteration, and
   * closed when the iteration has ended or is dropped.
   */
  public static Pipeline fromStream(Supplier<? extends Stream<? extends Example>> streams) {
    return fromStream(streams, UNKNOWN);
  }

  /**
   * Makes a pipeline of the examples of streams, as {@link #fromStream(Supplier)}.
   *
   * @param cardinality number of examples, which is checked; {@link #UNKNOWN} or {@link #INFINITE}
   */
  public static Pipeline fromStream(
      Supplier<? extends Stream<? extends Example>> streams, long cardinality) {
    Objects.requireNonNull(streams, "fromStream: the streams are null; give a supplier");
    return new Pipeline(
        TypedPipeline.collated(
            new ExamplesStage("fromStream", new StreamExamples(streams), cardinality, "")));
  }

  /**
   * Makes a pipeline of the examples of one iterator, which can be iterated over once; {@link
   * Pipeline#cache()} keeps them for other epochs. It cannot be resumed from a checkpoint, as
   * {@code fit} says.
   */
  public static Pipeline fromIterator(Iterator<? extends Example> examples) {
    Objects.requireNonNull(examples, "fromIterator: the iterator is null; give one");
    return new Pipeline(
        TypedPipeline.collated(
            new ExamplesStage(
                "fromIterator",
                new OneIteration(examples, new AtomicBoolean()),
                UNKNOWN,
                OneIteration.WHY)));
  }

  /**
   * Makes a pipeline whose inputs are those of one pipeline, and whose labels are the inputs of
   * another; it ends with the shorter one.
   */
  public static Pipeline zip(Pipeline inputs, Pipeline labels) {
    return zip(
        List.of(inputs, labels),
        both -> new Example(both.getFirst().inputs(), both.getLast().inputs()));
  }

  /**
   * Makes a pipeline of what a function makes of one example of each pipeline; it ends with the
   * shortest one. Shuffles of one seed have one order in all.
   */
  public static Pipeline zip(List<Pipeline> pipelines, Function<List<Example>, Example> function) {
    requireSome("zip", pipelines);
    return new Pipeline(TypedPipeline.zip(typed(pipelines), function));
  }

  /**
   * Makes a pipeline of the elements of others, each of one that is drawn at random, until all have
   * ended; the seed is drawn from the process's generator.
   *
   * @param weights of the pipelines, in proportion to their probabilities; none for equal ones
   * @throws IllegalArgumentException as {@link #sampleFrom(List, double[], long, boolean)}
   */
  public static Pipeline sampleFrom(List<Pipeline> pipelines, double... weights) {
    return sampleFrom(pipelines, weights, RandomKey.next(), false);
  }

  /**
   * Makes a pipeline of the elements of others, each of one that is drawn at random.
   *
   * @param weights of the pipelines, in proportion to their probabilities; empty for equal ones
   * @param stopOnEmpty whether the end is where a pipeline is drawn that has ended; else the others
   *     go on until all have
   * @throws IllegalArgumentException if there are no pipelines, or not as many weights, or one is
   *     negative or not finite, or all are 0
   */
  public static Pipeline sampleFrom(
      List<Pipeline> pipelines, double[] weights, long seed, boolean stopOnEmpty) {
    return sampleFrom(pipelines, weights, RandomKey.of(seed), stopOnEmpty);
  }

  private static Pipeline sampleFrom(
      List<Pipeline> pipelines, double[] weights, RandomKey key, boolean stopOnEmpty) {
    requireSome("sampleFrom", pipelines);
    List<Double> each =
        weights.length == 0
            ? Collections.nCopies(pipelines.size(), 1.0)
            : shares("sampleFrom", "weights", weights, pipelines.size());
    return new Pipeline(TypedPipeline.sample(typed(pipelines), each, key, stopOnEmpty));
  }

  /** Returns numbers in a list, of which each is 0 or more, and one is more. */
  static List<Double> shares(String who, String what, double[] shares, int count) {
    boolean usable = Arrays.stream(shares).allMatch(share -> share >= 0 && share < 1 / 0.0);
    if (!usable || shares.length != count || Arrays.stream(shares).sum() == 0) {
      throw Refusal.of(
          who,
          "needs " + count + " " + what + " of 0 or more, not all 0",
          Arrays.toString(shares),
          "give one for each");
    }
    return Arrays.stream(shares).boxed().toList();
  }

  private static void requireSome(String who, List<Pipeline> pipelines) {
    if (pipelines.isEmpty()) {
      throw Refusal.of(who, "needs pipelines", "none", "give one or more");
    }
  }

  private static List<? extends TypedPipeline<?>> typed(List<Pipeline> pipelines) {
    return pipelines.stream().map(Pipeline::typed).toList();
  }
}
