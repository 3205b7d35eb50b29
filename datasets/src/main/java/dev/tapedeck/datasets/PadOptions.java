package dev.tapedeck.datasets;

import dev.tapedeck.config.Records;
import dev.tapedeck.tensor.Refusal;
import java.util.Objects;

/**
 * The options of {@link Preparation#padSequences}, named as Keras's; immutable, each method returns
 * a changed copy.
 *
 * @param maxlen steps of each padded sequence; null for those of the longest
 * @param padding where padding is added; before the sequence by default
 * @param truncating where steps are cut off; at the beginning by default
 * @param value what padding consists of; 0 by default
 */
public record PadOptions(Integer maxlen, Side padding, Side truncating, double value) {
  /** A side of a sequence. */
  public enum Side {
    /** Its beginning. */
    PRE,
    /** Its end. */
    POST
  }

  /** Checks the options. */
  public PadOptions {
    if (maxlen != null && maxlen < 1) {
      throw Refusal.of(
          "padSequences", "maxlen is 1 or more steps", maxlen, "leave it out for the longest");
    }
    Objects.requireNonNull(padding, "padSequences: padding is null; the default is PRE");
    Objects.requireNonNull(truncating, "padSequences: truncating is null; the default is PRE");
  }

  /** Makes the default options. */
  public PadOptions() {
    this(null, Side.PRE, Side.PRE, 0);
  }

  /** Returns options with another number of steps. */
  public PadOptions maxlen(int steps) {
    return Records.with(this, "maxlen", steps);
  }

  /** Returns options with padding on a side. */
  public PadOptions padding(Side side) {
    return Records.with(this, "padding", side);
  }

  /** Returns options that cut on a side. */
  public PadOptions truncating(Side side) {
    return Records.with(this, "truncating", side);
  }

  /** Returns options with other padding. */
  public PadOptions value(double padding) {
    return Records.with(this, "value", padding);
  }
}
