package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** Without a provider of SLF4J, as here, each logger prints a warning once. */
class LoggersTest {
  @Test
  void warningsArePrintedOnce() {
    Logger log = Loggers.of(LoggersTest.class);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      log.warn("{} is dropped, {} bytes", "a", 12345);
      log.warn("{} is dropped, {} bytes", "a", 12345);
      log.warn("{} is dropped, {} bytes", "b", 1);
      log.warn("c failed", new IllegalStateException("why"));
      log.info("nobody asked");
      Loggers.of(LoggersTest.class).warn("c failed");
      Loggers.of(LoggersTest.class).warn("c failed");
    } finally {
      System.setErr(before);
    }
    String line = System.lineSeparator();
    assertEquals(
        "tapedeck: a is dropped, 12345 bytes"
            + line
            + "tapedeck: b is dropped, 1 bytes"
            + line
            + "tapedeck: c failed (java.lang.IllegalStateException: why)"
            + line
            + "tapedeck: c failed"
            + line
            + "tapedeck: c failed"
            + line,
        printed.toString(StandardCharsets.UTF_8));
  }
}
