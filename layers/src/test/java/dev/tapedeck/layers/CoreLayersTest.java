package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.nn.Constraints;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class CoreLayersTest {
  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  @TestFactory
  Stream<DynamicTest> layers() {
    return Stream.of(
            LayerCheck.tests(
                () -> new EinsumDense("abc,cd->abd", -1, 3).biasAxes("d"), Operand.real(2, 3, 2)),
            LayerCheck.tests(() -> new Dense(3).loraRank(2).loraAlpha(3), Operand.real(2, 4)),
            LayerCheck.tests(() -> new Lambda(x -> x.mul(x)), Operand.real(2, 4)))
        .flatMap(tests -> tests);
  }

  @Test
  void severalSizesMayBeUnknown() {
    Dense dense = new Dense(2);
    TracedFunction<Tensor> traced =
        TracedFunction.of("dense", (Tensor x) -> dense.apply(x))
            .withSignature(new TensorSpec(DType.FLOAT32, Shape.of(-1, -1, 3)));
    assertArrayEquals(
        dense.apply(ones(2, 4, 3)).toFloatArray(), traced.call(ones(2, 4, 3)).toFloatArray());
  }

  @Test
  void aBiasKeepsItsAxes() {
    EinsumDense layer =
        new EinsumDense("ab...,bc->ac...", 2)
            .biasAxes("c")
            .kernelInitializer(Initializers.zeros())
            .biasInitializer(Initializers.ones());
    assertEquals(Shape.of(1, 2, 2), layer.apply(ones(1, 3, 2)).shape());
    layer.variables().get(1).assign(Tensor.of(new float[] {1, 2}, 2, 1));
    assertArrayEquals(new float[] {1, 1, 2, 2}, layer.apply(ones(1, 3, 2)).toFloatArray());
  }

  @Test
  void aLambdaMayMakeAMask() {
    Lambda layer = new Lambda(x -> x.add(1)).mask((x, mask) -> x.min(1).greater(0));
    Tensor y = layer.copy().apply(new float[][] {{1, 2}, {3, -1}});
    assertArrayEquals(new float[] {2, 3, 4, 0}, y.toFloatArray());
    assertArrayEquals(new boolean[] {true, false}, y.mask().toBooleanArray());
  }

  @Test
  void anAdaptedLayerTrainsItsMatricesAlone() {
    Dense dense = new Dense(2).kernelRegularizer(Regularizers.l2(1)).loraAlpha(4);
    Tensor before = dense.apply(ones(1, 3));
    dense.enableLora(2);
    assertArrayEquals(before.toFloatArray(), dense.apply(ones(1, 3)).toFloatArray());
    assertEquals(
        List.of("kernel", "bias", "lora_kernel_a", "lora_kernel_b"),
        List.copyOf(dense.namedVariables().keySet()));
    assertEquals(3, dense.trainableVariables().size());
    assertFalse(dense.variables().getFirst().trainable());
    assertEquals(2, dense.losses().size());
    dense.variables().get(2).assign(ones(3, 2));
    dense.variables().get(3).assign(ones(2, 2));
    assertEquals(
        before.toFloatArray()[0] + 3 * 2 * 4 / 2, dense.apply(ones(1, 3)).toFloatArray()[0], 1e-5);
    assertEquals(4, dense.copy().apply(ones(1, 3)).shape().rank() + 2);
  }

  @Test
  void aTableMayBeGiven() {
    Embedding table = new Embedding(2, 1).weights(new float[][] {{5}, {7}});
    assertArrayEquals(new float[] {7, 5}, table.apply(new int[] {1, 0}).toFloatArray());
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused(
        "EinsumDense: needs an equation of the form X,Y->Z, ...X,Y->...Z or X...,Y->Z..., received"
            + " ab->b; name the input's axes, the kernel's and the output's",
        () -> new EinsumDense("ab->b", 2));
    assertRefused(
        "EinsumDense: needs biasAxes of the output in ab,bc->ac, received b; change the equation or"
            + " the output's shape",
        () -> new EinsumDense("ab,bc->ac", 2).biasAxes("b").apply(ones(2, 3)));
    assertRefused(
        "EinsumDense: needs an input whose axes the equation names in ab,bc->ac, received (2, 3,"
            + " 4); change the equation or the output's shape",
        () -> new EinsumDense("ab,bc->ac", 2).apply(ones(2, 3, 4)));
    assertRefused("Dense: loraRank must be 1 or more, received 0", () -> new Dense(2).loraRank(0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Dense(2).kernelConstraint(Constraints.nonNeg()).loraRank(1));
    assertThrows(IllegalStateException.class, () -> new Dense(2).loraRank(1).enableLora(2));
    assertRefused(
        "Embedding: needs weights (2, 1), received (1, 2); give a row for each id",
        () -> new Embedding(2, 1).weights(new float[1][2]));
  }
}
