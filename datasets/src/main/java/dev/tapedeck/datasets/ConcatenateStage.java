package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;
import java.util.List;

/** The elements of one stage, then those of another, each of a pass of its own. */
record ConcatenateStage<E>(Stage<E> first, Stage<E> second) implements Stage<E> {
  @Override
  public Stage<?> upstream() {
    return null;
  }

  @Override
  public List<Stage<?>> upstreams() {
    return List.of(first, second);
  }

  @Override
  public long cardinality() {
    long one = first.cardinality();
    long other = second.cardinality();
    return one < 0 || other < 0 ? Math.min(one, other) : one + other;
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    Iterator<E> start = first.iterator(pass);
    Iterator<E> end = second.iterator(pass.foldIn(1));
    return new FoundIterator<>(
        () -> {
          Iterator<E> present = start.hasNext() ? start : end;
          return present.hasNext() ? present.next() : null;
        });
  }
}
