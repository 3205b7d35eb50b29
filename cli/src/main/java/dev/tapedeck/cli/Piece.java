package dev.tapedeck.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A connected piece of ink in an image.
 *
 * @param top the first row
 * @param bottom the row after the last
 * @param left the first column
 * @param right the column after the last
 * @param ink the sum of the squared pixels, which faint areas add little to
 */
record Piece(int top, int bottom, int left, int right, double ink) {
  /** Returns the pieces whose pixels are at least a threshold, and touch at sides or corners. */
  static List<Piece> of(float[][] pixels, float threshold) {
    int width = pixels[0].length;
    boolean[] seen = new boolean[pixels.length * width];
    int[] queue = new int[seen.length];
    List<Piece> pieces = new ArrayList<>();
    for (int start = 0; start < seen.length; start++) {
      if (!seen[start] && pixels[start / width][start % width] >= threshold) {
        pieces.add(from(start, pixels, threshold, seen, queue));
      }
    }
    return pieces;
  }

  private static Piece from(
      int start, float[][] pixels, float threshold, boolean[] seen, int[] queue) {
    int width = pixels[0].length;
    Piece piece = new Piece(pixels.length, 0, width, 0, 0);
    seen[start] = true;
    queue[0] = start;
    int end = 1;
    for (int next = 0; next < end; next++) {
      int y = queue[next] / width;
      int x = queue[next] % width;
      double value = pixels[y][x];
      piece = piece.and(new Piece(y, y + 1, x, x + 1, value * value));
      for (int row = Math.max(0, y - 1); row <= Math.min(y + 1, pixels.length - 1); row++) {
        for (int column = Math.max(0, x - 1); column <= Math.min(x + 1, width - 1); column++) {
          int neighbour = row * width + column;
          if (!seen[neighbour] && pixels[row][column] >= threshold) {
            seen[neighbour] = true;
            queue[end++] = neighbour;
          }
        }
      }
    }
    return piece;
  }

  /** Returns the piece that two are parts of. */
  Piece and(Piece other) {
    return new Piece(
        Math.min(top, other.top),
        Math.max(bottom, other.bottom),
        Math.min(left, other.left),
        Math.max(right, other.right),
        ink + other.ink);
  }
}
