package dev.tapedeck.keras;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class Try2Test {
  @Test
  void one() throws Exception {
    KerasFilesTest.check(Path.of("/tmp/k/h"));
  }
}
