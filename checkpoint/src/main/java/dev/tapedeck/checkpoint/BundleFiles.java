package dev.tapedeck.checkpoint;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** The names of a checkpoint's files. */
final class BundleFiles {
  private BundleFiles() {}

  static Path index(Path prefix) {
    return prefix.resolveSibling(prefix.getFileName() + ".index");
  }

  static Path data(Path prefix, int shard, int shards) {
    return prefix.resolveSibling(
        prefix.getFileName() + ".data-%05d".formatted(shard) + ending(shards));
  }

  /** Returns what the names of data files match. */
  static Pattern anyData(Path prefix) {
    return Pattern.compile(
        Pattern.quote(prefix.getFileName().toString()) + "\\.data-\\d{5,}-of-\\d{5,}");
  }

  /** Returns whether a data file is one of so many. */
  static boolean isOf(Path data, int shards) {
    return data.toString().endsWith(ending(shards));
  }

  private static String ending(int shards) {
    return "-of-%05d".formatted(shards);
  }
}
