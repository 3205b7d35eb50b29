package dev.tapedeck.function;

import static dev.tapedeck.function.Rewritten.lines;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.autodiff.Gradients;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdentitiesTest {
  private static final Pass IDENTITIES = new Identities();

  static Stream<UnaryOperator<Tensor>> identities() {
    return Stream.of(
        x -> x.mul(1),
        x -> Tensor.ones(DType.FLOAT32, 2, 3).mul(x),
        x -> x.div(1),
        x -> x.sub(0),
        x -> x.add(-0.0),
        x -> Logic.where(x.greater(0), x, x),
        x -> Shaping.transpose(x, 0, 1),
        Gradients::stopGradient);
  }

  @ParameterizedTest
  @MethodSource("identities")
  void areLeftOut(UnaryOperator<Tensor> identity) {
    assertEquals(
        lines("Neg:0 = neg(Input:0)", "Exp:0 = exp(Neg:0)"),
        Rewritten.by(IDENTITIES, x -> Maths.exp(identity.apply(x.neg()))));
  }

  static Stream<UnaryOperator<Tensor>> others() {
    return Stream.of(
        x -> x.add(0), // -0 becomes 0
        x -> x.sub(-0.0),
        x -> x.mul(0),
        x -> x.mul(new float[] {1, 1, 2}),
        x -> Tensor.of(1f).div(x),
        x -> Tensor.of(0f).sub(x),
        x -> x.mul(Tensor.ones(DType.FLOAT32, 4, 1, 1)),
        Tensor::transpose);
  }

  @ParameterizedTest
  @MethodSource("others")
  void othersStay(UnaryOperator<Tensor> other) {
    Rewritten.assertKept(IDENTITIES, x -> other.apply(x.neg()));
  }

  @Test
  void outputsStayTensorsOfTheirOwn() {
    assertEquals(
        lines("Neg:0 = neg(Input:0)", "Mul:0 = identity(Neg:0)"),
        Rewritten.by(
            IDENTITIES,
            x -> {
              Tensor y = x.neg();
              return List.of(y, y.mul(1));
            }));
  }

  /** Passes come again until nothing changes, so a returned identity must not be replaced. */
  @Test
  void returnedIdentitiesStay() {
    Rewritten.assertKept(IDENTITIES, x -> Gradients.stopGradient(x.neg()));
  }

  /** What is returned must not change when the variable does. */
  @Test
  void readingsAreCopied() {
    Variable v = Variable.of(new float[] {1, 2, 3}, "v");
    Graph graph =
        IDENTITIES.on(Graph.trace(in -> List.of(v.mul(1), v.reshape(3).mul(1)), List.of()));
    Tensor[] before = ExecutionPlan.of(graph).run();
    v.assign(new float[] {7, 8, 9});
    assertArrayEquals(new float[] {1, 2, 3}, before[0].toFloatArray());
    assertArrayEquals(new float[] {1, 2, 3}, before[1].toFloatArray());
  }
}
