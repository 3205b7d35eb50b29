package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardsTest {
  @TempDir Path temp;

  @Test
  void writesTheRunsOfBothTrials() throws Exception {
    Dashboards.main(new String[] {temp.toString(), "256"});
    try (Stream<Path> files = Files.walk(temp)) {
      List<String> runs =
          files
              .filter(Files::isRegularFile)
              .map(file -> temp.relativize(file.getParent()).toString().replace('\\', '/'))
              .sorted()
              .toList();
      assertEquals(
          List.of(
              "", "adam", "adam/train", "adam/validation", "sgd", "sgd/train", "sgd/validation"),
          runs);
    }
  }
}
