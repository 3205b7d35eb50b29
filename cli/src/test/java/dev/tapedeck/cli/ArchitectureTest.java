package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The diagram in {@code docs/architecture.md}: drawn from the dependencies of the classes. */
class ArchitectureTest {
  private static final Path PAGE = Path.of("../docs/architecture.md");
  private static final Pattern DIAGRAM = Pattern.compile("```mermaid\n.*?```", Pattern.DOTALL);
  private static final String ROOT = "dev.tapedeck.";

  /** The only class that may depend on packages above its own: {@code x.add(y)} applies an op. */
  private static final String OPERATORS = "dev.tapedeck.tensor.Operators";

  @Test
  void diagramIsThatOfTheCode() throws IOException {
    Matcher diagram = DIAGRAM.matcher(Files.readString(PAGE));
    String expected = mermaid(reduced(dependencies()));
    assertTrue(
        diagram.find() && diagram.group().equals(expected),
        () -> PAGE + ": replace the diagram by this one:\n" + expected);
  }

  /** Returns the packages that each package depends on, directly. */
  private static SortedMap<String, SortedSet<String>> dependencies() {
    SortedMap<String, SortedSet<String>> dependencies = new TreeMap<>();
    for (JavaClass type : WallsTest.ALL) {
      SortedSet<String> targets = dependencies.computeIfAbsent(name(type), key -> new TreeSet<>());
      if (!type.getName().equals(OPERATORS)) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (target.getPackageName().startsWith(ROOT) && !name(target).equals(name(type))) {
            targets.add(name(target));
          }
        }
      }
    }
    return dependencies;
  }

  /** Returns the package of a class; only {@code ops} and its kernels have subpackages drawn. */
  private static String name(JavaClass type) {
    String[] parts = type.getPackageName().substring(ROOT.length()).split("\\.", -1);
    int depth =
        !parts[0].equals("ops") ? 1 : parts.length > 1 && parts[1].equals("kernels") ? 3 : 2;
    return String.join(".", Arrays.copyOf(parts, Math.min(depth, parts.length)));
  }

  /** Returns the dependencies without those that follow from others. */
  private static SortedMap<String, SortedSet<String>> reduced(
      SortedMap<String, SortedSet<String>> direct) {
    SortedMap<String, SortedSet<String>> all = new TreeMap<>();
    direct.keySet().forEach(name -> all.put(name, reachable(name, direct)));
    all.forEach((name, reached) -> assertFalse(reached.contains(name), name + " is in a cycle"));
    SortedMap<String, SortedSet<String>> reduced = new TreeMap<>();
    direct.forEach(
        (name, targets) -> {
          SortedSet<String> kept = new TreeSet<>(targets);
          targets.forEach(target -> kept.removeAll(all.get(target)));
          reduced.put(name, kept);
        });
    return reduced;
  }

  private static SortedSet<String> reachable(
      String name, Map<String, SortedSet<String>> dependencies) {
    SortedSet<String> reached = new TreeSet<>();
    for (String target : dependencies.get(name)) {
      if (reached.add(target)) {
        reached.addAll(reachable(target, dependencies));
      }
    }
    return reached;
  }

  private static String mermaid(SortedMap<String, SortedSet<String>> dependencies) {
    StringBuilder text = new StringBuilder("```mermaid\nflowchart TD\n");
    dependencies.forEach(
        (name, targets) ->
            targets.forEach(
                target -> text.append("  " + node(name) + " --> " + node(target) + "\n")));
    return text.append("```").toString();
  }

  private static String node(String name) {
    return name.contains(".") ? name.replace('.', '_') + "[" + name + "]" : name;
  }
}
