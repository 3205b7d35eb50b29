package dev.tapedeck.checkpoint;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** The names of a checkpoint's files. */
final class BundleFiles {
  private BundleFiles() {}

  static Path index(Path prefix) {
    return prefix.resolveSibling(prefix.getFileName() + ".index");
  }

  static Path data(Path prefix, int shard, int shards) {
    return prefix.resolveSibling(
        prefix.getFileName() + ".data-" + fiveDigits(shard) + ending(shards));
  }

  /** Returns the pattern of the names of a prefix's data files. */
  static Pattern anyData(Path prefix) {
    return Pattern.compile(
        Pattern.quote(prefix.getFileName().toString()) + "\\.data-\\d{5,}-of-\\d{5,}");
  }

  /** Returns whether a data file is one of {@code shards}. */
  static boolean isOf(Path data, int shards) {
    return data.toString().endsWith(ending(shards));
  }

  private static String ending(int shards) {
    return "-of-" + fiveDigits(shards);
  }

  private static String fiveDigits(int number) {
    return String.format(Locale.ROOT, "%05d", number);
  }
}
