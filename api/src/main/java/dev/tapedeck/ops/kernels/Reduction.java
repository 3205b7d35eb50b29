package dev.tapedeck.ops.kernels;

/** How the elements along reduced axes become one. */
public enum Reduction {
  SUM,
  MEAN,
  PROD,
  MAX,
  MIN
}
