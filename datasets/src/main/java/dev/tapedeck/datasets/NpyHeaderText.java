package dev.tapedeck.datasets;

import dev.tapedeck.tensor.TensorSpec;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Parser of the text of a {@code .npy} header: a dictionary of exactly three keys, in any order;
 * nothing is evaluated.
 */
final class NpyHeaderText {
  private static final int MOST_AXES = 64; // of NumPy's arrays
  private static final int MOST_DIGITS = 18;

  private final String name;
  private final String text;
  private int at;

  /**
   * Makes a parser.
   *
   * @param name the file, for messages
   */
  NpyHeaderText(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * Parses the text.
   *
   * @param length length of the whole header
   */
  NpyHeader parse(int length) {
    String type = null;
    boolean fortranOrder = false;
    long[] shape = null;
    Set<String> keys = new HashSet<>();
    expect('{');
    while (!skip('}')) {
      String key = string();
      if (!keys.add(key)) {
        throw damaged("the key '" + key + "' is there twice");
      }
      expect(':');
      switch (key) {
        case "descr" -> type = type();
        case "fortran_order" -> fortranOrder = bool();
        case "shape" -> shape = shape();
        default -> throw damaged("the key '" + key + "' is unknown");
      }
      if (!skip(',')) {
        expect('}');
        break;
      }
    }
    spaces();
    if (at < text.length()) {
      throw damaged("something follows the dictionary");
    }
    if (keys.size() < 3) {
      throw damaged("it needs the keys descr, fortran_order and shape, it has " + keys);
    }
    TensorSpec spec =
        new TensorSpec(NpyHeader.dtype(name, type.substring(1)), NpyHeader.shape(name, shape));
    try {
      long _ = spec.bytes();
    } catch (IllegalArgumentException e) {
      throw new DatasetException(name + ": no array has the shape of its header", e);
    }
    ByteOrder order =
        switch (type.charAt(0)) {
          case '<' -> ByteOrder.LITTLE_ENDIAN;
          case '>' -> ByteOrder.BIG_ENDIAN;
          default -> ByteOrder.nativeOrder(); // = for the machine's, | for single bytes
        };
    return new NpyHeader(spec, fortranOrder, order, length);
  }

  /** Parses a type, and returns it with its byte order, {@code <f4}. */
  private String type() {
    if (skip('[')) {
      throw new DatasetException(
          name + ": is of records with named fields; save each field by itself, as x['field']");
    }
    String type = string();
    String ordered = type.matches("[a-zA-Z].*") ? "=" + type : type;
    if (!ordered.matches("[<>=|][a-zA-Z][^\\p{Cntrl}]{0,40}")) {
      throw damaged("its descr is no type");
    }
    return ordered;
  }

  private boolean bool() {
    spaces();
    for (String literal : new String[] {"True", "False"}) {
      if (text.startsWith(literal, at)) {
        at += literal.length();
        return literal.equals("True");
      }
    }
    throw damaged("fortran_order is neither True nor False");
  }

  /** Parses a tuple, in which a comma follows a single size. */
  private long[] shape() {
    long[] sizes = new long[MOST_AXES];
    int rank = 0;
    boolean isTuple = true;
    expect('(');
    while (!skip(')')) {
      if (rank == MOST_AXES) {
        throw damaged("its shape has more than " + MOST_AXES + " axes");
      }
      sizes[rank++] = size();
      isTuple = skip(',');
      if (!isTuple) {
        expect(')');
        break;
      }
    }
    if (rank == 1 && !isTuple) {
      throw damaged("its shape is no tuple");
    }
    return Arrays.copyOf(sizes, rank);
  }

  private long size() {
    spaces();
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start || at - start > MOST_DIGITS) {
      throw damaged("its shape has something else than sizes");
    }
    return Long.parseLong(text, start, at, 10);
  }

  private String string() {
    spaces();
    char quote = at < text.length() ? text.charAt(at) : 0;
    int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
    if (end < 0) {
      throw damaged("there is no text where one should be");
    }
    String string = text.substring(at + 1, end);
    at = end + 1;
    return string;
  }

  private void expect(char character) {
    if (!skip(character)) {
      throw damaged("there is no " + character + " where one should be");
    }
  }

  private boolean skip(char character) {
    spaces();
    boolean there = at < text.length() && text.charAt(at) == character;
    at += there ? 1 : 0;
    return there;
  }

  private void spaces() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
      at++;
    }
  }

  private DatasetException damaged(String how) {
    int most = 100;
    String shown = how.length() <= most ? how : how.substring(0, most) + "..";
    return new DatasetException(name + ": its header is damaged: " + shown);
  }
}
