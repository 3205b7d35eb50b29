package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Values of whole numbers, looked up by ops, so that graphs with them can be exported. */
final class NumberTable {
  private final long[] keys;
  private final long[] values;

  /**
   * Makes a table in which the first number has the value {@code first}, and each other one more.
   */
  NumberTable(List<Long> numbers, long first) {
    int[] order =
        IntStream.range(0, numbers.size())
            .boxed()
            .sorted(Comparator.comparing(numbers::get))
            .mapToInt(Integer::intValue)
            .toArray();
    keys = Arrays.stream(order).mapToLong(numbers::get).toArray();
    values = Arrays.stream(order).mapToLong(place -> first + place).toArray();
  }

  /** Returns the value of each number of an int64 tensor; for others those of a tensor. */
  Tensor get(Tensor numbers, Tensor others) {
    Tensor sorted = Tensor.of(keys);
    Tensor place = Maths.minimum(Sorting.searchSorted(sorted, numbers), keys.length - 1);
    Tensor found = Indexing.gather(sorted, place, 0).equal(numbers);
    return Logic.where(found, Indexing.gather(Tensor.of(values), place, 0), others);
  }
}
