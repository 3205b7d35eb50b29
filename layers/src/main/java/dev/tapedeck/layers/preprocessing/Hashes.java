package dev.tapedeck.layers.preprocessing;

import com.google.common.hash.HashFunction;
import dev.tapedeck.tensor.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The hash functions of TensorFlow's text, by which Keras's layers choose bins. */
final class Hashes {
  private static final HashFunction FINGERPRINT =
      com.google.common.hash.Hashing.farmHashFingerprint64();

  /** The key of crossed features, and the multiplier that joins their hashes. */
  private static final long CROSSING_KEY = 0xDECAFCAFFEL;

  private static final long MULTIPLIER = 0xC6A4A7935BD1E995L;

  private Hashes() {}

  /** A choice of a bin for text. */
  interface Bins {
    /** Returns a number from 0 to below that of the bins. */
    long of(String text);
  }

  /**
   * Returns bins by FarmHash's Fingerprint64 or, with salt, by SipHash-2-4.
   *
   * @param salt the key's two numbers; null for none
   */
  static Bins bins(long count, List<Long> salt) {
    HashFunction function =
        salt == null
            ? FINGERPRINT
            : com.google.common.hash.Hashing.sipHash24(salt.getFirst(), salt.getLast());
    return text -> Long.remainderUnsigned(hash(function, text), count);
  }

  /** Returns the fingerprint of text. */
  static long fingerprint(String text) {
    return hash(FINGERPRINT, text);
  }

  private static long hash(HashFunction function, String text) {
    return function.hashBytes(text.getBytes(StandardCharsets.UTF_8)).asLong();
  }

  /** Returns the bin of several features, of which text is given by fingerprints. */
  static long crossed(long count, long... features) {
    long all = CROSSING_KEY;
    for (long feature : features) {
      long next = all ^ MULTIPLIER ^ (mixed(feature * MULTIPLIER) * MULTIPLIER);
      all = mixed(mixed(next * MULTIPLIER) * MULTIPLIER);
    }
    return Long.remainderUnsigned(all, count);
  }

  private static long mixed(long value) {
    return value ^ (value >>> 47);
  }

  /** Returns the key of one or two numbers, which a single one counts for. */
  static List<Long> salt(String who, long... given) {
    if (given.length != 1 && given.length != 2) {
      throw Refusal.of(who, "needs a salt of one or two numbers", given.length, "give two");
    }
    return List.of(given[0], given[given.length - 1]);
  }
}
