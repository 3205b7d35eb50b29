package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.Refusal;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path with names of numbers in its last part, and how to print them, as Python's {@code format}
 * does: {@code {epoch:02d}-{val_loss:.2f}}.
 */
record FilePattern(Path path) {
  private static final Pattern FIELD =
      Pattern.compile(
          "\\{(?<name>[^{}:]+)(:(?<zero>0?)(?<width>[1-9]?\\d*)(?<form>(\\.\\d+)?[def])?)?}");

  /** Returns whether a path has names. */
  static boolean isIn(Path path) {
    return FIELD.matcher(path.getFileName().toString()).find();
  }

  /**
   * Returns the path with numbers.
   *
   * @param numbers numbers by name
   * @throws IllegalArgumentException if a name is not one of them
   */
  Path of(Map<String, ? extends Number> numbers) {
    String name =
        FIELD
            .matcher(path.getFileName().toString())
            .replaceAll(field -> Matcher.quoteReplacement(text(field, numbers)));
    return path.resolveSibling(name);
  }

  private String text(MatchResult field, Map<String, ? extends Number> numbers) {
    Number number = numbers.get(field.group("name"));
    if (number == null) {
      throw Refusal.of(
          "ModelCheckpoint",
          "the name of the file has names of " + numbers.keySet(),
          "\"" + path.getFileName() + "\"",
          "use these, or plain text");
    }
    String form = field.group("form");
    boolean whole = number instanceof Integer;
    if (form != null && form.endsWith("d") != whole) {
      throw Refusal.of(
          "ModelCheckpoint",
          (whole ? "whole numbers are printed with d" : "numbers are printed with f or e"),
          field.group(),
          "write " + (whole ? "{epoch:02d}" : "{val_loss:.2f}"));
    }
    String width = field.group("width") == null ? "" : field.group("width");
    String zero = width.isEmpty() || field.group("zero") == null ? "" : field.group("zero");
    return String.format(Locale.ROOT, "%" + zero + width + (form == null ? "s" : form), number);
  }
}
