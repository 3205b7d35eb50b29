package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The progress of a training on a terminal, which {@code script} makes. */
@EnabledOnOs(OS.LINUX)
class ProgressBarTest {
  @TempDir Path temp;

  @Test
  void staysOnItsLine() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "there is no script to make one");
    String command =
        Stream.concat(
                Stream.of("stty", "cols", "50;"),
                Cli.builder("train", "mnist", "--limit", "3000", "--epochs", "1").command().stream()
                    .map(argument -> "'" + argument + "'"))
            .collect(Collectors.joining(" "));
    ProcessBuilder terminal = new ProcessBuilder("/usr/bin/script", "-qec", command, "/dev/null");
    terminal.environment().remove("COLUMNS");
    terminal.environment().putAll(Map.of("NO_COLOR", "1", "LC_ALL", "C.UTF-8"));
    Cli.Result result = Cli.run(temp, terminal);
    assertEquals(0, result.exit(), result.out());
    List<String> shown =
        Arrays.stream(result.out().split("\r\u001B\\[K|\r?\n", -1))
            .map(String::strip)
            .filter(line -> !line.startsWith("WARNING: ")) // of the JVM
            .toList();
    assertTrue(shown.contains("0/24 ──────────────────── compiling"), result.out());
    assertTrue(shown.stream().allMatch(line -> line.length() < 50), result.out());
    assertTrue(shown.stream().anyMatch(line -> line.startsWith("- val_loss: ")), result.out());
  }
}
