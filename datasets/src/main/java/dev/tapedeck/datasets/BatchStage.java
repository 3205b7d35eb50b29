package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;

/** Groups of {@code size} elements; a last, smaller group is kept or dropped. */
record BatchStage<E>(Stage<E> upstream, int size, boolean dropRemainder) implements Stage<List<E>> {
  @Override
  public long cardinality() {
    return Stage.count(
        upstream.cardinality(), all -> dropRemainder ? all / size : Math.ceilDiv(all, size));
  }

  @Override
  public String whyEmpty() {
    return String.format(
        Locale.ROOT,
        "batch(%d) without the remainder leaves none of %d; make smaller batches, or keep the remainder",
        size,
        upstream.cardinality());
  }

  @Override
  public Iterator<List<E>> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    int least = dropRemainder ? size : 1;
    return new Iterator<>() {
      private List<E> group = new ArrayList<>();

      @Override
      public boolean hasNext() {
        // Upstream does not know how many elements are left: read ahead.
        while (group.size() < least && elements.hasNext()) {
          group.add(elements.next());
        }
        return group.size() >= least;
      }

      @Override
      public List<E> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        while (group.size() < size && elements.hasNext()) {
          group.add(elements.next());
        }
        List<E> full = group;
        group = new ArrayList<>();
        return full;
      }
    };
  }
}
