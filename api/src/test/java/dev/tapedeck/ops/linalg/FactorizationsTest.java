package dev.tapedeck.ops.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Matrices at the edges: empty, large, extreme, of low rank, of NaN. */
final class FactorizationsTest {
  private static Tensor random(long... shape) {
    return Randoms.normal(RandomKey.of(7), DType.FLOAT64, 0, 1, shape);
  }

  private static void assertNear(Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.spec(), actual.spec());
    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), tolerance);
  }

  @Test
  void emptyMatrices() {
    for (long[] shape : new long[][] {{0, 0}, {2, 0, 0}, {0, 3, 3}}) {
      Tensor x = Tensor.zeros(DType.FLOAT32, shape);
      for (UnaryOperator<Tensor> function :
          List.<UnaryOperator<Tensor>>of(
              Solving::inverse,
              Solving::pinv,
              Decompositions::cholesky,
              y -> Decompositions.qr(y).q(),
              y -> Decompositions.svd(y).v(),
              y -> Decompositions.eigh(y).vectors())) {
        assertEquals(x.spec(), function.apply(x).spec());
      }
      assertEquals(Matrices.batch(x.shape()), Determinants.det(x).shape());
    }
    assertEquals(1, Determinants.det(Tensor.zeros(DType.FLOAT32, 0, 0)).item());
    assertEquals(0, Determinants.slogdet(Tensor.zeros(DType.FLOAT64, 0, 0)).logAbsDet().item());
  }

  @Test
  void emptySides() {
    Tensor tall = Tensor.zeros(DType.FLOAT64, 3, 0);
    assertEquals(Shape.of(3, 0), Decompositions.qr(tall).q().shape());
    assertEquals(Shape.of(0, 0), Decompositions.qr(tall).r().shape());
    assertEquals(Shape.of(0), Decompositions.singularValues(tall).shape());
    assertEquals(Shape.of(0, 0), Decompositions.svd(tall).v().shape());
    assertEquals(Shape.of(0, 3), Solving.pinv(tall).shape());
    Tensor nothing = Tensor.zeros(DType.FLOAT64, 0, 2);
    assertNear(
        Tensor.zeros(DType.FLOAT64, 3, 2),
        Solving.lstsq(Tensor.zeros(DType.FLOAT64, 0, 3), nothing),
        0);
    assertEquals(
        Shape.of(2, 0), Solving.solve(random(2, 2), Tensor.zeros(DType.FLOAT64, 2, 0)).shape());
  }

  @Test
  void largeMatrices() {
    Tensor x = random(150, 150);
    Tensor unit = Matrices.identity(DType.FLOAT64, 150);
    assertNear(unit, Linalg.matmul(x, Solving.inverse(x)), 1e-9);
    assertNear(unit, Linalg.matmul(Solving.pinv(x), x), 1e-9);
    Tensor definite = Linalg.matmul(x, x, false, true);
    Tensor l = Decompositions.cholesky(definite);
    assertNear(definite, Linalg.matmul(l, l, false, true), 1e-10);
    Decompositions.Eigh eigh = Decompositions.eigh(definite);
    assertNear(
        Linalg.matmul(definite, eigh.vectors()),
        eigh.vectors().mul(Matrices.row(eigh.values())),
        1e-9);
    Tensor wide = random(90, 150);
    Decompositions.Svd svd = Decompositions.svd(wide);
    assertNear(
        wide, Linalg.matmul(svd.u().mul(Matrices.row(svd.s())), svd.v(), false, true), 1e-11);
    Decompositions.Qr qr = Decompositions.qr(wide);
    assertNear(wide, Linalg.matmul(qr.q(), qr.r()), 1e-11);
    assertNear(
        Matrices.identity(DType.FLOAT64, 90), Linalg.matmul(qr.q(), qr.q(), true, false), 1e-12);
  }

  @Test
  void onlyOneTriangleIsRead() {
    Tensor x = Tensor.of(new double[][] {{4, Double.NaN}, {2, 5}});
    assertNear(Tensor.of(new double[][] {{2, 0}, {1, 2}}), Decompositions.cholesky(x), 1e-15);
    assertEquals(9, Decompositions.eigh(x).values().sum().item(), 1e-14);
    assertNear(
        Tensor.of(new double[][] {{1}, {2}}),
        Solving.triangularSolve(x, new double[][] {{4}, {12}}, true, false),
        1e-15);
  }

  @Test
  void notFiniteGivesNaN() {
    for (double wrong : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      // A sound matrix beside it keeps its factors.
      Tensor x = Tensor.of(new double[][][] {{{2, 1}, {wrong, 3}}, {{2, 1}, {1, 3}}});
      List<Tensor> factors =
          List.of(
              Solving.inverse(x),
              Solving.pinv(x),
              Solving.solve(x, new double[][] {{1}, {1}}),
              Determinants.det(x),
              Determinants.slogdet(x).sign(),
              Determinants.slogdet(x).logAbsDet(),
              Decompositions.cholesky(x),
              Decompositions.qr(x).q(),
              Decompositions.qr(x).r(),
              Decompositions.svd(x).u(),
              Decompositions.singularValues(x),
              Decompositions.eigh(x).values(),
              Decompositions.eigh(x).vectors());
      for (Tensor factor : factors) {
        double[] values = factor.toDoubleArray();
        int half = values.length / 2;
        assertTrue(Arrays.stream(values).limit(half).allMatch(Double::isNaN));
        assertTrue(Arrays.stream(values).skip(half).noneMatch(Double::isNaN));
      }
    }
  }

  @Test
  void rightSidesMayBeNaN() {
    Tensor b = Tensor.of(new double[][] {{1, Double.NaN}, {1, 1}});
    double[] x = Solving.solve(new double[][] {{2, 0}, {0, 2}}, b).toDoubleArray();
    assertEquals(0.5, x[0]);
    assertTrue(Double.isNaN(x[1]));
    assertEquals(0.5, x[2]);
  }

  @Test
  void determinantsDoNotOverflowOnTheirWay() {
    double[] diagonal = {1e200, 1e200, 1e-200, 1e-200};
    Tensor x = Matrices.diagonal(Tensor.of(diagonal));
    assertEquals(1, Determinants.det(x).item(), 1e-14);
    Tensor large = Matrices.diagonal(Tensor.full(DType.FLOAT64, -1e200, 3));
    assertEquals(Double.NEGATIVE_INFINITY, Determinants.det(large).item());
    assertEquals(-1, Determinants.slogdet(large).sign().item());
    assertEquals(600 * Math.log(10), Determinants.slogdet(large).logAbsDet().item(), 1e-10);
  }

  @Test
  void singularMatricesHaveADeterminant() {
    float[][] x = {{1, 2}, {2, 4}};
    assertEquals(0, Determinants.det(x).item(), 0);
    assertEquals(0, Determinants.slogdet(x).sign().item(), 0);
    assertEquals(Double.NEGATIVE_INFINITY, Determinants.slogdet(x).logAbsDet().item());
  }

  @Test
  void pseudoInversesOfLowRank() {
    Tensor x = Tensor.of(new double[][] {{1, 1}, {1, 1}});
    assertNear(x.mul(0.25), Solving.pinv(x), 1e-15);
    assertNear(
        Tensor.zeros(DType.FLOAT32, 2, 3), Solving.pinv(Tensor.zeros(DType.FLOAT32, 3, 2)), 0);
  }

  /** Where svd's own gradient has no value. */
  @Test
  void pseudoInverseHasAGradientAtEqualSingularValues() {
    Tensor unit = Matrices.identity(DType.FLOAT64, 3);
    GradientChecker.check(x -> Solving.pinv(x[0]), unit);
    try (GradientTape tape = new GradientTape()) {
      tape.watch(unit);
      Tensor loss = Solving.pinv(unit).sum();
      assertNear(Tensor.full(DType.FLOAT64, -1, 3, 3), tape.gradient(loss, unit), 1e-14);
    }
  }

  @Test
  void threadsDoNotDisturbEachOther() {
    Tensor x = random(20, 6, 6);
    double[] expected = Solving.inverse(x).toDoubleArray();
    IntStream.range(0, 64)
        .parallel()
        .forEach(i -> assertArrayEquals(expected, Solving.inverse(x).toDoubleArray(), 1e-12));
  }

  @Test
  void productsOfOneMatrixAreOneProduct() {
    Tensor x = random(5, 7, 3);
    Tensor w = random(3, 2);
    try (GradientTape tape = new GradientTape()) {
      tape.watch(w);
      Tensor y = Linalg.matmul(x, w);
      assertEquals(Shape.of(5, 7, 2), y.shape());
      Tensor gradient = tape.gradient(y, w);
      assertNear(
          Linalg.matmul(x.reshape(35, 3), Tensor.ones(DType.FLOAT64, 35, 2), true, false),
          gradient,
          1e-12);
    }
  }
}
