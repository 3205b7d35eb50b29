package dev.tapedeck.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The differences between the tensors of a file and those expected.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class Mismatch {
  private static final int MAX_LINES = 20;
  private static final int MAX_CANDIDATES = 1000;
  private static final int MAX_NAME = 200;

  private record Named(String name, Object spec) {}

  private record Wrong(String name, Object expected, Object found) {}

  private final List<Named> missing = new ArrayList<>();
  private final List<Named> extra = new ArrayList<>();
  private final List<Wrong> wrong = new ArrayList<>();

  /** Compares tensors by name; what they are, as specs, is compared by equality. */
  public Mismatch(Map<String, ?> expected, Map<String, ?> found) {
    expected.forEach(
        (name, spec) -> {
          Object there = found.get(name);
          if (there == null) {
            missing.add(new Named(name, spec));
          } else if (!there.equals(spec)) {
            wrong.add(new Wrong(name, spec, there));
          }
        });
    found.forEach(
        (name, spec) -> {
          if (!expected.containsKey(name)) {
            extra.add(new Named(name, spec));
          }
        });
  }

  /**
   * Throws if there is a difference.
   *
   * @param source the operation and the file, for the message
   * @param target the objects that expect the tensors, for the message
   * @throws IllegalArgumentException with the number of differences and the first ones
   */
  public void requireNone(String source, String target) {
    int count = missing.size() + extra.size() + wrong.size();
    if (count > 0) {
      String head =
          String.format(
              Locale.ROOT,
              "%s does not fit %s: %d missing, %d extra, %d of another shape or type; nothing was assigned",
              source,
              target,
              missing.size(),
              extra.size(),
              wrong.size());
      String more = count > MAX_LINES ? "\n  and " + (count - MAX_LINES) + " more" : "";
      throw new IllegalArgumentException(
          lines().limit(MAX_LINES).collect(Collectors.joining("\n  ", head + "\n  ", more)));
    }
  }

  private Stream<String> lines() {
    return Stream.of(
            missing.stream()
                .map(
                    m ->
                        String.format(
                            Locale.ROOT,
                            "missing: %s, %s%s",
                            quoted(m.name),
                            m.spec,
                            nearest(m.name)
                                .map(name -> "; the file has " + quoted(name))
                                .orElse(""))),
            wrong.stream()
                .map(
                    w ->
                        String.format(
                            Locale.ROOT,
                            "wrong: %s is %s, in the file %s",
                            quoted(w.name),
                            w.expected,
                            w.found)),
            extra.stream()
                .map(e -> String.format(Locale.ROOT, "extra: %s, %s", quoted(e.name), e.spec)))
        .flatMap(lines -> lines);
  }

  /** Returns the extra name nearest to a missing one, if it is near enough. */
  private Optional<String> nearest(String name) {
    return extra.stream()
        .limit(MAX_CANDIDATES)
        .map(Named::name)
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(candidate -> distance(name, candidate) <= name.length() / 2);
  }

  /** Returns the edit distance: letters inserted, removed or replaced. */
  static int distance(String a, String b) {
    if (Math.max(a.length(), b.length()) > MAX_NAME) {
      return Integer.MAX_VALUE;
    }
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  /** Returns a name quoted for a message, safe whatever the file contains. */
  static String quoted(String name) {
    return '"' + oneLine(name) + '"';
  }

  /**
   * Returns a text without characters that would break the line or move a terminal's cursor,
   * shortened if long.
   */
  static String oneLine(String text) {
    return oneLine(text, MAX_NAME);
  }

  static String oneLine(String text, int longest) {
    String start = text.length() <= longest ? text : text.substring(0, longest) + "..";
    return start.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "?");
  }
}
