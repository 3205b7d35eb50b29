package dev.tapedeck.keras;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TryTest {
  @Test
  void all() throws Exception {
    RandomModelsTest.check(Path.of("/tmp/k/m2"));
  }
}
