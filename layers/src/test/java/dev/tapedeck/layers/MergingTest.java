package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.LayerOf;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MergingTest {
  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  @TestFactory
  Stream<DynamicTest> layers() {
    Stream<Supplier<LayerOf<List<Tensor>, Tensor>>> layers =
        Stream.of(
            Add::new,
            Subtract::new,
            Multiply::new,
            Average::new,
            Maximum::new,
            Minimum::new,
            () -> new Dot(1),
            () -> new Dot(1).normalize(true));
    return layers.flatMap(
        layer -> LayerCheck.tests(layer, Operand.real(2, 3), Operand.real(2, 3, 3)));
  }

  @Test
  void aMaskOfExamplesIsOfAllTheirElements() {
    Tensor one = ones(2, 2).withMask(new boolean[] {true, false});
    Tensor other =
        ones(2, 3, 2).mul(5).withMask(new boolean[][] {{false, true, true}, {true, true, false}});
    Tensor product = new Multiply().apply(List.of(one, other));
    assertArrayEquals(new float[] {1, 1, 5, 5, 5, 5, 5, 5, 5, 5, 0, 0}, product.toFloatArray());
    assertArrayEquals(
        new boolean[] {true, true, true, true, true, false}, product.mask().toBooleanArray());
  }

  @Test
  void oneTensorStaysAsItIs() {
    Tensor x = ones(2, 3).withMask(new boolean[] {true, false});
    for (LayerOf<List<Tensor>, Tensor> layer :
        List.of(new Add(), new Average(), new Maximum(), new Minimum())) {
      Tensor y = layer.apply(List.of(x));
      assertArrayEquals(x.toFloatArray(), y.toFloatArray());
      assertArrayEquals(x.mask().toBooleanArray(), y.mask().toBooleanArray());
    }
  }

  @Test
  void residualConnectionsOfFunctionalModels() {
    Tensor x = Input.of(3);
    Model model = Model.of(x, new Add().apply(List.of(x, new Dense(3).apply(x))));
    assertEquals(Shape.of(2, 3), model.apply(ones(2, 3)).shape());
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused(
        "Add: needs at least one tensor, received none; give a list of them",
        () -> new Add().apply(List.of()));
    assertRefused(
        "Subtract: needs two tensors, received 3; give a list of two",
        () -> new Subtract().apply(List.of(ones(2), ones(2), ones(2))));
    assertRefused(
        "Average: needs tensors of one batch size, received [(2, 3), (1, 3)]; give as many examples"
            + " in each of them",
        () -> new Average().apply(List.of(ones(2, 3), ones(1, 3))));
    assertRefused(
        "Maximum: shapes must broadcast, received (2, 3) and (2, 4), 3 against 4; make those sizes"
            + " equal, or one of them 1",
        () -> new Maximum().apply(List.of(ones(2, 3), ones(2, 4))));
    assertRefused(
        "Multiply: needs tensors [n, ..], received [(2,), ()]; expandDims scalars",
        () -> new Multiply().apply(List.of(ones(2), ones())));
    assertRefused(
        "Dot: axes must be one number or 2, received [1, 1, 1]; give one for all axes, or one for each",
        () -> new Dot(List.of(1, 1, 1)));
    assertRefused(
        "Dot: needs axes behind that of the batch, received [0, 0]; expandDims what has no batch",
        () -> new Dot(0));
    assertRefused(
        "Dot: needs two tensors, received 1; give a list of two",
        () -> new Dot(1).apply(List.of(ones(2, 3))));
    assertRefused(
        "Dot: needs tensors of one batch size, and axes of one size, received (2, 3) along axis 1"
            + " and (2, 4) along axis 1; choose other axes, or permute the tensors",
        () -> new Dot(1).apply(List.of(ones(2, 3), ones(2, 4))));
    assertRefused(
        "Dot: needs tensors of one batch size, and axes of one size, received (2, 3) along axis 0"
            + " and (2, 3) along axis 0; choose other axes, or permute the tensors",
        () -> new Dot(-2).apply(List.of(ones(2, 3), ones(2, 3))));
  }
}
