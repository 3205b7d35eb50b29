package dev.tapedeck.cli;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Decoding of bytes that may be UTF-8. */
final class Utf8 {
  private Utf8() {}

  /** Returns the text of bytes; nothing if they are not valid UTF-8. */
  static Optional<String> decode(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Returns bytes as a Python literal, {@code b'one\\xff'}. */
  static String literal(byte[] bytes) {
    StringBuilder literal = new StringBuilder("b'");
    for (byte b : bytes) {
      switch (b) {
        case '\\', '\'' -> literal.append('\\').append((char) b);
        case '\t' -> literal.append("\\t");
        case '\n' -> literal.append("\\n");
        case '\r' -> literal.append("\\r");
        default -> {
          if (b >= ' ' && b < 0x7f) {
            literal.append((char) b);
          } else {
            literal.append(String.format(Locale.ROOT, "\\x%02x", b));
          }
        }
      }
    }
    return literal.append('\'').toString();
  }
}
