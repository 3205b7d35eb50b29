package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.linalg.Decompositions;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.Layer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class NormalizationLayersTest {
  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  @TestFactory
  Stream<DynamicTest> layers() {
    Stream<Supplier<Layer>> layers =
        Stream.of(
            LayerNormalization::new,
            () -> new LayerNormalization(List.of(1, 2)).center(false),
            () -> new GroupNormalization(2),
            () -> new GroupNormalization(-1).axis(1),
            RMSNormalization::new,
            () -> new RMSNormalization(1).epsilon(0.01),
            UnitNormalization::new,
            () -> new SpectralNormalization(new Dense(3)));
    return layers.flatMap(layer -> LayerCheck.tests(layer, Operand.real(2, 3, 4)));
  }

  @Test
  void sizesOfImagesMayBeUnknown() {
    TensorSpec images = new TensorSpec(DType.FLOAT32, Shape.of(-1, -1, -1, 4));
    assertEquals(images, new GroupNormalization(2).computeOutputSpec(images));
    assertEquals(images, new LayerNormalization().computeOutputSpec(images));
  }

  @Test
  void vectorsOfZerosStay() {
    assertArrayEquals(new float[3], new UnitNormalization().apply(new float[1][3]).toFloatArray());
  }

  @Test
  void theLargestSingularValueBecomesOne() {
    Dense dense = new Dense(4).kernelInitializer(Initializers.randomNormal());
    SpectralNormalization layer = new SpectralNormalization(dense, 50);
    layer.apply(ones(2, 5), true);
    Tensor kernel = dense.variables().getFirst().value();
    assertEquals(1, Decompositions.singularValues(kernel).max().item(), 1e-3);
    layer.apply(ones(2, 5));
    assertArrayEquals(kernel.toFloatArray(), dense.variables().getFirst().value().toFloatArray());
  }

  @Test
  void aKernelOfZerosStays() {
    Dense dense = new Dense(2).kernelInitializer(Initializers.zeros());
    SpectralNormalization layer = new SpectralNormalization(dense);
    assertArrayEquals(new float[2], layer.apply(ones(1, 3), true).toFloatArray());
  }

  @Test
  void rowsOfATableAreNormalized() {
    Embedding table = new Embedding(3, 2).embeddingsInitializer(Initializers.ones());
    Tensor y = new SpectralNormalization(table, 3).apply(new int[][] {{0, 2}}, true);
    float each = (float) (1 / Math.sqrt(6));
    assertArrayEquals(new float[] {each, each, each, each}, y.toFloatArray(), 1e-6f);
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused(
        "LayerNormalization: needs an epsilon of 0 or more, received -1.0; give one, as 1e-3",
        () -> new LayerNormalization().epsilon(-1));
    assertRefused(
        "LayerNormalization: needs at least one axis, received none; name one, as -1 for the last",
        () -> new LayerNormalization(List.of()));
    LayerNormalization built = new LayerNormalization();
    built.apply(ones(2, 3));
    assertRefused(
        "layerNorm: the scale for (2, 4) must be (4,), received (3,); give one number for each"
            + " position along those axes",
        () -> built.apply(ones(2, 4)));
    assertRefused(
        "GroupNormalization: needs 1 group or more, received 0; give -1 for a group for each channel",
        () -> new GroupNormalization(0));
    assertRefused(
        "GroupNormalization: needs channels that split into 2 groups, received 3 on axis -1 of (2,"
            + " 3); use a number of groups that divides the channels",
        () -> new GroupNormalization(2).apply(ones(2, 3)));
    assertRefused(
        "GroupNormalization: needs channels behind the batch, received axis 0 of (2, 3); choose"
            + " another axis",
        () -> new GroupNormalization(2).axis(0).apply(ones(2, 3)));
    assertRefused(
        "SpectralNormalization: powerIterations must be 1 or more, received 0",
        () -> new SpectralNormalization(new Dense(2), 0));
    assertRefused(
        "SpectralNormalization: needs a layer with a kernel or embeddings, received []; wrap such a"
            + " layer, as Dense or Conv2D",
        () -> new SpectralNormalization(new Flatten()).apply(ones(2, 3)));
  }
}
