package dev.tapedeck.ops.random;

/**
 * Pairs of numbers in [0, 1) of 53 random bits, one for each of consecutive Philox blocks.
 *
 * <p>Loops here and in {@link NormalPairs} are short, over one array with a constant count and
 * distances, so that HotSpot vectorizes them.
 */
final class UnitPairs {
  /** The number of pairs, and the distance from the first numbers to the second. */
  static final int PAIRS = Philox.TOGETHER;

  private final long[] words = new long[4 * PAIRS];

  /**
   * Computes the pairs of blocks from an index on: the first numbers of all pairs, and from {@link
   * #PAIRS} on the second.
   */
  void compute(RandomKey key, long start, double[] units) {
    Philox.blocks(words, start, key.stream(), key.seed());
    for (int i = 0; i < PAIRS; i++) {
      units[i] = ((words[i + PAIRS] << 32 | words[i]) >>> 11) * 0x1.0p-53;
    }
    for (int i = 0; i < PAIRS; i++) {
      units[i + PAIRS] = ((words[i + 3 * PAIRS] << 32 | words[i + 2 * PAIRS]) >>> 11) * 0x1.0p-53;
    }
  }
}
