package dev.tapedeck.ops.kernels.cpu.onednn;

import java.util.Arrays;

/** The key of a plan, as numbers; it is mutable, so that a look-up creates no garbage. */
final class Signature {
  private long[] numbers;
  private int count;
  private int hash;

  Signature() {
    this(new long[64]);
  }

  private Signature(long[] numbers) {
    this.numbers = numbers;
  }

  Signature clear() {
    count = 0;
    hash = 0;
    return this;
  }

  Signature add(long number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = number;
    hash = 31 * hash + Long.hashCode(number);
    return this;
  }

  Signature copy() {
    Signature copy = new Signature(Arrays.copyOf(numbers, count));
    copy.count = count;
    copy.hash = hash;
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature that
        && hash == that.hash
        && Arrays.equals(numbers, 0, count, that.numbers, 0, that.count);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
