package dev.tapedeck.ops.kernels.cpu;

/** The addresses of real and imaginary parts of complex numbers, as doubles. */
record FourierParts(long real, long imaginary) {
  /** Returns the addresses some bytes further. */
  FourierParts at(long bytes) {
    return new FourierParts(real + bytes, imaginary + bytes);
  }
}
