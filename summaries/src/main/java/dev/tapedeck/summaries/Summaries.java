package dev.tapedeck.summaries;

import dev.tapedeck.ops.Operands;

/**
 * Records summaries with the thread's default writer, at that writer's global step.
 *
 * <p>Model code can so record what it likes without being handed a writer, and without one it costs
 * next to nothing: all methods do nothing when the thread has no {@linkplain
 * SummaryWriter#asDefault default writer}, or when the step is not one to record.
 */
public final class Summaries {
  private Summaries() {}

  /**
   * Records one point of a curve.
   *
   * @param name the curve's name, such as {@code loss}
   * @param value a number, or a tensor or variable of one element; stored as float32
   * @throws IllegalArgumentException if the name is empty or the value is not one number
   * @throws IllegalStateException if the default writer is closed
   */
  public static void scalar(String name, Object value) {
    SummaryWriter writer = SummaryScope.recordingWriter();
    if (writer != null) {
      writer.scalar(name, toDouble(name, value));
    }
  }

  /**
   * Records only at the global steps divisible by {@code n}, on this thread, until the scope is
   * closed.
   *
   * <p>Without it, every step is recorded. Only the methods of this class heed it; those of a
   * {@link SummaryWriter} always write.
   *
   * @param n the steps from one recorded step to the next; 1 records all
   * @return the scope, to be closed on this thread
   * @throws IllegalArgumentException if {@code n} is less than 1
   */
  public static SummaryScope recordEvery(int n) {
    if (n < 1) {
      throw new IllegalArgumentException(
          "Summaries.recordEvery: expected a number of steps of at least 1, received " + n);
    }
    return SummaryScope.withEvery(n);
  }

  private static double toDouble(String name, Object value) {
    try {
      return value instanceof Number number ? number.doubleValue() : Operands.tensor(value).item();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IllegalArgumentException(
          "Summaries.scalar: expected one number for \"" + name + "\": " + e.getMessage(), e);
    }
  }
}
