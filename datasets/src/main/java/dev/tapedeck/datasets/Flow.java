package dev.tapedeck.datasets;

import dev.tapedeck.ops.RandomKey;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A stage and the form of its elements: a pipeline, for which {@link Pipeline} speaks to the user.
 *
 * <p>What only changes the order keeps the form, so up to the first {@link #map}, {@link #batch} or
 * {@link #prefetch} no tensors are made: a shuffle moves numbers, and a batch is gathered straight
 * from the source.
 */
record Flow<E>(Stage<E> stage, Form<E> form) {
  Flow<E> shuffle(int buffer, RandomKey key, boolean reshuffles) {
    return with(new Shuffle<>(stage, buffer, key, reshuffles));
  }

  Flow<E> repeat(long count) {
    return with(new Repeat<>(stage, count));
  }

  Flow<E> take(long count) {
    return with(new Take<>(stage, count));
  }

  Flow<E> skip(long count) {
    return with(new Skip<>(stage, count, form::discard));
  }

  Flow<Held> map(UnaryOperator<Example> function) {
    return held(new Mapped<>(stage, e -> Held.of(() -> apply(function, form.example(e)))));
  }

  Flow<Held> batch(int size, boolean dropRemainder) {
    Stage<List<E>> groups = new Grouped<>(stage, size, dropRemainder);
    return held(new Mapped<>(groups, group -> Held.of(() -> form.batch(group))));
  }

  Flow<Held> prefetch(int count) {
    Stage<Held> made = new Mapped<>(stage, e -> Held.of(() -> form.example(e)));
    return held(new Prefetch<>(made, count));
  }

  Iterator<Example> iterator(RandomKey pass) {
    return new Mapped<>(stage, form::example).iterator(pass);
  }

  private static Example apply(UnaryOperator<Example> function, Example example) {
    Example result = function.apply(example);
    if (result == null || result.x() == null) {
      throw new IllegalArgumentException(
          "map: expected an Example with an x from the function, received " + result);
    }
    return result;
  }

  private Flow<E> with(Stage<E> next) {
    return new Flow<>(next, form);
  }

  private static Flow<Held> held(Stage<Held> stage) {
    return new Flow<>(stage, new HeldForm());
  }
}
