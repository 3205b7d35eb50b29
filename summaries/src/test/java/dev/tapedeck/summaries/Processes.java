package dev.tapedeck.summaries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs other programs. */
final class Processes {
  private Processes() {}

  /** Returns the lines that a program prints; fails if it fails or takes two minutes. */
  static List<String> run(Path tempDir, String... command) throws Exception {
    File out = Files.createTempFile(tempDir, "process", ".out").toFile();
    File err = Files.createTempFile(tempDir, "process", ".err").toFile();
    Process process = new ProcessBuilder(command).redirectOutput(out).redirectError(err).start();
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running: " + List.of(command));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), () -> read(err));
    return Files.readAllLines(out.toPath());
  }

  private static String read(File file) {
    try {
      return Files.readString(file.toPath());
    } catch (IOException e) {
      return e.toString();
    }
  }
}
