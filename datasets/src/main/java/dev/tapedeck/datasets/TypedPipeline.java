package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * A stage and the collator of its elements: a {@link Pipeline} with the type of its elements.
 *
 * <p>Steps that only change the order keep the elements, so up to the first {@link #map}, {@link
 * #batch} or {@link #prefetch} no tensors are made: a shuffle moves row numbers, and a batch is
 * gathered straight from the source.
 */
record TypedPipeline<E>(Stage<E> stage, Collator<E> collator) {
  TypedPipeline<E> shuffle(int buffer, RandomKey key, boolean reshuffles) {
    return with(new ShuffleStage<>(stage, buffer, key, reshuffles));
  }

  TypedPipeline<E> repeat(long count) {
    return with(new RepeatStage<>(stage, count));
  }

  TypedPipeline<E> take(long count) {
    return with(new TakeStage<>(stage, count));
  }

  TypedPipeline<E> skip(long count) {
    return with(new SkipStage<>(stage, count, collator::discard));
  }

  TypedPipeline<E> omit(long from, long count) {
    return with(new OmitStage<>(stage, from, count, collator::discard));
  }

  TypedPipeline<E> filter(Predicate<Example> predicate) {
    return with(new FilterStage<>(stage, collator, predicate));
  }

  TypedPipeline<E> shard(long shards, long index) {
    return with(new ShardStage<>(stage, shards, index, collator::discard));
  }

  TypedPipeline<E> resample(
      ToIntFunction<Example> classOf, List<Double> wanted, List<Double> before, RandomKey key) {
    return with(new ResampleStage<>(stage, collator, classOf, wanted, before, key));
  }

  TypedPipeline<E> cache(RandomKey key) {
    return with(
        new CacheStage<>(stage, new CachedElements<>(stage, key, new MemoryStore<>(collator))));
  }

  TypedPipeline<DetachedExample> cache(RandomKey key, Path file) {
    Stage<DetachedExample> made = made("cache");
    return collated(new CacheStage<>(made, new CachedElements<>(made, key, new FileStore(file))));
  }

  TypedPipeline<DetachedExample> map(UnaryOperator<Example> function) {
    return collated(new MapStage<>(stage, "map", mapped(function)));
  }

  TypedPipeline<DetachedExample> map(
      UnaryOperator<Example> function, RandomKey key, int threads, boolean ordered) {
    return collated(new ParallelMapStage<>(stage, mapped(function), key, threads, ordered));
  }

  private MapStage.Function<E, DetachedExample> mapped(UnaryOperator<Example> function) {
    return (_, e) -> DetachedExample.of(() -> apply("map", function, collator.example(e)));
  }

  TypedPipeline<DetachedExample> enumerate(long start) {
    return collated(
        new MapStage<>(
            stage,
            "enumerate",
            (number, e) -> DetachedExample.of(() -> enumerated(start + number, e))));
  }

  private Example enumerated(long number, E element) {
    Example example = collator.example(element);
    return new Example(
        new Enumerated(Tensor.of(number), example.inputs()), example.labels(), example.weights());
  }

  <S> TypedPipeline<DetachedExample> scan(S initial, BiFunction<S, Example, Scanned<S>> function) {
    return collated(new ScanStage<>(stage, collator, initial, function));
  }

  TypedPipeline<DetachedExample> batch(int size, boolean dropRemainder) {
    Stage<List<E>> groups = new BatchStage<>(stage, size, dropRemainder);
    return collated(
        new MapStage<>(
            groups, "batch", (_, group) -> DetachedExample.of(() -> collator.batch(group))));
  }

  TypedPipeline<DetachedExample> paddedBatch(int size, Padding padding, boolean dropRemainder) {
    Stage<List<E>> groups = new BatchStage<>(stage, size, dropRemainder);
    PaddedBatch batch = new PaddedBatch("paddedBatch", padding, null);
    return collated(new MapStage<>(groups, "paddedBatch", (_, group) -> padded(batch, group)));
  }

  TypedPipeline<DetachedExample> bucket(
      ToLongFunction<Example> length,
      List<Long> boundaries,
      List<Integer> sizes,
      Padding padding,
      boolean dropRemainder) {
    Stage<BucketStage.Group<E>> groups =
        new BucketStage<>(stage, collator, length, boundaries, sizes, dropRemainder);
    return collated(
        new MapStage<>(
            groups,
            BucketStage.STEP,
            (_, group) ->
                padded(
                    new PaddedBatch(BucketStage.STEP, padding, group.longest()),
                    group.elements())));
  }

  private DetachedExample padded(PaddedBatch batch, List<E> group) {
    return DetachedExample.of(() -> batch.of(group.stream().map(collator::example).toList()));
  }

  TypedPipeline<DetachedExample> window(int size, int shift, int stride, boolean dropRemainder) {
    return collated(new WindowStage<>(stage, collator, size, shift, stride, dropRemainder));
  }

  TypedPipeline<DetachedExample> interleave(
      String step, Function<Example, TypedPipeline<?>> function, int cycle, int block) {
    return collated(new InterleaveStage<>(stage, step, collator, function, cycle, block));
  }

  TypedPipeline<DetachedExample> concatenate(TypedPipeline<?> other) {
    return collated(new ConcatenateStage<>(made("concatenate"), other.made("concatenate")));
  }

  static TypedPipeline<DetachedExample> zip(
      List<? extends TypedPipeline<?>> pipelines, Function<List<Example>, Example> function) {
    return collated(new ZipStage(made("zip", pipelines), function));
  }

  static TypedPipeline<DetachedExample> sample(
      List<? extends TypedPipeline<?>> pipelines,
      List<Double> weights,
      RandomKey key,
      boolean stopOnEmpty) {
    return collated(new SampleStage<>(made("sampleFrom", pipelines), weights, key, stopOnEmpty));
  }

  private static List<Stage<DetachedExample>> made(
      String step, List<? extends TypedPipeline<?>> pipelines) {
    List<Stage<DetachedExample>> stages = new ArrayList<>();
    pipelines.forEach(pipeline -> stages.add(pipeline.made(step)));
    return stages;
  }

  TypedPipeline<DetachedExample> prefetch(int count) {
    return collated(new PrefetchStage<>(made("prefetch"), count));
  }

  /** Returns the stage of examples that are made, for a step that needs them. */
  Stage<DetachedExample> made(String step) {
    return new MapStage<>(stage, step, (_, e) -> DetachedExample.of(() -> collator.example(e)));
  }

  Iterator<Example> iterator(RandomKey pass) {
    return new MapStage<>(stage, "example", (_, e) -> collator.example(e)).iterator(pass);
  }

  /** Returns what a step's function makes of an argument. */
  static <A> Example apply(String step, Function<A, Example> function, A argument) {
    Example result = function.apply(argument);
    if (result == null || result.inputs() == null) {
      throw Refusal.of(
          step,
          "needs an Example with inputs from the function",
          result,
          "return new Example(inputs, labels)");
    }
    return result;
  }

  private TypedPipeline<E> with(Stage<E> next) {
    return new TypedPipeline<>(next, collator);
  }

  static TypedPipeline<DetachedExample> collated(Stage<DetachedExample> stage) {
    return new TypedPipeline<>(stage, new StackingCollator());
  }
}
