package dev.tapedeck.applications;

/** What becomes of the last features of a model without its classifier. */
public enum Pooling {
  /** They are the output: {@code [n, h, w, c]}. */
  NONE,
  /** The mean of each channel: {@code [n, c]}. */
  AVG,
  /** The largest number of each channel: {@code [n, c]}. */
  MAX
}
