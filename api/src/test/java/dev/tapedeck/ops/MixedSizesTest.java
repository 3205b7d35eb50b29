package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.autodiff.Gradients.TensorFunction;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.GradientChecker;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ops with indices, traced where the sizes of one operand are known and those of another not. */
class MixedSizesTest {
  private static final Tensor X = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
  private static final TensorSpec OPEN = open(DType.FLOAT32, 2);

  private static TensorSpec open(DType dtype, int rank) {
    long[] sizes = new long[rank];
    Arrays.fill(sizes, Shape.UNKNOWN);
    return new TensorSpec(dtype, Shape.of(sizes));
  }

  /** Returns the value, and its gradient for the first operand, for open sizes and at once. */
  private static void assertTraced(TensorFunction op, TensorSpec[] specs, Tensor... operands) {
    TensorFunction loss = in -> Maths.square(op.of(in));
    TracedFunction<Tensor[]> function =
        TracedFunction.<Tensor[]>ofAll(
                "f",
                x -> {
                  Tensor[] in = x.toArray(Tensor[]::new);
                  return new Tensor[] {op.of(in), GradientChecker.tape(loss, in).getFirst()};
                })
            .withSignature(specs);
    Tensor[] traced = function.call((Object[]) operands);
    List<Tensor> eager = List.of(op.of(operands), GradientChecker.tape(loss, operands).getFirst());
    for (int i = 0; i < traced.length; i++) {
      assertEquals(eager.get(i).shape(), traced[i].shape());
      assertArrayEquals(eager.get(i).toDoubleArray(), traced[i].toDoubleArray());
    }
  }

  @Test
  void tuplesOfIndices() {
    Tensor indices = Tensor.of(new int[][] {{1, 2}, {0, 0}, {1, 2}});
    Tensor rows = Tensor.of(new int[][] {{1}});
    TensorSpec pairs = new TensorSpec(DType.INT32, Shape.of(Shape.UNKNOWN, 2));
    TensorSpec ones = new TensorSpec(DType.INT32, Shape.of(Shape.UNKNOWN, 1));
    Tensor update = Tensor.of(new float[][] {{7, 8, 9}});
    assertTraced(
        in -> Scattering.gatherNd(in[0], in[1]), new TensorSpec[] {OPEN, pairs}, X, indices);
    assertTraced(
        in -> Scattering.tensorScatterAdd(in[0], in[1], in[2]),
        new TensorSpec[] {OPEN, ones, OPEN},
        X,
        rows,
        update);
    assertTraced(
        in -> Scattering.tensorScatterUpdate(in[0], in[1], in[2]),
        new TensorSpec[] {OPEN, ones, OPEN},
        X,
        rows,
        update);
  }

  @Test
  void masks() {
    TensorSpec two = new TensorSpec(DType.BOOL, Shape.of(2));
    Tensor mask = Tensor.of(new boolean[] {false, true});
    TensorSpec[] specs = {OPEN, two};
    assertTraced(in -> Indexing.booleanMask(in[0], in[1]), specs, X, mask);
    TracedFunction<Tensor> function =
        TracedFunction.<Tensor>ofAll("f", in -> Indexing.booleanMask(in.get(0), in.get(1)))
            .withSignature(specs);
    Tensor three = Tensor.zeros(DType.FLOAT32, 3, 3);
    assertThrows(IllegalArgumentException.class, () -> function.call(three, mask));
  }

  @Test
  void indicesAlongAnAxis() {
    Tensor indices = Tensor.of(new int[][] {{2}, {0}});
    TensorSpec[] specs = {OPEN, indices.spec()};
    assertTraced(in -> Scattering.takeAlongAxis(in[0], in[1], 1), specs, X, indices);
    TracedFunction<Tensor> function =
        TracedFunction.<Tensor>ofAll("f", in -> Scattering.takeAlongAxis(in.get(0), in.get(1), 1))
            .withSignature(specs);
    Tensor three = Tensor.zeros(DType.FLOAT32, 3, 3);
    assertThrows(IllegalArgumentException.class, () -> function.call(three, indices));
  }
}
