package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;

/** Memory for the complex numbers of a transform, and as much to write its stages' results. */
final class FourierWork implements AutoCloseable {
  /** Doubles between parts, for which processors would else expect equal places in their caches. */
  private static final long APART = 8 * 5;

  private final EagerTensor memory;
  private FourierParts numbers;
  private FourierParts spare;

  /** Takes a number of complex numbers. */
  FourierWork(long count) {
    long part = Math.ceilDiv(count, 8) * 8 + APART;
    this.memory = EagerTensor.allocate(new TensorSpec(DType.FLOAT64, Shape.of(4 * part)));
    long start = memory.address();
    this.numbers = new FourierParts(start, start + part * Double.BYTES);
    this.spare = numbers.at(2 * part * Double.BYTES);
  }

  FourierParts numbers() {
    return numbers;
  }

  FourierParts spare() {
    return spare;
  }

  /** Makes what was written to the spare memory the numbers. */
  void swap() {
    FourierParts written = spare;
    spare = numbers;
    numbers = written;
  }

  /** Exchanges real and imaginary parts: the transform of such numbers turns inversely. */
  void exchange() {
    numbers = new FourierParts(/* real= */ numbers.imaginary(), /* imaginary= */ numbers.real());
  }

  @Override
  public void close() {
    memory.release();
  }
}
