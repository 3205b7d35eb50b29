package dev.tapedeck.ops.array;

/** The axis of a mesh grid along which its first vector runs. */
public enum MeshIndexing {
  /** The second axis, as x in a picture; the second vector runs along the first. */
  XY,
  /** The first axis, as a row number in a matrix. */
  IJ
}
