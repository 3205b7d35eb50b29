package dev.tapedeck.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Contents of the file {@code checkpoint} of a folder, the list of its checkpoints.
 *
 * @param latest prefix of the newest one, relative to the folder
 * @param all prefixes, oldest first
 * @param timestamps times of the saves in seconds since 1970; empty if not known
 * @param lastPreserved time of the last one that is kept for good; 0 if not known
 */
record CheckpointState(
    String latest, List<String> all, List<Double> timestamps, double lastPreserved) {
  private static final String FILE = "checkpoint";
  private static final long LARGEST = 1 << 24;
  private static final int LONGEST_REASON = 300;

  CheckpointState {
    all = List.copyOf(all);
    timestamps = List.copyOf(timestamps);
  }

  /**
   * Returns the contents, or nothing if there is no such file.
   *
   * @throws CheckpointException if it is malformed
   */
  static Optional<CheckpointState> read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      // Opening a named pipe would block.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw damaged(file, "it is no file");
      }
      long size = Files.size(file);
      if (size > LARGEST) {
        throw damaged(file, "it has " + size + " bytes, expected at most " + LARGEST);
      }
      // One character for each byte: strings are UTF-8 only after unescaping.
      return Optional.of(parse(file, Files.readString(file, StandardCharsets.ISO_8859_1)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpoint: cannot read " + file + "; check that it may be read", e);
    }
  }

  /** Replaces the file of a folder. */
  void write(Path folder) {
    var text = new StringBuilder();
    text.append("model_checkpoint_path: ").append(quoted(latest)).append('\n');
    for (String path : all) {
      text.append("all_model_checkpoint_paths: ").append(quoted(path)).append('\n');
    }
    for (double time : timestamps) {
      text.append("all_model_checkpoint_timestamps: ").append(number(time)).append('\n');
    }
    if (lastPreserved != 0) {
      text.append("last_preserved_timestamp: ").append(number(lastPreserved)).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    Path file = folder.toAbsolutePath().resolve(FILE);
    try {
      AtomicFiles.write(file, out -> out.write(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpoint: cannot write "
              + file
              + "; check that the folder can be written and the disk has room",
          e);
    }
  }

  /** Removes the file of a folder. */
  static void delete(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpoint: cannot remove " + folder.resolve(FILE) + "; remove it by hand", e);
    }
  }

  private static CheckpointState parse(Path file, String text) {
    String latest = null;
    List<String> all = new ArrayList<>();
    List<Double> timestamps = new ArrayList<>();
    double lastPreserved = 0;
    int line = 0;
    for (String field : (Iterable<String>) text.lines()::iterator) {
      line++;
      int colon = field.indexOf(':');
      String name = field.substring(0, Math.max(colon, 0)).strip();
      String value = field.substring(colon + 1).strip();
      try {
        switch (name) {
          case "model_checkpoint_path" -> latest = path(value);
          case "all_model_checkpoint_paths" -> all.add(path(value));
          case "all_model_checkpoint_timestamps" -> timestamps.add(seconds(value));
          case "last_preserved_timestamp" -> lastPreserved = seconds(value);
          default -> {
            if (!field.isBlank() && !field.stripLeading().startsWith("#")) {
              throw new IllegalArgumentException("the field is not one of a checkpoint's");
            }
          }
        }
      } catch (IllegalArgumentException e) {
        throw damaged(file, "line " + line + " cannot be understood: " + e.getMessage());
      }
    }
    if (latest == null) {
      throw damaged(file, "it has no model_checkpoint_path");
    }
    return new CheckpointState(latest, all, timestamps, lastPreserved);
  }

  /** Returns a path; throws if it is empty or invalid. */
  private static String path(String value) {
    String path = unquoted(value);
    try {
      if (Path.of(path).getFileName() == null || path.isEmpty()) {
        throw new IllegalArgumentException("the path " + value + " names nothing");
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "the path " + Mismatch.quoted(path) + " cannot be one: " + e.getReason(), e);
    }
    return path;
  }

  private static double seconds(String value) {
    double seconds = Double.parseDouble(value);
    if (!Double.isFinite(seconds)) {
      throw new IllegalArgumentException("the time " + value + " is not finite");
    }
    return seconds;
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).toPlainString();
  }

  private static String quoted(String string) {
    var text = new StringBuilder("\"");
    for (byte b : string.getBytes(StandardCharsets.UTF_8)) {
      if (b == '"' || b == '\\') {
        text.append('\\').append((char) b);
      } else if (b >= ' ' && b < 0x7f) {
        text.append((char) b);
      } else {
        text.append(String.format(Locale.ROOT, "\\%03o", Byte.toUnsignedInt(b)));
      }
    }
    return text.append('"').toString();
  }

  private static String unquoted(String value) {
    int end = value.length() - 1;
    char quote = end < 1 ? 0 : value.charAt(0);
    if ((quote != '"' && quote != '\'') || value.charAt(end) != quote) {
      throw new IllegalArgumentException("expected a string in quotes");
    }
    var bytes = new ByteArrayOutputStream();
    for (int i = 1; i < end; i++) {
      char c = value.charAt(i);
      if (c == quote) {
        throw new IllegalArgumentException("expected a single string in quotes");
      } else if (c != '\\') {
        bytes.write(c);
      } else {
        i = unescape(value, i + 1, end, bytes);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the string is not in UTF-8", e);
    }
  }

  /** Appends the byte of an escape sequence; returns the end of the sequence. */
  private static int unescape(String value, int at, int end, ByteArrayOutputStream bytes) {
    if (at == end) {
      throw new IllegalArgumentException("the string ends in an escape");
    }
    char c = value.charAt(at);
    int plain = "ntr\"'\\".indexOf(c);
    if (plain >= 0) {
      bytes.write("\n\t\r\"'\\".charAt(plain));
      return at;
    }
    int radix = c == 'x' ? 16 : 8;
    int from = c == 'x' ? at + 1 : at;
    int to = from;
    while (to < Math.min(end, from + (c == 'x' ? 2 : 3))
        && Character.digit(value.charAt(to), radix) >= 0) {
      to++;
    }
    int code = to == from ? 0 : Integer.parseInt(value.substring(from, to), radix);
    if (code == 0 || code > 0xff) { // 0 is in no file name
      throw new IllegalArgumentException("the escape \\" + c + " is not known or complete");
    }
    bytes.write(code);
    return to - 1;
  }

  /** Returns whether it only names the latest checkpoint, as when written by hand. */
  boolean isByHand() {
    return all.isEmpty();
  }

  /** Returns the file of a folder. */
  static Path file(Path folder) {
    return folder.resolve(FILE);
  }

  private static CheckpointException damaged(Path file, String how) {
    return new CheckpointException(
        "checkpoint: "
            + file
            + " is damaged: "
            + Mismatch.oneLine(how, LONGEST_REASON)
            + "; correct it, or remove it for the newest checkpoint of the folder");
  }
}
