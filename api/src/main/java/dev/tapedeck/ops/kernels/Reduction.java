package dev.tapedeck.ops.kernels;

/** The kind of a reduction. */
public enum Reduction {
  SUM,
  MEAN,
  PROD,
  MAX,
  MIN
}
