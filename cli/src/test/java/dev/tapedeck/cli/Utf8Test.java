package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void textOrNot() {
    assertEquals(Optional.of("größe\0"), Utf8.decode("größe\0".getBytes(StandardCharsets.UTF_8)));
    assertEquals(Optional.empty(), Utf8.decode(new byte[] {(byte) 0xc3}));
    assertEquals(Optional.empty(), Utf8.decode("größe".getBytes(StandardCharsets.ISO_8859_1)));
    assertEquals(Optional.of("\ufffd"), Utf8.decode("\ufffd".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void everyByteOnce() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    String literal = Utf8.literal(all);
    assertEquals("b'\\x00\\x01", literal.substring(0, 10));
    assertArrayEquals(all, undone(literal.substring(2, literal.length() - 1)));
  }

  /** Undoes escapes as Python does. */
  private static byte[] undone(String literal) {
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c == '\\') {
        char escaped = literal.charAt(++i);
        c =
            switch (escaped) {
              case 't' -> '\t';
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 'x' -> (char) Integer.parseInt(literal.substring(++i, ++i + 1), 16);
              default -> escaped;
            };
      }
      bytes.append(c);
    }
    return bytes.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
