package dev.tapedeck.ops;

import dev.tapedeck.tensor.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * The names in files of ops, of the records and enums in their attributes, and of the records that
 * functions return: {@code MatMul.1}, a name and its version.
 *
 * <p>Each jar may have a table of names and classes, {@code
 * META-INF/tapedeck/wire-names.properties}, so that files still load after a class is renamed or
 * moved. An op whose attributes change gets the next version; the earlier one stays in the table,
 * for a record that makes the new op from the earlier attributes. A class in no table is stored
 * under its Java name.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class WireNames {
  /** The table of a jar. */
  private static final String TABLE = "META-INF/tapedeck/wire-names.properties";

  /** Tapedeck's own table of the names in files of format version 1. */
  private static final String FORMER_TABLE = "META-INF/tapedeck/former-wire-names.properties";

  private static final int LONGEST = 500;

  /** A name and its version. */
  private static final Pattern NAME = Pattern.compile("\\w+\\.\\d{1,9}");

  /** Classes by name, as in the tables. */
  private static final Map<String, String> CLASSES = new HashMap<>();

  /** Names by class; the newest of several versions. */
  private static final Map<String, String> NAMES = new HashMap<>();

  /** Names by those in files of format version 1, which are parts of Java names. */
  private static final Properties FORMER = new Properties();

  static {
    try {
      List<URL> tables = Collections.list(WireNames.class.getClassLoader().getResources(TABLE));
      for (URL table : tables) {
        Properties lines = new Properties();
        read(table, lines);
        lines.forEach((name, type) -> add((String) name, (String) type));
      }
      read(WireNames.class.getClassLoader().getResource(FORMER_TABLE), FORMER);
    } catch (IOException e) {
      throw new UncheckedIOException("the tables of ops' names in files cannot be read", e);
    }
  }

  private WireNames() {}

  private static void read(URL table, Properties lines) throws IOException {
    try (InputStream in = table.openStream()) {
      lines.load(in);
    }
  }

  private static void add(String name, String type) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalStateException(
          TABLE + ": \"" + name + "\" has no version; write \"" + name + ".1 = " + type + "\"");
    }
    String other = CLASSES.put(name, type);
    if (other != null && !other.equals(type)) {
      throw new IllegalStateException(
          TABLE + ": \"" + name + "\" names both " + other + " and " + type + "; rename one");
    }
    NAMES.merge(type, name, (one, two) -> version(one) > version(two) ? one : two);
  }

  private static int version(String name) {
    return Integer.parseInt(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Returns the record that stands for the ops of a class; the newest of several versions. */
  public static Class<?> definition(Class<?> op) {
    return Arrays.stream(op.getDeclaredClasses())
        .filter(WireNames::isDefinition)
        .max(Comparator.comparingInt(type -> version(NAMES.getOrDefault(type.getName(), ".0"))))
        .orElseThrow(
            () ->
                Refusal.of(
                    op.getName(),
                    "needs a nested record that defines the op",
                    "none",
                    "declare one that implements SerializableOp.Definition"));
  }

  /** Returns the name of a class. */
  public static String of(Class<?> type) {
    return NAMES.getOrDefault(type.getName(), type.getName());
  }

  /**
   * Returns the record or enum of a name, without initializing it; null if there is none, or
   * neither it nor the op that it makes is a {@code kind}.
   */
  public static Class<?> find(String name, Class<?> kind) {
    Class<?> found = find(name);
    boolean fits =
        found != null
            && (found.isRecord() || found.isEnum())
            && kind.isAssignableFrom(isDefinition(found) ? found.getDeclaringClass() : found);
    return fits ? found : null;
  }

  /** Returns whether a record stands for an op, in whose class it is nested. */
  public static boolean isDefinition(Class<?> type) {
    return SerializableOp.Definition.class.isAssignableFrom(type)
        && type.getDeclaringClass() != null;
  }

  /** Returns the class of a name, without initializing it; null if there is none. */
  public static Class<?> find(String name) {
    if (name.length() > LONGEST) {
      return null;
    }
    String current = FORMER.getProperty(name, name);
    try {
      return Class.forName(
          CLASSES.getOrDefault(current, current), false, WireNames.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }
}
