package dev.tapedeck.checkpoint;

import dev.tapedeck.ops.DefinedOp;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The names of classes in files: {@code ops.Linalg.MatMul} for one of Tapedeck's, the full name for
 * another. An op that is made of a record has its own class's name.
 */
final class OpNames {
  private static final String OURS = "dev.tapedeck.";
  private static final int LONGEST = 500;

  /** The dots within a class, which come after its first capital. */
  private static final Pattern NESTED = Pattern.compile("(?<=\\.[A-Z]\\w{0,100})\\.(?=\\w)");

  private OpNames() {}

  static String of(Class<?> type) {
    Class<?> named =
        DefinedOp.Definition.class.isAssignableFrom(type) ? type.getDeclaringClass() : type;
    String name = named.getName();
    return name.startsWith(OURS) ? name.substring(OURS.length()).replace('$', '.') : name;
  }

  /**
   * Returns the record or enum of a name, of which no code has been run; null if there is none that
   * is a {@code kind}, or it holds other things.
   */
  static Class<?> find(String name, Class<?> kind) {
    if (name.length() > LONGEST) {
      return null;
    }
    Class<?> ours = load(OURS + NESTED.matcher(name).replaceAll("\\$"));
    Class<?> found = ours == null ? load(name) : ours;
    if (found == null || !kind.isAssignableFrom(found)) {
      return null;
    }
    return DefinedOp.class.isAssignableFrom(found)
        ? Arrays.stream(found.getDeclaredClasses())
            .filter(DefinedOp.Definition.class::isAssignableFrom)
            .filter(Class::isRecord)
            .findFirst()
            .orElse(null)
        : found.isRecord() || found.isEnum() ? found : null;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, OpNames.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }
}
