package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.List;
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

  TypedPipeline<DetachedExample> map(UnaryOperator<Example> function) {
    return collated(
        new MapStage<>(stage, e -> DetachedExample.of(() -> apply(function, collator.example(e)))));
  }

  TypedPipeline<DetachedExample> batch(int size, boolean dropRemainder) {
    Stage<List<E>> groups = new BatchStage<>(stage, size, dropRemainder);
    return collated(
        new MapStage<>(groups, group -> DetachedExample.of(() -> collator.batch(group))));
  }

  TypedPipeline<DetachedExample> prefetch(int count) {
    Stage<DetachedExample> made =
        new MapStage<>(stage, e -> DetachedExample.of(() -> collator.example(e)));
    return collated(new PrefetchStage<>(made, count));
  }

  Iterator<Example> iterator(RandomKey pass) {
    return new MapStage<>(stage, collator::example).iterator(pass);
  }

  private static Example apply(UnaryOperator<Example> function, Example example) {
    Example result = function.apply(example);
    if (result == null || result.inputs() == null) {
      throw Refusal.of(
          "map",
          "needs an Example with inputs from the function",
          result,
          "return new Example(inputs, labels)");
    }
    return result;
  }

  private TypedPipeline<E> with(Stage<E> next) {
    return new TypedPipeline<>(next, collator);
  }

  private static TypedPipeline<DetachedExample> collated(Stage<DetachedExample> stage) {
    return new TypedPipeline<>(stage, new StackingCollator());
  }
}
