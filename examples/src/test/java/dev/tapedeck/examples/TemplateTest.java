package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The project to copy is up to date. */
class TemplateTest {
  private static final Path TEMPLATE = Path.of("..", "template");

  @TempDir Path temp;

  private static String property(String pom, String name) {
    Matcher found = Pattern.compile("<" + Pattern.quote(name) + ">([^<]*)</").matcher(pom);
    assertTrue(found.find(), name);
    return found.group(1);
  }

  /** Returns the versions that a text gives dependencies and plugins by number. */
  private static Map<String, String> versions(String pom) {
    Map<String, String> versions = new TreeMap<>();
    Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([0-9][^<]*)</version>")
        .matcher(pom)
        .results()
        .forEach(found -> versions.put(found.group(1), found.group(2)));
    return versions;
  }

  @Test
  void itsNumbersAreThoseOfTapedeck() throws IOException {
    String own = Files.readString(TEMPLATE.resolve("pom.xml"));
    String ours = Files.readString(Path.of("..", "pom.xml"));
    assertEquals(property(ours, "version"), property(own, "tapedeck.version"));
    assertEquals(property(ours, "maven.compiler.release"), property(own, "maven.compiler.release"));
    assertTrue(property(ours, "jvm.flags").startsWith(property(own, "jvm.flags")), own);
    Map<String, String> versions = versions(own);
    for (String plugin :
        List.of("maven-toolchains-plugin", "maven-compiler-plugin", "maven-surefire-plugin")) {
      assertEquals(property(ours, plugin + ".version"), versions.get(plugin), plugin);
    }
    assertEquals(property(ours, "logback.version"), versions.get("logback-classic"));
    assertEquals(property(ours, "junit.version"), versions.get("junit-jupiter"));
    assertEquals("app.Digits", property(own, "main.class"));
  }

  @Test
  void itsSourcesCompile() throws IOException {
    List<String> arguments =
        List.of(
            "-proc:none",
            "-d",
            temp.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            TEMPLATE.resolve("src/main/java/app/Digits.java").toString(),
            TEMPLATE.resolve("src/test/java/app/DigitsTest.java").toString());
    int errors =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertEquals(0, errors);
    assertTrue(Files.exists(temp.resolve("app/DigitsTest.class")));
  }
}
