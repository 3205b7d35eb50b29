package dev.tapedeck.summaries;

import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * A white picture for rectangles and for text in capitals of 3 x 5 pixels, which needs no fonts.
 */
final class PixelPicture {
  static final int LINE = 5;

  private static final String CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-+ _";

  /** The characters in 3 x 5 pixels, each a bit, from the upper left one on. */
  private static final int[] GLYPHS = {
    0b111_101_101_101_111,
    0b010_110_010_010_111,
    0b111_001_111_100_111,
    0b111_001_111_001_111,
    0b101_101_111_001_001,
    0b111_100_111_001_111,
    0b111_100_111_101_111,
    0b111_001_001_001_001,
    0b111_101_111_101_111,
    0b111_101_111_001_111,
    0b010_101_111_101_101,
    0b110_101_110_101_110,
    0b011_100_100_100_011,
    0b110_101_101_101_110,
    0b111_100_110_100_111,
    0b111_100_110_100_100,
    0b011_100_101_101_011,
    0b101_101_111_101_101,
    0b111_010_010_010_111,
    0b001_001_001_101_010,
    0b101_101_110_101_101,
    0b100_100_100_100_111,
    0b101_111_111_101_101,
    0b110_101_101_101_101,
    0b010_101_101_101_010,
    0b110_101_110_100_100,
    0b010_101_101_110_011,
    0b110_101_110_101_101,
    0b011_100_010_001_110,
    0b111_010_010_010_010,
    0b101_101_101_101_111,
    0b101_101_101_101_010,
    0b101_101_111_111_101,
    0b101_101_010_101_101,
    0b101_101_010_010_010,
    0b111_001_010_100_111,
    0b000_000_000_000_010,
    0b000_000_111_000_000,
    0b000_010_111_010_000,
    0,
    0b000_000_000_000_111
  };

  private static final int GLYPH_WIDTH = 3;

  private final int width;
  private final int height;
  private final byte[] pixels;

  PixelPicture(int width, int height) {
    this.width = width;
    this.height = height;
    pixels = new byte[width * height * 3];
    Arrays.fill(pixels, (byte) 255);
  }

  /** Returns whether all characters of a text can be written, letters as capitals. */
  static boolean canWrite(String text) {
    return text.toUpperCase(Locale.ROOT).chars().allMatch(c -> CHARACTERS.indexOf(c) >= 0);
  }

  /** Returns the width of a text in pixels. */
  static int width(String text) {
    return Math.max(text.length() * (GLYPH_WIDTH + 1) - 1, 0);
  }

  void fill(int left, int top, int size, int[] color) {
    for (int y = top; y < top + size; y++) {
      for (int x = left; x < left + size; x++) {
        set(x, y, color);
      }
    }
  }

  private void set(int x, int y, int... color) {
    for (int c = 0; c < 3; c++) {
      pixels[(y * width + x) * 3 + c] = (byte) color[c];
    }
  }

  /** Writes a text to the right of its upper left corner. */
  void write(String text, int left, int top, int scale) {
    draw(text, scale, (along, down) -> set(left + along, top + down, 0, 0, 0));
  }

  /** Writes a text upwards from its lower left corner. */
  void writeUpwards(String text, int left, int bottom, int scale) {
    draw(text, scale, (along, down) -> set(left + down, bottom - 1 - along, 0, 0, 0));
  }

  /** Takes the place of a black pixel: along the line, and below its upper edge. */
  private interface Ink {
    void at(int along, int down);
  }

  private static void draw(String text, int scale, Ink ink) {
    String capitals = text.toUpperCase(Locale.ROOT);
    for (int i = 0; i < capitals.length(); i++) {
      int glyph = GLYPHS[CHARACTERS.indexOf(capitals.charAt(i))];
      for (int y = 0; y < LINE * scale; y++) {
        for (int x = 0; x < GLYPH_WIDTH * scale; x++) {
          int bit = GLYPH_WIDTH * LINE - 1 - (y / scale * GLYPH_WIDTH + x / scale);
          if (((glyph >> bit) & 1) == 1) {
            ink.at(i * (GLYPH_WIDTH + 1) * scale + x, y);
          }
        }
      }
    }
  }

  Tensor tensor() {
    return Tensor.ofUint8(pixels, height, width, 3);
  }
}
