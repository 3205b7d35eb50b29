package dev.tapedeck.ops.kernels.cpu.onednn;

/** The indices of primitives' arguments in oneDNN ({@code DNNL_ARG_..}). */
final class Argument {
  static final int SOURCE = 1;
  static final int TARGET = 17;
  static final int WEIGHTS = 33;
  static final int SCRATCHPAD = 80;
  static final int SOURCE_GRADIENT = 129;
  static final int TARGET_GRADIENT = 145;
  static final int WEIGHTS_GRADIENT = 161;

  private Argument() {}
}
