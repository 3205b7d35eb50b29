package dev.tapedeck.tensor;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * The process's tensor memory: how much is in use, and how much may be.
 *
 * <p>The limit is half of the machine's memory, or the system property {@code
 * tapedeck.memory.limit} ({@code 256m}, {@code 4g}, or bytes).
 */
public final class Memory {
  /** The system property that sets the limit. */
  public static final String LIMIT_PROPERTY = "tapedeck.memory.limit";

  private Memory() {}

  /**
   * Tensor memory in bytes.
   *
   * @param live in use by tensors, or not yet known to be unreachable
   * @param pooled free, kept for the next tensor of the same size class
   * @param peak the highest {@code live} so far
   * @param limit the most that {@code live + pooled} may be
   */
  public record Stats(long live, long pooled, long peak, long limit) {}

  /** Returns the present figures. */
  public static Stats stats() {
    return Pool.stats();
  }

  /** Sets the limit in bytes. */
  public static void limit(long bytes) {
    if (bytes <= 0) {
      throw Refusal.of(
          "Memory.limit",
          "must be above 0 bytes",
          bytes,
          "give the bytes that tensors may take, as 4L << 30 for 4 GiB");
    }
    Pool.limit(bytes);
  }

  static long initialLimit() {
    String text = System.getProperty(LIMIT_PROPERTY);
    return text == null ? physicalMemory() / 2 : parse(text);
  }

  private static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 2 * Runtime.getRuntime().maxMemory();
  }

  /**
   * Returns the bytes that {@code 256m}, {@code 4g}, {@code 64k} or a plain number stand for.
   *
   * @throws IllegalArgumentException if it is none of these, or not above 0
   */
  static long parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    int shift = 10 * ("kmgt".indexOf(lower.isEmpty() ? ' ' : lower.charAt(lower.length() - 1)) + 1);
    try {
      long number = Long.parseLong(shift == 0 ? lower : lower.substring(0, lower.length() - 1));
      if (number > 0 && number <= Long.MAX_VALUE >> shift) {
        return number << shift;
      }
    } catch (NumberFormatException e) {
      // Reported below, together with numbers out of range.
    }
    throw Refusal.of(
        LIMIT_PROPERTY,
        "expected a size such as 256m or 4g",
        "\"" + text + "\"",
        "write a whole number above 0, with k, m, g or t behind it or none for bytes");
  }
}
