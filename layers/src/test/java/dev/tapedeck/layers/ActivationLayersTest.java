package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.nn.Constraints;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ActivationLayersTest {
  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  @TestFactory
  Stream<DynamicTest> layers() {
    Stream<Supplier<Layer>> layers =
        Stream.of(
            ReLU::new,
            () -> new ReLU(1).negativeSlope(0.25).threshold(0.3),
            LeakyReLU::new,
            ELU::new,
            PReLU::new,
            () -> new PReLU().sharedAxes(1),
            Softmax::new,
            () -> new Softmax(List.of(1, 2)));
    return layers.flatMap(layer -> LayerCheck.tests(layer, Operand.real(2, 3, 2)));
  }

  @Test
  void slopesHavePenaltiesAndConstraints() {
    PReLU layer =
        new PReLU()
            .alphaInitializer(Initializers.constant(-0.5))
            .alphaRegularizer(Regularizers.l2(2))
            .alphaConstraint(Constraints.nonNeg());
    assertArrayEquals(new float[] {0.5f, 2}, layer.apply(new float[][] {{-1, 2}}).toFloatArray());
    assertEquals(1, layer.losses().getFirst().item());
    assertEquals("float32 (2,)", layer.variables().getFirst().spec().toString());
  }

  private static final boolean[] VALID = {true, false, true};

  @Test
  void softmaxTakesAMask() {
    Tensor logits = Tensor.of(new float[] {1, 5, 1, 2, 5, 2}, 2, 3);
    float[] expected = {0.5f, 0, 0.5f, 0.5f, 0, 0.5f};
    Tensor mask = Tensor.of(VALID);
    assertArrayEquals(expected, new Softmax().apply(logits, mask).toFloatArray());
    Tensor x = Input.of(3);
    Model model = Model.of(x, new Softmax().apply(x, mask));
    assertArrayEquals(expected, model.apply(logits).toFloatArray());
    Tensor examples = logits.withMask(new boolean[] {true, false});
    Tensor y = new Softmax().apply(examples);
    assertArrayEquals(new float[3], y.get(1).toFloatArray());
    assertArrayEquals(new boolean[] {true, false}, y.mask().toBooleanArray());
    assertArrayEquals(
        new boolean[] {true, false}, new Softmax().apply(examples, mask).mask().toBooleanArray());
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused(
        "ReLU: maxValue must be 0 or more, received -1.0; give such a number", () -> new ReLU(-1));
    assertRefused(
        "ReLU: negativeSlope must be 0 or more, received -1.0; give such a number",
        () -> new ReLU().negativeSlope(-1));
    assertRefused(
        "ReLU: threshold must be 0 or more, received NaN; give such a number",
        () -> new ReLU().threshold(Double.NaN));
    assertRefused(
        "LeakyReLU: negativeSlope must be 0 or more, received -1.0; give such a number",
        () -> new LeakyReLU(-1));
    assertRefused(
        "PReLU: shares axes behind that of the batch, received 0; name axes from 1 on",
        () -> new PReLU().sharedAxes(0).apply(ones(2, 3)));
    PReLU built = new PReLU().sharedAxes(1);
    built.apply(ones(2, 3, 4));
    assertArrayEquals(ones(1, 5, 4).toFloatArray(), built.apply(ones(1, 5, 4)).toFloatArray());
    assertRefused(
        "PReLU: needs inputs (?, ?, 4) as the first, received (2, 3, 3); give it a layer of its own",
        () -> built.apply(ones(2, 3, 3)));
    assertRefused(
        "Softmax: needs at least one axis, received none; name one, as -1 for the last",
        () -> new Softmax(List.of()));
    assertRefused(
        "Softmax: needs a bool mask that broadcasts to the input (2, 2), received bool (3,); give"
            + " each of its axes the input's size, or 1",
        () -> new Softmax().apply(ones(2, 2), Tensor.of(VALID)));
  }
}
