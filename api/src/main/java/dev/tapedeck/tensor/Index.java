package dev.tapedeck.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * An index of one axis, as between Python's brackets: {@code x[0, 1:3, ::-1, ..., None]} is
 *
 * <pre>{@code
 * x.get(0, range(1, 3), ALL.by(-1), ELLIPSIS, NEW_AXIS)
 * }</pre>
 *
 * <p>A whole number picks one position of an axis and removes the axis. A negative position counts
 * from the end. Axes at the end that are not mentioned are taken whole.
 */
public sealed interface Index {
  /** All positions of an axis: Python's {@code :}. */
  Range ALL = new Range(null, null, 1);

  /** All axes that the other indices leave: Python's {@code ...}. */
  Index ELLIPSIS = Mark.ELLIPSIS;

  /** A new axis of size 1: Python's {@code None}. */
  Index NEW_AXIS = Mark.NEW_AXIS;

  /** One position. */
  record At(long position) implements Index {}

  /**
   * Positions from {@code start} up to, not including, {@code stop}, {@code step} apart; null means
   * from the first, or to the last. As in Python, a range is clipped to its axis.
   */
  record Range(Long start, Long stop, long step) implements Index {
    /** Checks that the step is not 0. */
    public Range {
      if (step == 0) {
        throw Refusal.of(
            "index",
            "the step of a range must not be 0",
            step,
            "use 1 for each position, or -1 to go backwards");
      }
    }

    /** Returns the same range with another step; a negative one goes backwards. */
    public Range by(long step) {
      return new Range(start, stop, step);
    }

    long first(long size) {
      long open = step > 0 ? 0 : size - 1;
      return start == null ? open : bounded(start, size);
    }

    /** Clips a position to those where a range can start or stop. */
    private long bounded(long position, long size) {
      long counted = position < 0 ? position + size : position;
      return step > 0 ? Math.clamp(counted, 0, size) : Math.clamp(counted, -1, size - 1);
    }

    long count(long size) {
      long end = stop == null ? (step > 0 ? size : -1) : bounded(stop, size);
      long distance = step > 0 ? end - first(size) : first(size) - end;
      return distance <= 0 ? 0 : (distance - 1) / Math.abs(step) + 1;
    }
  }

  /** Indices that select no position. */
  enum Mark implements Index {
    ELLIPSIS,
    NEW_AXIS
  }

  /** Returns the positions from {@code start}, to, not including, {@code stop}. */
  static Range range(long start, long stop) {
    return new Range(start, stop, 1);
  }

  /** Returns the positions from {@code start} on. */
  static Range from(long start) {
    return new Range(start, null, 1);
  }

  /** Returns the positions before {@code stop}. */
  static Range to(long stop) {
    return new Range(null, stop, 1);
  }

  /**
   * Returns a list of indices; whole numbers become {@link At}.
   *
   * @throws IllegalArgumentException if something is neither
   */
  static List<Index> list(Object... indices) {
    List<Index> list = new ArrayList<>();
    for (Object index : indices) {
      list.add(
          switch (index) {
            case Index known -> known;
            case Integer position -> new At(position);
            case Long position -> new At(position);
            case null, default ->
                throw Refusal.of(
                    "index",
                    "expected a whole number, a range, ELLIPSIS or NEW_AXIS",
                    index,
                    "for a tensor of bools use booleanMask, for one of positions gather");
          });
    }
    return List.copyOf(list);
  }
}
