package dev.tapedeck.datasets;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Iterates as {@code fit} does: every step in a scope of its own. */
final class Steps {
  private Steps() {}

  /** Numbers 0, 1, 2, .. as x, and their negatives as y. */
  static Pipeline numbers(int count) {
    int[] x = IntStream.range(0, count).toArray();
    return Pipeline.of(x, Arrays.stream(x).map(i -> -i).toArray());
  }

  static <T> List<T> each(Dataset dataset, Function<Example, T> read) {
    return next(dataset.iterator(), Integer.MAX_VALUE, read);
  }

  static <T> List<T> next(Iterator<Example> iterator, int count, Function<Example, T> read) {
    List<T> values = new ArrayList<>();
    while (values.size() < count) {
      try (Scope step = new Scope()) {
        if (!iterator.hasNext()) {
          break;
        }
        values.add(read.apply(iterator.next()));
      }
    }
    return values;
  }

  /** The numbers of every example or batch, which must all have their own y. */
  static List<List<Integer>> numbersOf(Dataset dataset) {
    return each(dataset, Steps::numbersOf);
  }

  static List<Integer> numbersOf(Example example) {
    List<Integer> x = Arrays.stream(example.x().toIntArray()).boxed().toList();
    List<Integer> y = Arrays.stream(example.y().toIntArray()).map(i -> -i).boxed().toList();
    if (!x.equals(y)) {
      throw new AssertionError("x " + x + " but y " + y);
    }
    return x;
  }

  /** The numbers of examples that are not batched. */
  static List<Integer> order(Dataset dataset) {
    return each(dataset, example -> numbersOf(example).getFirst());
  }
}
