package dev.tapedeck.config;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names of classes in snake case, as Keras makes default names of them: {@code max_pooling2d} of
 * {@code MaxPooling2D}, {@code rms_normalization} of {@code RMSNormalization}.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class SnakeCase {
  // Compiled once: in a compilation, a stack overflow is reported as a wrong pattern.
  private static final Pattern WORD = Pattern.compile("(.)([A-Z][a-z]+)");
  private static final Pattern NEXT_WORD = Pattern.compile("([a-z])([A-Z])");

  private SnakeCase() {}

  /** Returns a class's simple name in snake case. */
  public static String of(String name) {
    String words = WORD.matcher(name).replaceAll("$1_$2");
    return NEXT_WORD.matcher(words).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }
}
