package dev.tapedeck.cli;

import java.util.Locale;

/** Sanitizing of text from files for terminals. */
final class PlainText {
  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};

  private PlainText() {}

  /**
   * Returns a text without characters that break lines, move the cursor or change the writing
   * direction.
   */
  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }

  /** Returns a text without control characters, except line breaks and tabs. */
  static String lines(String text) {
    return text.replaceAll("[[\\p{Cc}\\p{Cf}]&&[^\\n\\t]]", "?");
  }

  /** Returns a size as {@code 12 B} or {@code 392.0 KB}, of 1024 bytes. */
  static String size(long bytes) {
    int unit = Math.max(0, (Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / 10);
    return unit == 0
        ? bytes + " B"
        : String.format(
            Locale.ROOT, "%.1f %s", Math.scalb((double) bytes, -10 * unit), UNITS[unit]);
  }
}
