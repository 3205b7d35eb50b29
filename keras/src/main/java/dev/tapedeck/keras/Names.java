package dev.tapedeck.keras;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Keras's names of arguments, and Java's. */
final class Names {
  private static final Pattern CAPITAL = Pattern.compile("(?<=[a-z0-9])[A-Z]");
  private static final Pattern NUMBER = Pattern.compile("(?<=[a-z]{2})[0-9]");
  private static final Pattern AFTER_UNDERSCORE = Pattern.compile("_(.)");

  private Names() {}

  /** Returns an argument's name in Keras: {@code kernel_size}, {@code beta_1}, {@code l2}. */
  static String argument(String name) {
    String words = CAPITAL.matcher(name).replaceAll(c -> "_" + c.group().toLowerCase(Locale.ROOT));
    return NUMBER.matcher(words).replaceAll(n -> "_" + n.group());
  }

  /** Returns an argument's name in Java: {@code kernelSize}. */
  static String camelCase(String name) {
    return AFTER_UNDERSCORE.matcher(name).replaceAll(c -> c.group(1).toUpperCase(Locale.ROOT));
  }

  /** Returns a name numbered from its second use on: {@code dense}, {@code dense_1}. */
  static String numbered(String name, Map<String, Integer> counts) {
    int number = counts.merge(name, 1, Integer::sum) - 1;
    return number == 0 ? name : name + "_" + number;
  }
}
