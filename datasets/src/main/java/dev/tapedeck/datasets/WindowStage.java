package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Windows over the elements, each stacked: {@code size} elements, {@code stride} apart, that begin
 * {@code shift} elements after those of the window before.
 */
record WindowStage<E>(
    Stage<E> upstream, Collator<E> collator, int size, int shift, int stride, boolean dropRemainder)
    implements Stage<DetachedExample> {
  /** Returns the number of elements from a window's first to its last. */
  private long span() {
    return (size - 1L) * stride + 1;
  }

  @Override
  public long cardinality() {
    return Stage.count(
        upstream.cardinality(),
        all ->
            dropRemainder
                ? Math.max(Math.floorDiv(all - span(), shift) + 1, 0)
                : Math.ceilDiv(all, shift));
  }

  @Override
  public String whyEmpty() {
    return String.format(
        Locale.ROOT,
        "window(%d) without the remainder leaves none of %d; make shorter windows, or keep the remainder",
        size,
        upstream.cardinality());
  }

  @Override
  public Iterator<DetachedExample> iterator(RandomKey pass) {
    return new FoundIterator<>(new Windows<>(this, upstream.iterator(pass))::find);
  }

  /** The windows of a pass. */
  private static final class Windows<E> {
    private final WindowStage<E> stage;
    private final Iterator<E> elements;
    private final List<E> held = new ArrayList<>(); // from the first element of a window on
    private int late; // elements to leave out before it
    private long number;

    Windows(WindowStage<E> stage, Iterator<E> elements) {
      this.stage = stage;
      this.elements = elements;
    }

    DetachedExample find() {
      for (; late > 0 && elements.hasNext(); late--) {
        stage.collator.discard(elements.next());
      }
      while (held.size() < stage.span() && elements.hasNext()) {
        held.add(elements.next());
      }
      if (held.isEmpty() || (stage.dropRemainder && held.size() < stage.span())) {
        held.forEach(stage.collator::discard);
        held.clear();
        return null;
      }
      List<E> window =
          IntStream.iterate(0, at -> at < held.size(), at -> at + stage.stride)
              .mapToObj(held::get)
              .toList();
      DetachedExample stacked =
          ElementErrors.at(
              "window", number++, () -> DetachedExample.of(() -> stage.collator.stack(window)));
      shift();
      return stacked;
    }

    private void shift() {
      List<E> passed = held.subList(0, Math.min(stage.shift, held.size()));
      late = stage.shift - passed.size();
      passed.forEach(stage.collator::discard);
      passed.clear();
    }
  }
}
