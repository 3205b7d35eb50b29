package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.nn.Constraints;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Embedding}, {@link Masking} and {@link Concatenate}. */
class SequenceLayersTest {
  private static final Tensor IDS = Tensor.of(new int[][] {{1, 2, 0}, {2, 0, 0}});
  private static final boolean[] NOT_ZERO = {true, true, false, true, false, false};

  @TestFactory
  Stream<DynamicTest> embedding() {
    // Its variable is float32, for which differences are too coarse: the goldens have gradients.
    return LayerCheck.tests(() -> new Embedding(4, 3), Operand.index(4, 2, 3))
        .filter(test -> test.getDisplayName().startsWith("traced"));
  }

  @TestFactory
  Stream<DynamicTest> masking() {
    return LayerCheck.tests(Masking::new, Operand.real(2, 3, 2));
  }

  @TestFactory
  Stream<DynamicTest> concatenate() {
    return LayerCheck.tests(() -> new Concatenate(1), Operand.real(2, 1, 3), Operand.real(2, 2, 3));
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16"})
  void embeddingTakesIdsOfAnyWholeNumberType(DType dtype) {
    Embedding layer =
        new Embedding(3, 1)
            .maskZero(true)
            .embeddingsInitializer(Initializers.constant(0.5))
            .embeddingsRegularizer(Regularizers.l2(4))
            .embeddingsConstraint(Constraints.nonNeg());
    Tensor y = layer.apply(IDS.cast(dtype));
    assertEquals("float32 (2, 3, 1)", y.spec().toString());
    assertArrayEquals(NOT_ZERO, y.mask().toBooleanArray());
    assertEquals(3, layer.losses().getFirst().item(), 1e-6);
    assertNull(new Embedding(3, 1).apply(IDS).mask());
  }

  @Test
  void mixedPrecisionCastsTheRowsOfAnEmbedding() {
    Embedding layer = new Embedding(3, 2).dtype(DTypePolicy.mixedBfloat16());
    assertEquals(DType.BFLOAT16, layer.apply(IDS).dtype());
    assertEquals(DType.FLOAT32, layer.variables().getFirst().dtype());
  }

  @Test
  void aReversedEmbeddingComputesInATypeOfItsOwn() {
    ReversibleEmbedding layer =
        new ReversibleEmbedding(3, 2).dtype(DTypePolicy.mixedBfloat16()).maskZero(true);
    Tensor hidden = layer.apply(IDS);
    assertArrayEquals(NOT_ZERO, hidden.mask().toBooleanArray());
    assertEquals("bfloat16 (2, 3, 3)", layer.applyReverse(hidden).spec().toString());
    ReversibleEmbedding precise =
        new ReversibleEmbedding(3, 2)
            .dtype(DTypePolicy.mixedBfloat16())
            .reverseDtype(DType.FLOAT32);
    assertEquals("float32 (2, 3, 3)", precise.applyReverse(hidden).spec().toString());
  }

  @Test
  void aReversedEmbeddingIsPartOfAFunctionalModel() {
    ReversibleEmbedding words = new ReversibleEmbedding(3, 2).tieWeights(false);
    Tensor ids = Input.of(DType.INT32, 3);
    Model model = Model.of(ids, words.applyReverse(new Dense(2).apply(words.apply(ids))));
    assertEquals(Shape.of(2, 3, 3), model.apply(IDS).shape());
    assertEquals(
        List.of("embeddings", "reverse_embeddings"), List.copyOf(words.namedVariables().keySet()));
  }

  @Test
  void masksReachTheEndOfAFunctionalModel() {
    Tensor ids = Input.of(DType.INT32, 3);
    Tensor words = new Embedding(3, 2).maskZero(true).apply(ids);
    Tensor scaled = new Dense(1).apply(new BatchNormalization().apply(words));
    Model model = Model.of(ids, new Concatenate().apply(List.of(words, scaled)));
    Tensor y = model.apply(IDS, true);
    assertEquals(Shape.of(2, 3, 3), y.shape());
    assertArrayEquals(NOT_ZERO, y.mask().toBooleanArray());
  }

  @Test
  void paddingOfNanIsNotDataOfTheOutput() {
    Tensor y = new Masking(5).apply(new float[][] {{5, 5}, {5, Float.NaN}});
    assertArrayEquals(new float[] {0, 0, 5, Float.NaN}, y.toFloatArray());
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused("Embedding: inputDim must be 1 or more, received 0", () -> new Embedding(0, 1));
    assertRefused("Embedding: outputDim must be 1 or more, received 0", () -> new Embedding(1, 0));
    assertRefused(
        "embeddingLookup: ids must be in [0, 2), the number of rows, received 2 at position 1; correct the id, or give more rows",
        () -> new Embedding(2, 3).apply(IDS));
    assertRefused(
        "embeddingLookup: needs whole-number indices, received float32; cast them to int32",
        () -> new Embedding(2, 3).apply(new float[][] {{0}}));
    assertRefused(
        "ReversibleEmbedding: needs a floating-point reverseDtype, received int32; use"
            + " DType.FLOAT32",
        () -> new ReversibleEmbedding(2, 3).reverseDtype(DType.INT32));
    assertRefused(
        "ReversibleEmbedding: needs a logitSoftCap above 0, received 0.0; leave it out for no"
            + " bound",
        () -> new ReversibleEmbedding(2, 3).logitSoftCap(0));
    assertRefused(
        "Masking: needs sequences [n, time.., features] of rank 2 or more, received (2,); batch(n)"
            + " the dataset, or expandDims what has one feature",
        () -> new Masking().apply(new float[2]));
    Tensor one = Tensor.ones(DType.FLOAT32, 2, 3);
    assertRefused(
        "Concatenate: needs at least one tensor, received none; give a list of them",
        () -> new Concatenate().apply(List.of()));
    assertRefused(
        "Concatenate: needs tensors whose shapes differ along axis -1 only, received [(2, 3), (3,"
            + " 2)]; reshape them, or join them along another axis",
        () -> new Concatenate().apply(List.of(one, one.transpose())));
    assertRefused(
        "Concatenate: axis must be in [-2, 2) for shape (2, 3), received 2; choose one of its axes; negative ones count from the end",
        () -> new Concatenate(2).apply(List.of(one)));
  }
}
