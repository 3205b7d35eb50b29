package dev.tapedeck.savedmodel;

import java.util.Locale;
import java.util.regex.Pattern;

/** TensorFlow's names of nodes, arguments and functions, which have fewer characters than ours. */
final class Names {
  private static final Pattern NOT_IN_NODES = Pattern.compile("[^A-Za-z0-9_.\\-/]");
  private static final Pattern NOT_IN_KEYWORDS = Pattern.compile("[^A-Za-z0-9_]");
  private static final Pattern NOT_IN_ARGUMENTS = Pattern.compile("[^a-z0-9_]");

  private Names() {}

  /** Returns a node's name: letters, digits, and {@code _.-/}; the first is a letter or digit. */
  static String node(String name) {
    String known = NOT_IN_NODES.matcher(name).replaceAll("_");
    return known.isEmpty() || "_-/".indexOf(known.charAt(0)) >= 0 ? "n" + known : known;
  }

  /** Returns a function's name: letters, digits and {@code _}. */
  static String function(String name) {
    return NOT_IN_KEYWORDS.matcher(name).replaceAll("_");
  }

  /** Returns a name of an argument in Python. */
  static String keyword(String name) {
    String known = NOT_IN_KEYWORDS.matcher(name).replaceAll("_");
    return known.isEmpty() || Character.isDigit(known.charAt(0)) ? "_" + known : known;
  }

  /** Returns an argument's name: small letters, digits and {@code _}; the first is a letter. */
  static String argument(String name) {
    String known = NOT_IN_ARGUMENTS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("_");
    return known.isEmpty() || !Character.isLetter(known.charAt(0)) ? "a" + known : known;
  }
}
