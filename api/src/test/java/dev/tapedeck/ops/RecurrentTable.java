package dev.tapedeck.ops;

import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;

import dev.tapedeck.ops.neural.Recurrent;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.Arrays;
import java.util.List;

/** Recurrent layers, of 2 sequences of 2 features and with 3 units. */
final class RecurrentTable {
  private RecurrentTable() {}

  private static final double[][] H = {{0.5, -0.25, 1}, {-1, 0.75, 0}};
  private static final double[][] C = {{-0.5, 2, 0.25}, {1, -0.75, 0.5}};
  private static final double[] BIAS = {
    0.5, -0.25, 0, 1, 0.25, -0.5, -1, 0.75, 0.125, 0.5, 0, -0.125
  };
  private static final boolean[][] MASK = {
    {false, true}, {true, true}, {true, false}, {false, true}
  };

  static final List<OpCheck> ROWS =
      List.of(
          row(
                  "simpleRnn",
                  (x, k, r) -> Recurrent.simpleRnn(x, like(x, H), k, r, bias(x, 3), null),
                  1)
              .matches(x -> simple(false, x)),
          row(
                  "simpleRnn of a mask",
                  (x, k, r) -> Recurrent.simpleRnn(x, like(x, H), k, r, null, MASK),
                  1)
              .matches(x -> simple(true, x)),
          row(
                  "lstm",
                  (x, k, r) ->
                      Recurrent.lstm(x, like(x, H), like(x, C), k, r, bias(x, 12), null).outputs(),
                  4)
              .matches(x -> lstm(false, false, x)),
          row(
                  "lstm memories of a mask",
                  (x, k, r) ->
                      Recurrent.lstm(x, like(x, H), like(x, C), k, r, bias(x, 12), MASK).memories(),
                  4)
              .matches(x -> lstm(true, true, x)),
          row("gru", (x, k, r) -> Recurrent.gru(x, like(x, H), k, r, biases(x), null), 3)
              .matches(x -> gru(false, x)),
          row("gru of a mask", (x, k, r) -> Recurrent.gru(x, like(x, H), k, r, biases(x), MASK), 3)
              .matches(x -> gru(true, x)));

  private static OpCheck row(String name, OpCheck.Ternary function, int gates) {
    return op(name, function)
        .on(real(4, 2, 2), real(2, 3 * gates), real(3, 3 * gates).within(-1, 1))
        .within(32);
  }

  private static Tensor like(Object x, Object values) {
    return Tensor.of(values).cast(Operands.tensor(x).dtype());
  }

  private static Tensor bias(Object x, int count) {
    return like(x, Arrays.copyOf(BIAS, count));
  }

  /** Returns the biases of input and state. */
  private static Tensor biases(Object x) {
    double[][] both = new double[2][];
    both[0] = Arrays.copyOf(BIAS, 9);
    both[1] = Arrays.copyOfRange(BIAS, 3, 12);
    return like(x, both);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Returns the product of a row and a column. */
  private static double dot(double[] row, Grid matrix, int column) {
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      sum += row[i] * matrix.at(i, column);
    }
    return sum;
  }

  private static double[] features(Grid x, int t, int n) {
    return new double[] {x.at(t, n, 0), x.at(t, n, 1)};
  }

  /** A step of one sequence. */
  @FunctionalInterface
  private interface Step {
    /** Returns the next states. */
    double[][] of(double[] x, double[]... states);
  }

  private static Grid run(boolean masked, boolean memories, Grid x, Step step) {
    Grid outputs = Grid.of(Grid.shape(4, 2, 3), index -> 0);
    for (int n = 0; n < 2; n++) {
      double[][] states = {H[n], C[n]};
      for (int t = 0; t < 4; t++) {
        states = masked && !MASK[t][n] ? states : step.of(features(x, t, n), states);
        System.arraycopy(states[memories ? 1 : 0], 0, outputs.values(), (t * 2 + n) * 3, 3);
      }
    }
    return outputs;
  }

  private static Grid simple(boolean masked, Grid... x) {
    return run(
        masked,
        false,
        x[0],
        (in, states) -> {
          double[] h = new double[3];
          for (int u = 0; u < 3; u++) {
            double bias = masked ? 0 : BIAS[u];
            h[u] = Math.tanh(dot(in, x[1], u) + dot(states[0], x[2], u) + bias);
          }
          return new double[][] {h, null};
        });
  }

  private static Grid lstm(boolean masked, boolean memories, Grid... x) {
    return run(
        masked,
        memories,
        x[0],
        (in, states) -> {
          double[][] next = new double[2][3];
          for (int u = 0; u < 3; u++) {
            double[] a = new double[4];
            for (int gate = 0; gate < 4; gate++) {
              int column = gate * 3 + u;
              a[gate] = dot(in, x[1], column) + dot(states[0], x[2], column) + BIAS[column];
            }
            next[1][u] = sigmoid(a[1]) * states[1][u] + sigmoid(a[0]) * Math.tanh(a[2]);
            next[0][u] = sigmoid(a[3]) * Math.tanh(next[1][u]);
          }
          return next;
        });
  }

  private static Grid gru(boolean masked, Grid... x) {
    return run(
        masked,
        false,
        x[0],
        (in, states) -> {
          double[] h = new double[3];
          for (int u = 0; u < 3; u++) {
            double[] a = new double[3];
            double[] b = new double[3];
            for (int gate = 0; gate < 3; gate++) {
              int column = gate * 3 + u;
              a[gate] = dot(in, x[1], column) + BIAS[column];
              b[gate] = dot(states[0], x[2], column) + BIAS[3 + column];
            }
            double z = sigmoid(a[0] + b[0]);
            double g = Math.tanh(a[2] + sigmoid(a[1] + b[1]) * b[2]);
            h[u] = z * states[0][u] + (1 - z) * g;
          }
          return new double[][] {h, null};
        });
  }
}
