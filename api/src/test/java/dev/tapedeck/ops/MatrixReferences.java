package dev.tapedeck.ops;

import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.Arrays;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Matrices as arrays of rows, and what is computed of them the way it is taught. */
final class MatrixReferences {
  private MatrixReferences() {}

  /** Makes a matrix of a function of row and column. */
  interface Elements {
    double at(int row, int column);
  }

  static double[][] matrix(int rows, int columns, Elements elements) {
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix[i][j] = elements.at(i, j);
      }
    }
    return matrix;
  }

  private static int columns(double[][] x) {
    return x.length == 0 ? 0 : x[0].length;
  }

  static double[][] transpose(double[][] x) {
    return matrix(columns(x), x.length, (i, j) -> x[j][i]);
  }

  static double[][] times(double[][] a, double[][] b) {
    return matrix(
        a.length,
        columns(b),
        (i, j) -> IntStream.range(0, b.length).mapToDouble(k -> a[i][k] * b[k][j]).sum());
  }

  static double[][] plus(double[][] x, double onDiagonal) {
    return matrix(x.length, columns(x), (i, j) -> x[i][j] + (i == j ? onDiagonal : 0));
  }

  static double[][] map(double[][] x, java.util.function.DoubleUnaryOperator function) {
    return matrix(x.length, columns(x), (i, j) -> function.applyAsDouble(x[i][j]));
  }

  /** By Gauss and Jordan. */
  static double[][] solve(double[][] a, double[][] b) {
    int n = a.length;
    double[][] both = matrix(n, n + columns(b), (i, j) -> j < n ? a[i][j] : b[i][j - n]);
    for (int i = 0; i < n; i++) {
      int column = i;
      int largest =
          IntStream.range(i, n)
              .boxed()
              .max((p, q) -> Double.compare(Math.abs(both[p][column]), Math.abs(both[q][column])))
              .orElseThrow();
      double[] pivot = both[largest];
      both[largest] = both[i];
      double factor = pivot[i];
      both[i] = Arrays.stream(pivot).map(x -> x / factor).toArray();
      for (int other = 0; other < n; other++) {
        double scale = both[other][i];
        for (int j = 0; other != i && j < both[i].length; j++) {
          both[other][j] -= scale * both[i][j];
        }
      }
    }
    return matrix(n, columns(b), (i, j) -> both[i][n + j]);
  }

  static double[][] inverse(double[][] x) {
    return solve(x, plus(new double[x.length][x.length], 1));
  }

  /** By Laplace, along the first row. */
  static double determinant(double[][] x) {
    if (x.length == 0) {
      return 1;
    }
    double sum = 0;
    for (int column = 0; column < x.length; column++) {
      int without = column;
      double[][] minor =
          matrix(x.length - 1, x.length - 1, (i, j) -> x[i + 1][j < without ? j : j + 1]);
      sum += (column % 2 == 0 ? 1 : -1) * x[0][column] * determinant(minor);
    }
    return sum;
  }

  static double[][] cholesky(double[][] x) {
    int n = x.length;
    double[][] l = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = x[i][j];
        for (int k = 0; k < j; k++) {
          rest -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(rest) : rest / l[j][j];
      }
    }
    return l;
  }

  /** By Gram and Schmidt, twice, of the first columns: as many as there are rows at most. */
  static double[][] orthonormal(double[][] x) {
    double[][] columns = transpose(x);
    int rank = Math.min(x.length, columns.length);
    double[][] q = new double[rank][];
    for (int i = 0; i < rank; i++) {
      double[] column = columns[i].clone();
      for (int pass = 0; pass < 2 * i; pass++) {
        double[] other = q[pass % i];
        double along = dot(column, other);
        Arrays.setAll(column, k -> column[k] - along * other[k]);
      }
      double length = Math.sqrt(dot(column, column));
      q[i] = Arrays.stream(column).map(v -> v / length).toArray();
    }
    return matrix(x.length, rank, (i, j) -> q[j][i]);
  }

  private static double dot(double[] x, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum();
  }

  /** By Jacobi, one-sided: u, s as a row, v; of at least as many rows as columns. */
  private static double[][][] svdOfTall(double[][] x) {
    double[][] scaled = transpose(x);
    int n = scaled.length;
    double[][] v = plus(new double[n][n], 1);
    for (int sweep = 0; sweep < 30; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          double angle =
              0.5
                  * Math.atan2(
                      2 * dot(scaled[p], scaled[q]),
                      dot(scaled[p], scaled[p]) - dot(scaled[q], scaled[q]));
          rotate(scaled, p, q, angle);
          rotate(v, p, q, angle);
        }
      }
    }
    double[] s =
        Arrays.stream(scaled).mapToDouble(column -> Math.sqrt(dot(column, column))).toArray();
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted((p, q) -> Double.compare(s[q], s[p]))
            .mapToInt(i -> i)
            .toArray();
    return new double[][][] {
      matrix(x.length, n, (i, j) -> scaled[order[j]][i] / s[order[j]]),
      matrix(1, n, (i, j) -> s[order[j]]),
      matrix(n, n, (i, j) -> v[order[j]][i])
    };
  }

  private static void rotate(double[][] rows, int p, int q, double angle) {
    for (int i = 0; i < rows[p].length; i++) {
      double x = rows[p][i];
      double y = rows[q][i];
      rows[p][i] = Math.cos(angle) * x + Math.sin(angle) * y;
      rows[q][i] = Math.cos(angle) * y - Math.sin(angle) * x;
    }
  }

  /** Returns u, s as a row, and v. */
  static double[][][] svd(double[][] x) {
    if (x.length >= columns(x)) {
      return svdOfTall(x);
    }
    double[][][] tall = svdOfTall(transpose(x));
    return new double[][][] {tall[2], tall[1], tall[0]};
  }

  /** By the normal equations. */
  static double[][] pseudoInverse(double[][] x) {
    double[][] t = transpose(x);
    return x.length >= columns(x) ? solve(times(t, x), t) : times(t, inverse(times(x, t)));
  }

  /** Computes a function of each matrix; of its result's axes the first ones may go. */
  static OpCheck.Reference each(int dropped, UnaryOperator<double[][]> function) {
    return each(dropped, (a, b) -> function.apply(a));
  }

  static OpCheck.Reference each(UnaryOperator<double[][]> function) {
    return each(0, function);
  }

  static OpCheck.Reference both(BinaryOperator<double[][]> function) {
    return each(0, function);
  }

  /** Computes a function of each pair of matrices; batches broadcast. */
  private static OpCheck.Reference each(int dropped, BinaryOperator<double[][]> function) {
    return x -> {
      Grid a = x[0];
      Grid b = x[x.length - 1];
      int[] batch = Grid.pointwise(v -> 0, batch(a), batch(b)).shape();
      int[] one = shape(function.apply(probe(a), probe(b)));
      int[] last = Arrays.copyOfRange(one, dropped, 2);
      int[] all = IntStream.concat(Arrays.stream(batch), Arrays.stream(last)).toArray();
      return Grid.of(
          all,
          index -> {
            double[][] result = function.apply(part(a, index, batch), part(b, index, batch));
            int[] at = new int[2];
            System.arraycopy(index, batch.length, at, dropped, last.length);
            return result[at[0]][at[1]];
          });
    };
  }

  private static int[] shape(double[][] x) {
    return new int[] {x.length, columns(x)};
  }

  private static Grid batch(Grid x) {
    return Grid.of(Arrays.copyOf(x.shape(), x.shape().length - 2), i -> 0);
  }

  /** Returns a matrix of the right shape, for a batch that may have none. */
  private static double[][] probe(Grid x) {
    int rank = x.shape().length;
    return plus(new double[x.size(rank - 2)][x.size(rank - 1)], 1);
  }

  private static double[][] part(Grid x, int[] index, int[] batch) {
    int rank = x.shape().length;
    return matrix(
        x.size(rank - 2),
        x.size(rank - 1),
        (row, column) -> {
          int[] at = new int[rank];
          for (int axis = 0; axis < rank - 2; axis++) {
            at[axis] = x.size(axis) == 1 ? 0 : index[batch.length - rank + 2 + axis];
          }
          at[rank - 2] = row;
          at[rank - 1] = column;
          return x.at(at);
        });
  }
}
