package dev.tapedeck.autodiff;

import static dev.tapedeck.autodiff.Gradients.customGradient;
import static dev.tapedeck.autodiff.Gradients.gradientsFunction;
import static dev.tapedeck.autodiff.Gradients.hessianVectorProduct;
import static dev.tapedeck.autodiff.Gradients.jvp;
import static dev.tapedeck.autodiff.Gradients.recompute;
import static dev.tapedeck.autodiff.Gradients.stopGradient;
import static dev.tapedeck.autodiff.Gradients.valueAndGradientsFunction;
import static dev.tapedeck.ops.pointwise.Maths.exp;
import static dev.tapedeck.ops.pointwise.Maths.log;
import static dev.tapedeck.ops.pointwise.Maths.square;
import static dev.tapedeck.tensor.Index.ALL;
import static dev.tapedeck.tensor.Index.NEW_AXIS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.autodiff.Gradients.Custom;
import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Memory;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private static Tensor derivative(TensorFunction f, Object x) {
    return gradientsFunction(f).apply(new Object[] {x}).getFirst();
  }

  /** {@code log(1 + exp(x))} with the gradient that does not overflow. */
  private static Tensor log1pexp(Tensor... x) {
    return customGradient(
        a -> {
          Tensor e = exp(a[0]);
          return new Custom(log(e.add(1)), g -> List.of(g.mul(e.add(1).pow(-1).neg().add(1))));
        },
        (Object[]) x);
  }

  @Test
  void gradientsAreFunctionsThatCanBeDifferentiatedAgain() {
    TensorFunction square = x -> square(x[0]);
    TensorFunction first = x -> derivative(square, x[0]);
    TensorFunction second = x -> derivative(first, x[0]);
    assertEquals(6, derivative(square, 3.0).item());
    assertEquals(2, derivative(first, 3.0).item());
    assertNull(derivative(second, 3.0));
  }

  @Test
  void valueAndGradientsComeTogether() {
    Gradients.ValueAndGradients both =
        valueAndGradientsFunction(x -> x[0].mul(x[1])).apply(new Object[] {3.0, 4.0});
    assertEquals(12, both.value().item());
    assertEquals(4, both.gradients().get(0).item());
    assertEquals(3, both.gradients().get(1).item());
  }

  @Test
  void javaBranchesAreDifferentiatedAsTheyAreTaken() {
    TensorFunction abs = x -> x[0].item() > 0 ? x[0] : x[0].neg();
    assertEquals(1, derivative(abs, 3.0).item());
    assertEquals(-1, derivative(abs, -3.0).item());
  }

  @Test
  void aCustomGradientReplacesOneThatOverflows() {
    TensorFunction plain = x -> log(exp(x[0]).add(1));
    assertEquals(0.5, derivative(plain, 0f).item());
    assertTrue(Double.isNaN(derivative(plain, 100f).item()));
    assertEquals(0.5, derivative(GradientsTest::log1pexp, 0f).item());
    assertEquals(1.0, derivative(GradientsTest::log1pexp, 100f).item());
  }

  @Test
  void aCustomGradientCanBeDifferentiated() {
    TensorFunction cube =
        x ->
            customGradient(
                a -> new Custom(a[0].pow(3), g -> List.of(g.mul(square(a[0])).mul(3))), x[0]);
    TensorFunction first = x -> derivative(cube, x[0]);
    assertEquals(27, derivative(cube, 3.0).item(), 1e-12);
    assertEquals(18, derivative(first, 3.0).item(), 1e-12);
  }

  @Test
  void aCustomGradientMustNameEveryArgument() {
    TensorFunction f =
        x -> customGradient(a -> new Custom(a[0].mul(a[1]), g -> List.of(g)), x[0], x[0]);
    assertEquals(
        "customGradient: needs a gradient for each argument, 2, received 1; return a list with null for"
            + " an argument without a gradient",
        assertThrows(IllegalArgumentException.class, () -> derivative(f, 1.0)).getMessage());
  }

  @Test
  void aCustomGradientRefusesToLoseThatOfAVariable() {
    Variable w = Variable.of(2.0, "w");
    assertEquals(
        "customGradient: the function reads variable \"w\", whose gradient it does not give; pass"
            + " the variable as an argument",
        assertThrows(
                IllegalStateException.class,
                () -> customGradient(a -> new Custom(a[0].mul(w), g -> List.of(g)), 3.0))
            .getMessage());
  }

  private static double[] values(Tensor tensor) {
    return tensor.toDoubleArray();
  }

  /** Against the Jacobian, times the tangent. */
  @Test
  void jacobianVectorProductsGoForward() {
    TensorFunction f = x -> exp(x[0]).mul(x[1].get(ALL, NEW_AXIS)).add(square(x[1].get(0)));
    Tensor x = Tensor.of(new double[] {0.5, -1, 2});
    Tensor y = Tensor.of(new double[] {3, 0.25});
    Tensor dx = Tensor.of(new double[] {1, -2, 0.5});
    Tensor dy = Tensor.of(new double[] {0.75, -1});
    Gradients.ValueAndTangent both = jvp(f, List.of(x, y), List.of(dx, dy));
    try (GradientTape tape = GradientTape.persistent()) {
      tape.watch(x, y);
      Tensor value = f.of(x, y);
      Tensor expected =
          Reductions.sum(tape.jacobian(value, x).mul(dx), -1)
              .add(Reductions.sum(tape.jacobian(value, y).mul(dy), -1));
      assertArrayEquals(values(value), values(both.value()));
      assertArrayEquals(values(expected), values(both.tangent()), 1e-12);
    }
    assertEquals(0, jvp(a -> Tensor.of(2.0), List.of(1.0), List.of(1.0)).tangent().item());
    assertEquals(
        "jvp: needs float64 (3,) as the vector for argument 0, received float64 (2,); reshape"
            + " or cast it; it is not broadcast",
        assertThrows(IllegalArgumentException.class, () -> jvp(f, List.of(x), List.of(y)))
            .getMessage());
  }

  @Test
  void jacobianVectorProductsCanBeDifferentiated() {
    TensorFunction slope = x -> jvp(a -> a[0].pow(4), List.of(x[0]), List.of(1.0)).tangent();
    assertEquals(32, slope.of(Tensor.of(2.0)).item(), 1e-12);
    assertEquals(48, derivative(slope, 2.0).item(), 1e-12);
    assertEquals(48, jvp(slope, List.of(2.0), List.of(1.0)).tangent().item(), 1e-12);
  }

  @Test
  void hessianVectorProducts() {
    TensorFunction f = x -> x[0].pow(3).sum().mul(x[1]);
    List<Tensor> products =
        hessianVectorProduct(
            f, List.of(new double[] {1, 2}, 5.0), List.of(new double[] {1, 10}, 2.0));
    assertArrayEquals(new double[] {6 * 5 + 2 * 3, 12 * 5 * 10 + 2 * 12}, values(products.get(0)));
    assertArrayEquals(new double[] {3 * 1 + 12 * 10}, values(products.get(1)));
  }

  @Test
  void whatIsComputedAgainHasTheSameGradient() {
    Variable w = Variable.of(new double[] {2, 3}, "w");
    int[] runs = {0};
    TensorFunction plain =
        x -> {
          runs[0]++;
          Tensor noise = Randoms.uniform(RandomKey.next(), DType.FLOAT64, 1, 2, 2);
          return exp(x[0].mul(w)).mul(noise).mul(x[1]);
        };
    Tensor x = Tensor.of(new double[] {0.5, -1});
    Tensor y = Tensor.of(new double[] {1, 4});
    try (GradientTape tape = GradientTape.persistent()) {
      tape.watch(x);
      Tensor value = recompute(plain, x, y);
      assertEquals(1, runs[0]);
      List<Tensor> gradients = tape.gradient(value, List.of(x, w));
      assertEquals(2, runs[0]);
      double[] v = values(value);
      assertArrayEquals(new double[] {2 * v[0], 3 * v[1]}, values(gradients.get(0)), 1e-12);
      assertArrayEquals(new double[] {0.5 * v[0], -v[1]}, values(gradients.get(1)), 1e-12);
      assertNull(tape.gradient(value, y));
      w.assign(new double[] {1, 1});
      assertThrows(IllegalStateException.class, () -> tape.gradient(value, w));
    }
    TensorFunction again = a -> recompute(b -> square(b[0]).mul(b[0]), a[0]);
    assertEquals(18, derivative(a -> derivative(again, a[0]), 3.0).item(), 1e-12);
  }

  /** The gradient reversal layer: its function hands its argument on. */
  @Test
  void aCustomGradientOfTheIdentityIsTheOneGiven() {
    TensorFunction reversed =
        x -> customGradient(a -> new Custom(a[0], g -> List.of(g.neg())), x[0]);
    assertEquals(-1, derivative(reversed, 3.0).item());
    assertEquals(1, derivative(x -> reversed.of(x[0]).mul(2).add(x[0].mul(3)), 3.0).item());
    assertEquals(1, derivative(x -> recompute(a -> a[0], x[0]), 3.0).item());
  }

  @Test
  void aTensorMayComeTwice() {
    Tensor x = Tensor.of(new double[] {1, 2});
    TensorFunction f = a -> a[0].mul(square(a[1]));
    List<Tensor> gradients = gradientsFunction(f).apply(new Object[] {x, x});
    assertArrayEquals(new double[] {1, 4}, values(gradients.get(0)));
    assertArrayEquals(new double[] {2, 8}, values(gradients.get(1)));
    Tensor one = Tensor.of(new double[] {1, 1});
    Tensor zero = Tensor.of(new double[] {0, 0});
    assertArrayEquals(
        new double[] {1, 4}, values(jvp(f, List.of(x, x), List.of(one, zero)).tangent()));
    List<Tensor> products = hessianVectorProduct(f, List.of(x, x), List.of(one, zero));
    assertArrayEquals(new double[] {0, 0}, values(products.get(0)));
    assertArrayEquals(new double[] {2, 4}, values(products.get(1)));
    Variable w = Variable.of(3.0, "w");
    try (GradientTape tape = new GradientTape()) {
      assertEquals(6, tape.gradient(recompute(a -> a[0].mul(w), w), w).item());
    }
    assertArrayEquals(
        new double[] {2, 4},
        values(derivative(a -> recompute(z -> z[0].mul(z[1]), a[0], a[0]), x)));
  }

  /** As in the example of the documentation, where the gradient uses what was computed before. */
  @Test
  void aCustomGradientIsDifferentiatedThroughWhatItCaptures() {
    TensorFunction first = x -> derivative(GradientsTest::log1pexp, x[0]);
    assertEquals(0.19661193324148188, derivative(first, 1.0).item(), 1e-12);
    TensorFunction xexp =
        x ->
            customGradient(
                a -> {
                  Tensor e = exp(a[0]);
                  return new Custom(a[0].mul(e), g -> List.of(g.mul(e.add(a[0].mul(e)))));
                },
                x[0]);
    TensorFunction slope = x -> derivative(xexp, x[0]);
    assertEquals(4 * Math.exp(2), derivative(slope, 2.0).item(), 1e-12);
  }

  @Test
  void whatACustomGradientSeesMayBeKept() {
    List<Tensor> kept = new ArrayList<>();
    Tensor[] cache = new Tensor[1];
    TensorFunction f =
        x ->
            customGradient(
                a ->
                    new Custom(
                        a[0].mul(2),
                        g -> {
                          kept.add(g);
                          cache[0] = cache[0] == null ? g.mul(2) : cache[0];
                          return List.of(cache[0]);
                        }),
                x[0]);
    Tensor x = Tensor.of(new double[] {1, 2});
    assertArrayEquals(new double[] {4, 4}, values(derivative(a -> f.of(a[0]).add(f.of(a[0])), x)));
    assertArrayEquals(new double[] {1, 1}, values(kept.get(0)));
    assertArrayEquals(new double[] {2, 2}, values(cache[0]));
  }

  @Test
  void aCustomGradientMustFitItsArgument() {
    TensorFunction f = x -> customGradient(a -> new Custom(a[0].sum(), g -> List.of(g)), x[0]);
    assertEquals(
        "customGradient: needs float64 (2,) as the gradient of argument 0, received float64 ();"
            + " reshape"
            + " or cast it; it is not broadcast",
        assertThrows(IllegalArgumentException.class, () -> derivative(f, new double[] {1, 2}))
            .getMessage());
  }

  @Test
  void aFunctionThatIsAnotherTheSecondTimeIsNotRecomputed() {
    int[] runs = {0};
    TensorFunction f = x -> recompute(a -> a[0].mul(++runs[0]), x[0]);
    assertEquals(
        "recompute: the function returned another value the second time; it must have no effects, and"
            + " draw random numbers by RandomKey.next(), as layers without a seed of their own do",
        assertThrows(IllegalStateException.class, () -> derivative(f, 3.0)).getMessage());
  }

  /** Of eight blocks, in a scope as fit opens one, only one block's values are there at a time. */
  @Test
  void recomputationSavesMemory() {
    List<Long> live = new ArrayList<>();
    TensorFunction block =
        x -> {
          Tensor y = x[0];
          for (int i = 0; i < 16; i++) {
            y = Maths.sin(y);
          }
          live.add(Memory.stats().live());
          return y;
        };
    Tensor x = Tensor.zeros(DType.FLOAT32, 1 << 18);
    long before = Memory.stats().live();
    try (Scope scope = new Scope();
        GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor y = x;
      for (int i = 0; i < 8; i++) {
        y = recompute(block, y);
      }
      tape.gradient(y, x);
    }
    long most = live.stream().mapToLong(l -> l).max().orElseThrow() - before;
    assertTrue(most < 60L << 20, most + " bytes, of 128 MB without recomputation");
  }

  @Test
  void noGradientPassesAStop() {
    assertEquals(3, derivative(x -> x[0].mul(stopGradient(x[0])), 3.0).item());
    assertNull(derivative(x -> stopGradient(x[0]), 3.0));
  }
}
