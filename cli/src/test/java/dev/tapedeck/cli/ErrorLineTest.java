package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import org.junit.jupiter.api.Test;

class ErrorLineTest {
  @Test
  void oneLineSaysWhatWasFirst() {
    Throwable memory = new OutOfMemoryError("Java heap space");
    String line =
        "Java's memory is too small (Java heap space); give it more, such as"
            + " TAPEDECK_JAVA_OPTS=-Xmx2g";
    assertEquals(line, ErrorLine.of(memory));
    assertEquals(line, ErrorLine.of(new ExceptionInInitializerError(new RuntimeException(memory))));
    assertEquals("b", ErrorLine.of(new ExceptionInInitializerError(new RuntimeException("b"))));
    assertEquals("java.lang.StackOverflowError", ErrorLine.of(new StackOverflowError()));
    assertEquals("a;b", ErrorLine.of(new IllegalArgumentException("a\nb", memory)));
    assertEquals(
        "not a path: \"a??\" (Nul character not allowed)",
        ErrorLine.of(new InvalidPathException("a\u001b\0", "Nul character not allowed")));
    assertEquals(
        "java.io.IOException: c",
        ErrorLine.of(new UncheckedIOException(null, new IOException("c"))));
  }
}
