package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.DTypePolicy;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.ModelOf;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * {@link Attention}, {@link AdditiveAttention}, {@link MultiHeadAttention} and its grouped form.
 */
class AttentionLayersTest {
  private static final Tensor QUERY = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 2, 3, 4);
  private static final Tensor VALUE = Randoms.normal(RandomKey.of(2), DType.FLOAT32, 0, 1, 2, 5, 4);
  private static final Tensor MASK =
      Tensor.of(
          new boolean[][] {
            {true, false, true, true, false},
            {true, true, false, true, true},
            {false, true, true, false, true}
          });
  private static final AttentionInputs MASKED =
      AttentionInputs.of(QUERY, VALUE).withAttentionMask(MASK).withCausal(true);

  private static Stream<DynamicTest> checks(Supplier<? extends AttentionLayer<?, ?>> layer) {
    Operand query = Operand.real(2, 3, 4).within(-1, 1);
    Operand value = Operand.real(2, 5, 4).within(-1, 1);
    return Stream.of(false, true)
        .flatMap(
            scores ->
                LayerCheck.tests(layer, new AttentionCall(MASK, scores, scores), query, value));
  }

  @TestFactory
  Stream<DynamicTest> attention() {
    return checks(() -> new Attention().useScale(true));
  }

  @TestFactory
  Stream<DynamicTest> attentionOfSums() {
    return checks(() -> new Attention().useScale(true).scoreMode(Attention.ScoreMode.CONCAT));
  }

  @TestFactory
  Stream<DynamicTest> additiveAttention() {
    return checks(AdditiveAttention::new);
  }

  @TestFactory
  Stream<DynamicTest> multiHeadAttention() {
    return checks(() -> new MultiHeadAttention(2, 2).valueDim(3).useGate(true).slidingWindow(4));
  }

  @TestFactory
  Stream<DynamicTest> groupQueryAttention() {
    return checks(() -> new GroupQueryAttention(2, 4, 2));
  }

  private static List<AttentionLayer<?, ?>> all() {
    return List.of(
        new Attention(),
        new AdditiveAttention(),
        new MultiHeadAttention(2, 3),
        new GroupQueryAttention(2, 4, 2));
  }

  @Test
  void scoresDoNotChangeTheOutput() {
    for (AttentionLayer<?, ?> layer : all()) {
      float[] output = layer.apply(MASKED).toFloatArray();
      AttentionOutput both = layer.applyWithScores(MASKED);
      assertArrayEquals(output, both.output().toFloatArray(), 1e-6f, layer.name());
      Tensor sums = both.scores().sum(-1);
      assertArrayEquals(
          Tensor.ones(DType.FLOAT32, sums.shape().toArray()).toFloatArray(),
          sums.toFloatArray(),
          1e-6f);
    }
  }

  @Test
  void oneOpAndSmallOnesAgree() {
    MultiHeadAttention layer = new MultiHeadAttention(2, 3);
    MultiHeadAttention small = new MultiHeadAttention(2, 3).flashAttention(false);
    float[] output = layer.apply(MASKED).toFloatArray();
    small.apply(MASKED);
    small.setWeights(layer.getWeights());
    assertArrayEquals(output, small.apply(MASKED).toFloatArray(), 1e-6f);
  }

  @Test
  void variablesHaveKerasNames() {
    MultiHeadAttention layer = new MultiHeadAttention(2, 3).useGate(true);
    layer.apply(QUERY, VALUE);
    assertEquals(
        List.of(
            "query/kernel",
            "query/bias",
            "key/kernel",
            "key/bias",
            "gate/kernel",
            "gate/bias",
            "value/kernel",
            "value/bias",
            "attention_output/kernel",
            "attention_output/bias"),
        List.copyOf(layer.namedVariables().keySet()));
    layer.trainable(false);
    assertTrue(layer.trainableVariables().isEmpty());
    GroupQueryAttention frozen = new GroupQueryAttention(2, 2, 1).trainable(false);
    frozen.apply(QUERY, VALUE);
    assertTrue(frozen.trainableVariables().isEmpty());
    assertEquals(Shape.of(4, 1, 2), frozen.namedVariables().get("key/kernel").shape());
  }

  @Test
  void trainingSetsScoresToZero() {
    for (AttentionLayer<?, ?> layer : all()) {
      layer.dropout(0.5).seed(3);
      Tensor zeros = layer.applyWithScores(AttentionInputs.of(QUERY, VALUE), true).scores();
      Tensor query = layer.apply(AttentionInputs.of(QUERY, VALUE), true);
      Tensor again = layer.apply(AttentionInputs.of(QUERY, VALUE), true);
      Tensor inference = layer.apply(QUERY, VALUE);
      assertTrue(query.sub(again).abs().sum().item() > 0.01, layer.name());
      assertArrayEquals(inference.toFloatArray(), layer.apply(QUERY, VALUE).toFloatArray());
      // Only those layers that are compared with their inputs return scores after dropout.
      boolean dropped = layer instanceof SequenceAttention;
      assertEquals(dropped, zeros.equal(0).cast(DType.INT32).sum().item() > 0, layer.name());
    }
  }

  @Test
  void causalInferenceIsTheSameWithDropout() {
    MultiHeadAttention layer = new MultiHeadAttention(2, 3).dropout(0.5);
    AttentionInputs causal = new AttentionInputs(QUERY, VALUE, null, null, true);
    Tensor dropping = layer.apply(causal, false);
    MultiHeadAttention plain = new MultiHeadAttention(2, 3);
    plain.apply(causal, false);
    plain.setWeights(layer.getWeights());
    assertArrayEquals(plain.apply(causal, false).toFloatArray(), dropping.toFloatArray(), 1e-6f);
  }

  @Test
  void penaltiesAreOfEachLinearFunction() {
    AttentionLayer<?, ?> one =
        new MultiHeadAttention(1, 1)
            .kernelInitializer(Initializers.zeros())
            .biasInitializer(Initializers.ones())
            .biasRegularizer(Regularizers.l1(1))
            .activityRegularizer(Regularizers.l1(1));
    AttentionLayer<?, ?> grouped =
        new GroupQueryAttention(1, 1, 1)
            .kernelInitializer(Initializers.zeros())
            .biasInitializer(Initializers.ones())
            .activityRegularizer(Regularizers.l1(1));
    one.apply(QUERY, VALUE);
    grouped.apply(QUERY, VALUE);
    // Per example: 3 queries, 5 keys, 5 values, 3 outputs of 4 features.
    assertEquals(List.of(3.0, 5.0, 5.0, 12.0, 1.0, 1.0, 1.0, 4.0), items(one.losses()));
    assertEquals(List.of(3.0, 5.0, 5.0, 12.0, 12.0), items(grouped.losses()));
  }

  private static List<Double> items(List<Tensor> losses) {
    return losses.stream().map(Tensor::item).toList();
  }

  @Test
  void kernelsAreDrawnForTheirNumberOfInputs() {
    MultiHeadAttention layer = new MultiHeadAttention(8, 8);
    Tensor x = Tensor.zeros(DType.FLOAT32, 1, 2, 64);
    layer.apply(x, x);
    double limit = Math.sqrt(6.0 / 128);
    for (String name : List.of("query/kernel", "attention_output/kernel")) {
      double largest = layer.namedVariables().get(name).value().abs().max().item();
      assertTrue(largest <= limit && largest > 0.95 * limit, name + " " + largest);
    }
  }

  @Test
  void functionalModelsReturnScores() {
    Tensor query = Input.of(Shape.UNKNOWN, 4);
    Tensor value = Input.of(5, 4);
    for (AttentionLayer<?, ?> layer : all()) {
      AttentionInputs inputs = AttentionInputs.of(query, value).withCausal(true);
      ModelOf<List<Tensor>, AttentionOutput> model =
          Model.of(List.of(query, value), layer.applyWithScores(inputs));
      AttentionOutput expected =
          layer.applyWithScores(AttentionInputs.of(QUERY, VALUE).withCausal(true));
      AttentionOutput actual = model.apply(List.of(QUERY, VALUE));
      assertArrayEquals(
          expected.output().toFloatArray(), actual.output().toFloatArray(), 1e-6f, layer.name());
      assertArrayEquals(
          expected.scores().toFloatArray(), actual.scores().toFloatArray(), 1e-6f, layer.name());
      assertEquals(expected.scores().shape(), actual.scores().shape());
    }
  }

  @Test
  void functionalModelsKeepConstantMasks() {
    Tensor query = Input.of(3, 4);
    Tensor value = Input.of(5, 4);
    for (AttentionLayer<?, ?> layer : all()) {
      Tensor output =
          layer.apply(AttentionInputs.of(query, value).withAttentionMask(MASK).withCausal(true));
      ModelOf<List<Tensor>, Tensor> model = Model.of(List.of(query, value), output);
      assertArrayEquals(
          layer.apply(MASKED).toFloatArray(),
          model.apply(List.of(QUERY, VALUE)).toFloatArray(),
          1e-6f);
    }
  }

  @Test
  void mixedPrecisionKeepsVariables() {
    MultiHeadAttention layer = new MultiHeadAttention(2, 3).dtype(DTypePolicy.mixedBfloat16());
    assertEquals(DType.BFLOAT16, layer.apply(QUERY, VALUE).dtype());
    layer.variables().forEach(variable -> assertEquals(DType.FLOAT32, variable.dtype()));
  }

  @Test
  void masksOfPlacesMayHaveFewerAxesThanTheSteps() {
    Tensor x = QUERY.reshape(1, 2, 3, 4).withMask(Tensor.of(new boolean[][] {{true, false}}));
    MultiHeadAttention layer = new MultiHeadAttention(2, 3);
    Tensor scores = layer.applyWithScores(AttentionInputs.of(x, x)).scores();
    assertEquals(Shape.of(1, 2, 2, 3, 2, 3), scores.shape());
    double[] toSecondRow = scores.sum(-1, 0, 1, 2, 3).toDoubleArray();
    assertEquals(0, toSecondRow[1]);
    Tensor rows = new MultiHeadAttention(2, 3).attentionAxes(-2).apply(x, x);
    assertEquals(x.mask(), rows.mask());
    assertNull(layer.apply(QUERY, VALUE).mask());
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused(
        "Attention: dropout, the part of the scores that training sets to 0, must be in [0, 1), received 1.0; give 0.1, or 0 for none",
        () -> new Attention().dropout(1));
    assertRefused(
        "MultiHeadAttention: numHeads must be 1 or more, received 0",
        () -> new MultiHeadAttention(0, 1));
    assertRefused(
        "MultiHeadAttention: valueDim must be 1 or more, received 0",
        () -> new MultiHeadAttention(1, 1).valueDim(0));
    assertRefused(
        "MultiHeadAttention: slidingWindow must be 1 or more, received 0",
        () -> new MultiHeadAttention(1, 1).slidingWindow(0));
    assertRefused(
        "MultiHeadAttention: outputShape must have at least one element, received []; leave it out",
        () -> new MultiHeadAttention(1, 1).outputShape());
    assertRefused(
        "MultiHeadAttention: outputShape must be sizes of 1 or more, received [2, 0]; correct it",
        () -> new MultiHeadAttention(1, 1).outputShape(2, 0));
    assertRefused(
        "MultiHeadAttention: flashAttention has no scores that dropout could set to 0, received a dropout of 0.1; leave one of them out",
        () -> new MultiHeadAttention(1, 1).dropout(0.1).flashAttention(true));
    assertRefused(
        "GroupQueryAttention: numQueryHeads must be a multiple of numKeyValueHeads, received 3 and 2; choose a divisor, as 1",
        () -> new GroupQueryAttention(2, 3, 2));
    assertRefused(
        "MultiHeadAttention: attentionAxes must be different axes between the first and the last of 3, received [2]; give axes of the inputs, as 1; negative ones count from the end",
        () -> new MultiHeadAttention(1, 1).attentionAxes(2).apply(QUERY, VALUE));
    assertRefused(
        "Attention: needs queries [n, q, features], values [n, k, features], and a key for each value, received (2, 3, 4), (1, 2, 5, 4) and keys (1, 2, 5, 4); reshape them, or add an axis with expandDims",
        () -> new Attention().apply(QUERY, VALUE.reshape(1, 2, 5, 4)));
    assertRefused(
        "Attention: needs queries [n, q, features], values [n, k, features], and a key for each value, received (2, 3, 4), (2, 5, 4) and keys (2, 3, 4); reshape them, or add an axis with expandDims",
        () -> new Attention().apply(AttentionInputs.of(QUERY, VALUE, QUERY)));
    assertRefused(
        "dotProductAttention: needs a mask of bools that broadcasts to the scores (2, 1, 3, 5), received float32 (2, 1, 5, 4); compare numbers, as mask.notEqual(0), and give it an axis of size 1 for each that the scores have",
        () -> new Attention().apply(AttentionInputs.of(QUERY, VALUE).withAttentionMask(VALUE)));
    assertRefused(
        "MultiHeadAttention: needs an attention mask [n, queries.., keys..] with axes for (3,) and (5,), received (1, 1, 1, 3, 5); reshape it",
        () ->
            new MultiHeadAttention(1, 1)
                .apply(
                    AttentionInputs.of(QUERY, VALUE)
                        .withAttentionMask(MASK.reshape(1, 1, 1, 3, 5))));
    Tensor images = QUERY.reshape(1, 2, 3, 4);
    assertRefused(
        "MultiHeadAttention: needs one attention axis, along which there is an order, for a causal mask or a sliding window, received [1, 2]; give an attentionMask",
        () ->
            new MultiHeadAttention(1, 1)
                .apply(AttentionInputs.of(images, images).withCausal(true)));
    assertRefused(
        "GroupQueryAttention: needs sequences [n, q, features], received (1, 2, 3, 4); reshape them; MultiHeadAttention has attentionAxes",
        () -> new GroupQueryAttention(1, 1, 1).apply(images, images));
    assertRefused(
        "MultiHeadAttention: flashAttention computes no scores, received a call of applyWithScores; leave it out: one op is used wherever that is possible",
        () ->
            new MultiHeadAttention(1, 1)
                .flashAttention(true)
                .applyWithScores(AttentionInputs.of(QUERY, VALUE)));
    Attention built = new Attention();
    built.apply(QUERY, VALUE);
    assertThrows(
        IllegalArgumentException.class, () -> built.apply(AttentionInputs.of(QUERY, VALUE, QUERY)));
  }
}
