package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.NormalizationKernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * Sums over rows, by vector instructions: those of pieces of rows, and of these in float64. The
 * pieces depend on the shape alone.
 *
 * <p>Means and squared distances of pieces are merged as in T. Chan, G. Golub, R. LeVeque,
 * "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", COMPSTAT 1982.
 */
final class CpuNormalization implements NormalizationKernels {
  /**
   * The elements of a piece, which stay in the second cache, and its fewest and most rows, of which
   * a vector each stays in the first.
   */
  private static final long PIECE = 1 << 14;

  private static final long LEAST_ROWS = 1 << 5;
  private static final long MOST_ROWS = 1 << 8;

  /** The sums of some rows: where they are written, from the offset of the first row on. */
  @FunctionalInterface
  private interface Loop {
    void run(long offset, long rows, long to);
  }

  /**
   * The numbers of each column of each piece: {@code all[(piece * kinds + kind) * columns + c]}.
   */
  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Pieces(long rows, long each, int columns, int kinds, double... all) {
    static Pieces of(EagerTensor x, int kinds, Loop loop) {
      long rows = x.shape().size(0);
      int columns = Math.toIntExact(x.shape().size(1));
      long each = Math.clamp(PIECE / columns, LEAST_ROWS, MOST_ROWS);
      long count = Math.ceilDiv(rows, each);
      Shape shape = Shape.of(count, kinds, columns);
      EagerTensor sums = EagerTensor.allocate(new TensorSpec(x.dtype(), shape));
      long to = sums.address();
      long row = (long) columns * x.dtype().bytes();
      Workers.run(
          count,
          Math.ceilDiv(Workers.LEAST, each * columns),
          (from, end) -> {
            for (long i = from; i < end; i++) {
              loop.run(i * each * row, Math.min(each, rows - i * each), to + kinds * i * row);
            }
          });
      double[] all = sums.toDoubleArray();
      sums.release();
      return new Pieces(rows, each, columns, kinds, all);
    }

    int count() {
      return all.length / kinds / columns;
    }

    double rowsOf(int piece) {
      return Math.min(each, rows - piece * each);
    }

    int start(int piece, int kind) {
      return (piece * kinds + kind) * columns;
    }

    double[] total(int kind) {
      double[] total = new double[columns];
      for (int i = 0; i < count(); i++) {
        int start = start(i, kind);
        for (int c = 0; c < columns; c++) {
          total[c] += all[start + c];
        }
      }
      return total;
    }

    /** Adds to the means of pieces what rounding left out; infinite ones have no distances. */
    void correctMeans() {
      for (int i = 0; i < count(); i++) {
        int means = start(i, 0);
        int distances = start(i, 1);
        double of = rowsOf(i);
        for (int c = 0; c < columns; c++) {
          double off = all[distances + c] / of;
          all[means + c] += Double.isFinite(off) ? off : 0;
        }
      }
    }

    double[] means() {
      double[] means = new double[columns];
      for (int i = 0; i < count(); i++) {
        int start = start(i, 0);
        double share = rowsOf(i) / rows;
        for (int c = 0; c < columns; c++) {
          means[c] += all[start + c] * share;
        }
      }
      return means;
    }

    double[] variances(double... means) {
      double[] variances = new double[columns];
      for (int i = 0; i < count(); i++) {
        int start = start(i, 0);
        double of = rowsOf(i);
        for (int c = 0; c < columns; c++) {
          double apart = all[start + c] - means[c];
          double off = all[start + columns + c];
          double within = all[start + 2 * columns + c] - off * off / of;
          variances[c] += (within + of * apart * apart) / rows;
        }
      }
      return variances;
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
    long columns = x.shape().size(1);
    Pieces pieces;
    try (DenseOperand rows = DenseOperand.of(x)) {
      long from = rows.address();
      pieces =
          Pieces.of(x, 3, (offset, count, to) -> loops.moments(from + offset, count, columns, to));
    }
    pieces.correctMeans();
    double[] means = pieces.means();
    write(output, 0, means);
    write(output, 1, pieces.variances(means));
  }

  @Override
  public void sums(EagerTensor g, EagerTensor x, EagerTensor mean, EagerTensor output) {
    MomentRows loops = MomentRows.of(x.dtype());
    long columns = x.shape().size(1);
    Pieces pieces;
    try (DenseOperand gradients = DenseOperand.of(g);
        DenseOperand rows = DenseOperand.of(x);
        DenseOperand means = DenseOperand.of(mean)) {
      long upstream = gradients.address();
      long from = rows.address();
      long centre = means.address();
      pieces =
          Pieces.of(
              x,
              2,
              (offset, count, to) ->
                  loops.sums(upstream + offset, from + offset, centre, count, columns, to));
    }
    write(output, 0, pieces.total(0));
    write(output, 1, pieces.total(1));
  }
}
