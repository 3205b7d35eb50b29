package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The JVM ignores compiler flags that name classes which do not exist. */
class LaunchFlagsTest {
  private static final Pattern INLINED = Pattern.compile("inline,([\\w.]+)::");

  @Test
  void inlinedClassesExist() throws Exception {
    String flags = Files.readString(Path.of("../pom.xml"));
    List<String> classes = INLINED.matcher(flags).results().map(MatchResult::group).toList();
    assertTrue(classes.size() >= 3, classes.toString());
    for (String inlined : classes) {
      String name = INLINED.matcher(inlined).replaceAll("$1");
      assertDoesNotThrow(() -> Class.forName(name, false, getClass().getClassLoader()), name);
    }
  }
}
