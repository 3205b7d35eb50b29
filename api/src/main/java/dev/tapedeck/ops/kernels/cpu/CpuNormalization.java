package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.NormalizationKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Sums over rows, by vector instructions: those of pieces that stay in the first cache, which
 * depend on the shape alone, and of these in float64.
 *
 * <p>Means and squared distances of pieces are merged as in T. Chan, G. Golub, R. LeVeque,
 * "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", COMPSTAT 1982.
 */
final class CpuNormalization implements NormalizationKernels {
  /** The number of elements of a piece, and its fewest and most rows. */
  private static final long PIECE = 1 << 13;

  private static final long LEAST_ROWS = 16;
  private static final long MOST_ROWS = 1 << 8;

  /** The sums of some rows: where they are written, from the offset of the first row on. */
  @FunctionalInterface
  private interface Loop {
    void run(long offset, long rows, long to);
  }

  /** Some numbers of each column of each piece. */
  private record Pieces(DType dtype, long rows, int columns, long each, EagerTensor sums) {
    static Pieces of(EagerTensor x, int numbers) {
      long rows = x.shape().size(0);
      long columns = x.shape().size(1);
      long each = Math.clamp(PIECE / columns, LEAST_ROWS, MOST_ROWS);
      Shape shape = Shape.of(Math.ceilDiv(rows, each), numbers, columns);
      return new Pieces(
          x.dtype(),
          rows,
          Math.toIntExact(columns),
          each,
          EagerTensor.allocate(new TensorSpec(x.dtype(), shape)));
    }

    long count() {
      return sums.shape().size(0);
    }

    long rowsOf(long piece) {
      return Math.min(each, rows - piece * each);
    }

    void run(Loop loop) {
      long row = (long) columns * dtype.bytes();
      long numbers = sums.shape().size(1);
      long to = sums.address();
      Workers.run(
          count(),
          Math.ceilDiv(Workers.LEAST, each * columns),
          (from, end) -> {
            for (long i = from; i < end; i++) {
              loop.run(i * each * row, rowsOf(i), to + numbers * i * row);
            }
          });
    }

    /** Returns a number of each column of a piece. */
    double[] get(long piece, int number) {
      double[] numbers = new double[columns];
      long start = (piece * sums.shape().size(1) + number) * columns;
      for (int c = 0; c < columns; c++) {
        numbers[c] = Elements.getDouble(dtype, sums.elements(), start + c);
      }
      return numbers;
    }

    /** Returns the sum of a number over all pieces. */
    double[] total(int number) {
      double[] total = new double[columns];
      for (long i = 0; i < count(); i++) {
        double[] some = get(i, number);
        for (int c = 0; c < columns; c++) {
          total[c] += some[c];
        }
      }
      return total;
    }

    /** Returns the means of the columns of a piece; infinite ones have no distances from them. */
    double[] means(long piece) {
      double[] means = get(piece, 0);
      double[] distances = get(piece, 1);
      for (int c = 0; c < columns; c++) {
        double off = distances[c] / rowsOf(piece);
        means[c] += Double.isFinite(off) ? off : 0;
      }
      return means;
    }

    double[] means() {
      double[] means = new double[columns];
      for (long i = 0; i < count(); i++) {
        double[] some = means(i);
        for (int c = 0; c < columns; c++) {
          means[c] += some[c] * rowsOf(i) / rows;
        }
      }
      return means;
    }

    double[] variances(double... means) {
      double[] squares = new double[columns];
      for (long i = 0; i < count(); i++) {
        double[] some = means(i);
        double[] distances = get(i, 1);
        double[] within = get(i, 2);
        double of = rowsOf(i);
        for (int c = 0; c < columns; c++) {
          double apart = some[c] - means[c];
          squares[c] += within[c] - distances[c] * distances[c] / of + of * apart * apart;
        }
      }
      return Arrays.stream(squares).map(square -> square / rows).toArray();
    }
  }

  private static void write(EagerTensor output, int row, double... numbers) {
    MemorySegment to = output.elements();
    for (int c = 0; c < numbers.length; c++) {
      Elements.setDouble(output.dtype(), to, (long) row * numbers.length + c, numbers[c]);
    }
  }

  @Override
  public void moments(EagerTensor x, EagerTensor output) {
    MomentRows loops = MomentRows.of(x.dtype());
    Pieces pieces = Pieces.of(x, 3);
    try (DenseOperand rows = DenseOperand.of(x)) {
      long from = rows.address();
      pieces.run((offset, count, to) -> loops.moments(from + offset, count, pieces.columns, to));
    }
    double[] means = pieces.means();
    double[] variances = pieces.variances(means);
    pieces.sums.release();
    write(output, 0, means);
    write(output, 1, variances);
  }

  @Override
  public void sums(EagerTensor g, EagerTensor x, EagerTensor mean, EagerTensor output) {
    MomentRows loops = MomentRows.of(x.dtype());
    Pieces pieces = Pieces.of(x, 2);
    try (DenseOperand gradients = DenseOperand.of(g);
        DenseOperand rows = DenseOperand.of(x);
        DenseOperand means = DenseOperand.of(mean)) {
      long upstream = gradients.address();
      long from = rows.address();
      long centre = means.address();
      pieces.run(
          (offset, count, to) ->
              loops.sums(upstream + offset, from + offset, centre, count, pieces.columns, to));
    }
    write(output, 0, pieces.total(0));
    write(output, 1, pieces.total(1));
    pieces.sums.release();
  }
}
