package dev.tapedeck.ops.random;

/**
 * Philox4x32-10, a counter-based generator: four 32-bit words for any 128-bit counter and 64-bit
 * key, in any order and on any thread.
 *
 * <p>J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC11.
 */
public final class Philox {
  /** The number of blocks computed together. */
  static final int TOGETHER = 256;

  private static final int ROUNDS = 10;
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;
  private static final long WORD = 0xffffffffL;

  private Philox() {}

  /** Replaces the four words of a counter by random ones. */
  public static void block(int[] words, long key) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = M0 * (words[0] & WORD);
      long p1 = M1 * (words[2] & WORD);
      words[0] = (int) (p1 >>> 32) ^ words[1] ^ k0;
      words[2] = (int) (p0 >>> 32) ^ words[3] ^ k1;
      words[1] = (int) p1;
      words[3] = (int) p0;
      k0 += W0;
      k1 += W1;
    }
  }

  /**
   * Computes the blocks of {@link #TOGETHER} consecutive counters.
   *
   * @param words the results, as unsigned numbers: the first words of all blocks, then the second,
   *     the third and the fourth
   * @param start the lower half of the first counter
   * @param stream the upper half of the counters
   */
  static void blocks(long[] words, long start, long stream, long key) {
    for (int i = 0; i < TOGETHER; i++) {
      words[i] = (start + i) & WORD;
      words[i + TOGETHER] = (start + i) >>> 32;
      words[i + 2 * TOGETHER] = stream & WORD;
      words[i + 3 * TOGETHER] = stream >>> 32;
    }
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      round(words, k0 & WORD, k1 & WORD);
      k0 += W0;
      k1 += W1;
    }
  }

  /** Runs a round of all blocks; a constant count and distances let HotSpot vectorize it. */
  private static void round(long[] words, long k0, long k1) {
    for (int i = 0; i < TOGETHER; i++) {
      long p0 = M0 * (words[i] & WORD);
      long p1 = M1 * (words[i + 2 * TOGETHER] & WORD);
      long w0 = (p1 >>> 32) ^ words[i + TOGETHER] ^ k0;
      long w2 = (p0 >>> 32) ^ words[i + 3 * TOGETHER] ^ k1;
      words[i] = w0;
      words[i + TOGETHER] = p1 & WORD;
      words[i + 2 * TOGETHER] = w2;
      words[i + 3 * TOGETHER] = p0 & WORD;
    }
  }
}
