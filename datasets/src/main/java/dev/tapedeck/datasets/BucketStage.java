package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Groups of elements of similar length: each goes to the bucket of its length, and a bucket that is
 * full is a group; what is left at the end comes in the order of the buckets.
 *
 * @param boundaries lengths at which the next bucket begins, ascending
 * @param sizes elements of a group, of each bucket
 */
record BucketStage<E>(
    Stage<E> upstream,
    Collator<E> collator,
    ToLongFunction<Example> length,
    List<Long> boundaries,
    List<Integer> sizes,
    boolean dropRemainder)
    implements Stage<BucketStage.Group<E>> {
  static final String STEP = "bucketBySequenceLength";

  /**
   * Elements of one bucket.
   *
   * @param longest the largest length; null for the last bucket
   */
  record Group<E>(List<E> elements, Long longest) {}

  @Override
  public long cardinality() {
    return Stage.atMost(upstream.cardinality());
  }

  @Override
  public Iterator<Group<E>> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    List<List<E>> buckets = new ArrayList<>();
    sizes.forEach(_ -> buckets.add(new ArrayList<>()));
    long[] number = {0};
    return new FoundIterator<>(
        () -> {
          while (elements.hasNext()) {
            E element = elements.next();
            int bucket = ElementErrors.at(STEP, number[0]++, () -> bucket(element));
            buckets.get(bucket).add(element);
            if (buckets.get(bucket).size() == sizes.get(bucket)) {
              return take(buckets, bucket);
            }
          }
          return rest(buckets);
        });
  }

  private int bucket(E element) {
    try (Scope _ = new Scope()) {
      long size = length.applyAsLong(collator.look(element));
      return (int) boundaries.stream().filter(boundary -> boundary <= size).count();
    }
  }

  private Group<E> take(List<List<E>> buckets, int bucket) {
    List<E> taken = buckets.set(bucket, new ArrayList<>());
    return new Group<>(taken, bucket < boundaries.size() ? boundaries.get(bucket) - 1 : null);
  }

  private Group<E> rest(List<List<E>> buckets) {
    if (dropRemainder) {
      buckets.forEach(
          bucket -> {
            bucket.forEach(collator::discard);
            bucket.clear();
          });
      return null;
    }
    int next =
        IntStream.range(0, buckets.size())
            .filter(bucket -> !buckets.get(bucket).isEmpty())
            .findFirst()
            .orElse(-1);
    return next < 0 ? null : take(buckets, next);
  }
}
