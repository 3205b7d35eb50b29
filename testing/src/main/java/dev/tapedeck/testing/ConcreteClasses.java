package dev.tapedeck.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public concrete classes of a package and those below it, which tests have rows for. */
public final class ConcreteClasses {
  private ConcreteClasses() {}

  /** Returns those of a type, in the package of a class, in the same folder or jar. */
  public static <T> List<Class<? extends T>> of(Class<T> type, Class<?> neighbour) {
    Path folder =
        Path.of(
            URI.create(neighbour.getProtectionDomain().getCodeSource().getLocation().toString()));
    try (Stream<Path> files =
        Files.walk(folder.resolve(neighbour.getPackageName().replace('.', '/')))) {
      return files
          .map(file -> folder.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.contains("-"))
          .sorted()
          .<Class<?>>map(file -> named(file.replace(".class", "").replace('/', '.')))
          .filter(found -> type.isAssignableFrom(found) && isPublicAndConcrete(found))
          .<Class<? extends T>>map(found -> found.asSubclass(type))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns their simple names. */
  public static Set<String> names(Class<?> type, Class<?> neighbour) {
    return of(type, neighbour).stream()
        .map(Class::getSimpleName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isPublicAndConcrete(Class<?> type) {
    return Modifier.isPublic(type.getModifiers()) && !Modifier.isAbstract(type.getModifiers());
  }

  private static Class<?> named(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
