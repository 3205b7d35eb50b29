package dev.tapedeck.train;

import dev.tapedeck.config.Records;

/**
 * The options of {@link Trainable#plot(PlotOptions)}; immutable, each method returns a changed
 * copy.
 *
 * @param expandNested whether a model within the model is drawn with its layers, in a frame; off by
 *     default
 */
public record PlotOptions(boolean expandNested) {
  /** Creates the default options. */
  public PlotOptions() {
    this(false);
  }

  /** Returns options that draw the layers of nested models, or do not. */
  public PlotOptions expandNested(boolean expand) {
    return Records.with(this, "expandNested", expand);
  }
}
