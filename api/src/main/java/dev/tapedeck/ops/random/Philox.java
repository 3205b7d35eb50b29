package dev.tapedeck.ops.random;

/**
 * Philox4x32-10, a counter-based generator: four 32-bit words for any 128-bit counter and 64-bit
 * key, in any order and on any thread.
 *
 * <p>J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC11.
 */
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;

  private Philox() {}

  /** Replaces the four words of a counter by random ones. */
  public static void block(int[] words, long key) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = M0 * (words[0] & 0xffffffffL);
      long p1 = M1 * (words[2] & 0xffffffffL);
      words[0] = (int) (p1 >>> 32) ^ words[1] ^ k0;
      words[2] = (int) (p0 >>> 32) ^ words[3] ^ k1;
      words[1] = (int) p1;
      words[3] = (int) p0;
      k0 += W0;
      k1 += W1;
    }
  }
}
