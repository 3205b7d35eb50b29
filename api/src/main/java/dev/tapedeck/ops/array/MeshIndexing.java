package dev.tapedeck.ops.array;

/** Which axis of a mesh grid the first of its vectors runs along. */
public enum MeshIndexing {
  /** The second axis, as x in a picture; the second vector runs along the first. */
  XY,
  /** The first axis, as a row number in a matrix. */
  IJ
}
