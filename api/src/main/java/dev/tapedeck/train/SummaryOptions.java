package dev.tapedeck.train;

import dev.tapedeck.config.Records;

/**
 * The options of {@link Trainable#summary(SummaryOptions)}; immutable, each method returns a
 * changed copy.
 *
 * @param expandNested whether the layers of models within the model have rows, too; off by default
 * @param showTrainable whether a column tells if training changes the layer: {@code Y}, {@code N},
 *     or {@code -} for one without variables; off by default
 */
public record SummaryOptions(boolean expandNested, boolean showTrainable) {
  /** Creates the default options. */
  public SummaryOptions() {
    this(false, false);
  }

  /** Returns options that list the layers of nested models below their model, or do not. */
  public SummaryOptions expandNested(boolean expand) {
    return Records.with(this, "expandNested", expand);
  }

  /** Returns options with the column {@code Trainable}, or without. */
  public SummaryOptions showTrainable(boolean show) {
    return Records.with(this, "showTrainable", show);
  }
}
