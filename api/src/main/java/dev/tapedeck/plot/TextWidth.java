package dev.tapedeck.plot;

/**
 * Widths of text in Verdana and DejaVu Sans, which are nearly equal, known without fonts; other
 * common fonts are narrower.
 */
final class TextWidth {
  /** The widths of the characters from space to ~, in thousandths of the font size. */
  private static final int[] ASCII = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, // space to /
    636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, // 0 to ?
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, // @ to O
    603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, // P to _
    500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, // ` to o
    635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838, // p to ~
  };

  /** The width of other characters, as wide as any. */
  private static final int OTHER = 1000;

  private static final double BOLD = 1.15;

  private TextWidth() {}

  /** Returns the width of a text, in pixels. */
  static double of(String text, double fontSize, boolean bold) {
    int thousandths =
        text.codePoints()
            .map(point -> point >= ' ' && point <= '~' ? ASCII[point - ' '] : OTHER)
            .sum();
    return thousandths / 1000.0 * fontSize * (bold ? BOLD : 1);
  }
}
