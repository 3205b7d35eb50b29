package dev.tapedeck.ops.kernels.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * A loop that adds all rows of the first input to the single row of the output.
 *
 * <p>It processes some columns at a time, whose sums stay in registers for all rows; a loop row by
 * row would load and store them each time.
 */
final class SumLoops implements RowLoop {
  private static final VectorSpecies<Number> SPECIES =
      TypeSpecializer.species(MethodHandles.lookup());
  private static final int LANES = SPECIES.length();
  private static final long BYTES = SPECIES.elementSize() / 8;
  private static final int OUTPUT = OPERANDS;
  private static final int INPUT = OPERANDS + 2;

  SumLoops() {}

  @Override
  public void run(long[] where) {
    long rows = where[0];
    long columns = where[1];
    long apart = where[INPUT + 1];
    for (long c = 0; c < columns; c += LANES) {
      VectorMask<Number> some = SPECIES.indexInRange(c, columns);
      long output = where[OUTPUT] + c * BYTES;
      long input = where[INPUT] + c * BYTES;
      Vector<Number> sum = TypeSpecializer.load(SPECIES, output, some);
      for (long row = 0; row < rows; row++) {
        sum = sum.add(TypeSpecializer.load(SPECIES, input + row * apart, some));
      }
      TypeSpecializer.store(sum, output, some);
    }
  }
}
