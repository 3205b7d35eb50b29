package dev.tapedeck.layers.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link StringLookup} and {@link IntegerLookup}. */
class LookupTest {
  private static final List<String> WORDS = List.of("a", "b", "c");

  private static StringLookup words() {
    return new StringLookup().vocabulary(WORDS);
  }

  private static void assertRefused(String message, Executable mistake) {
    assertEquals(message, assertThrows(RuntimeException.class, mistake).getMessage());
  }

  @Test
  void idsAreInt64AndVectorsFloats() {
    assertEquals("int64 (2,)", words().apply(new String[] {"a", "z"}).spec().toString());
    for (OutputMode mode : List.of(OutputMode.ONE_HOT, OutputMode.MULTI_HOT, OutputMode.COUNT)) {
      Tensor y = words().outputMode(mode).apply(new String[][] {{"a", "z"}});
      assertEquals(DType.FLOAT32, y.dtype());
    }
    Tensor back = words().invert(true).apply(new int[] {3, 0, 9});
    assertEquals("StringTensor(3,)[c, [UNK], [UNK]]", back.toString());
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16"})
  void numbersAreOfAnyWholeNumberType(DType dtype) {
    Tensor y =
        new IntegerLookup().vocabulary(7, 100).apply(Tensor.of(new int[] {100, 3}).cast(dtype));
    assertEquals(DType.INT64, y.dtype());
    assertArrayEquals(new double[] {2, 0}, y.toDoubleArray());
  }

  @Test
  void vocabulariesAreListedWithAndWithoutSpecialTokens() {
    StringLookup layer = words().maskToken("").numOovIndices(2);
    assertEquals(List.of("", "[UNK]", "[UNK]", "a", "b", "c"), layer.getVocabulary());
    assertEquals(WORDS, layer.getVocabulary(false));
    assertEquals(6, layer.vocabularySize());
    assertEquals(4, words().maskToken("").outputMode(OutputMode.COUNT).vocabularySize());
    StringLookup again =
        new StringLookup().maskToken("").numOovIndices(2).vocabulary(layer.getVocabulary());
    assertEquals(WORDS, again.getVocabulary(false));
    assertEquals(List.of("x"), new StringLookup().setVocabulary(List.of("x")).getVocabulary(false));
    assertEquals(
        List.of(0.5), idfWeights(new StringLookup().setVocabulary(List.of("x"), List.of(0.5))));
  }

  private static List<Double> idfWeights(StringLookup layer) {
    return ((StringLookup.Arguments) layer.arguments()).idfWeights();
  }

  @Test
  void adaptLearnsTheMostFrequentFirstAndThenTheGreatest() {
    String[] data = {"b", "a", "a", "é", "z", "\uff00", "😀"};
    List<String> learned = List.of("a", "😀", "\uff00", "é", "z", "b");
    assertEquals(learned, new StringLookup().adapt(data).getVocabulary(false));
    List<String> batches = new StringLookup().adapt(List.of(data)).getVocabulary(false);
    assertEquals(learned, batches);
    StringLookup layer = new StringLookup().adapt(data);
    assertEquals(List.of("x"), layer.adapt(new String[] {"x"}).getVocabulary(false));
    assertEquals(
        List.of(5L, 9L, 7L),
        new IntegerLookup()
            .adapt(List.of(new int[] {7, 5}, new int[] {5, 9}))
            .getVocabulary(false));
  }

  @Test
  void aBatchOfOneAxisIsOneDocument() {
    StringLookup weighted = new StringLookup().outputMode(OutputMode.TF_IDF);
    String[] one = {"a", "b"};
    assertEquals(
        List.of(Math.log(1 + 1 / 2.0), Math.log(1 + 1 / 2.0)),
        idfWeights(weighted.copy().adapt(List.of((Object) one))));
    assertEquals(
        List.of(Math.log(1 + 2 / 2.0), Math.log(1 + 2 / 2.0)),
        idfWeights(weighted.copy().adapt(one)));
  }

  @Test
  void whatWasLearnedIsCopiedAndPrinted() {
    StringLookup layer = new StringLookup().adapt(new String[] {"a", "b", "b"}).name("words");
    assertEquals(layer.getVocabulary(), layer.copy().getVocabulary());
    assertTrue(layer.toString().contains("vocabulary=[b, a]"), layer::toString);
    String[] many = IntStream.range(0, 50).mapToObj(i -> "w" + i).toArray(String[]::new);
    String text = new StringLookup().adapt(many).toString();
    assertTrue(text.contains("w37, w36, ..]"), text);
  }

  @Test
  void oneTraceHoldsForAllTextsAndNumbers() {
    StringLookup lookup = words();
    StringLookup inverse = words().invert(true);
    TracedFunction<Tensor> ids =
        TracedFunction.of("ids", (Tensor text) -> lookup.apply(text).add(1));
    TracedFunction<Tensor> round =
        TracedFunction.of("round", (Tensor text) -> inverse.apply(lookup.apply(text)));
    for (String word : List.of("b", "c", "nothing")) {
      StringTensor text = StringTensor.of(word);
      assertEquals(WORDS.indexOf(word) + 2, ids.call(text).item());
      String back = WORDS.contains(word) ? word : "[UNK]";
      assertEquals(StringTensor.of(back).toString(), round.call(text).toString());
    }
    assertEquals(1, ids.traceCount());
    assertEquals(1, round.traceCount());
    IntegerLookup numbers = new IntegerLookup().vocabulary(30, 10).outputMode(OutputMode.COUNT);
    TracedFunction<Tensor> counts = TracedFunction.of("counts", (Tensor x) -> numbers.apply(x));
    assertArrayEquals(
        new double[] {1, 0, 2}, counts.call(Tensor.of(new int[] {10, 10, 7})).toDoubleArray());
    assertArrayEquals(
        new double[] {0, 2, 1}, counts.call(Tensor.of(new int[] {30, 10, 30})).toDoubleArray());
    assertEquals(1, counts.traceCount());
  }

  @Test
  void functionalModelsLookUp() {
    Tensor text = Input.of(DType.STRING, 2);
    Model model = Model.of(text, words().outputMode(OutputMode.MULTI_HOT).apply(text));
    assertEquals("float32 (?, 4)", model.outputTree().specs().getFirst().toString());
    Tensor y = model.apply(StringTensor.of("a", "b", "c", "z").withShape(Shape.of(2, 2)));
    assertArrayEquals(new double[] {0, 1, 1, 0, 1, 0, 0, 1}, y.toDoubleArray());
  }

  @Test
  void threadsMayShareALayer() {
    StringLookup layer = words();
    String[] text = IntStream.range(0, 3000).mapToObj(i -> WORDS.get(i % 3)).toArray(String[]::new);
    double[] expected = Arrays.stream(text).mapToDouble(w -> WORDS.indexOf(w) + 1).toArray();
    layer.apply(text);
    IntStream.range(0, 50)
        .parallel()
        .forEach(_ -> assertArrayEquals(expected, layer.apply(text).toDoubleArray()));
  }

  @Test
  void aLayerMustHaveLearned() {
    String message =
        "StringLookup: has learned nothing; call adapt(data) first, or give it a vocabulary";
    assertRefused(message, () -> new StringLookup().apply("a"));
    assertRefused(message, () -> new StringLookup().getVocabulary());
    StringLookup called = words();
    called.apply("a");
    assertRefused(
        "StringLookup: adapt comes before the first call; adapt a copy() of the layer",
        () -> called.adapt(new String[] {"x"}));
    assertEquals(List.of("x"), called.copy().adapt(new String[] {"x"}).getVocabulary(false));
    assertRefused(
        "StringLookup: adapt: needs data, received none; give at least one batch",
        () -> new StringLookup().adapt(List.of()));
    assertRefused(
        "StringLookup: adapt: needs a token, received none; give it data with some",
        () -> new StringLookup().maskToken("").adapt(new String[] {"", ""}));
  }

  @Test
  void wrongInputsAreRefused() {
    assertRefused(
        "StringLookup: needs text, received int32 (1,); give strings, or use an IntegerLookup for"
            + " whole numbers",
        () -> words().apply(new int[] {1}));
    assertRefused(
        "IntegerLookup: needs whole numbers, received float32 (1,); cast them to int64",
        () -> new IntegerLookup().vocabulary(1, 2).apply(new float[] {1}));
    assertRefused(
        "StringLookup: needs tokens of the vocabulary if numOovIndices is 0, received z; set"
            + " numOovIndices to 1, or add the token",
        () -> words().numOovIndices(0).apply("z"));
  }

  @Test
  void contradictingArgumentsAreRefused() {
    assertRefused(
        "StringLookup: maxTokens must be 2 or more, received 1; give null for no limit",
        () -> words().maxTokens(1));
    assertRefused(
        "StringLookup: needs distinct tokens, received a twice; leave one out",
        () -> new StringLookup().vocabulary(List.of("a", "a")).apply("a"));
    assertRefused(
        "StringLookup: has at most 3 tokens, with special ones, received 4; raise maxTokens",
        () -> words().maxTokens(3).apply("a"));
    assertRefused(
        "StringLookup: needs maxTokens to pad to, received none; set maxTokens",
        () -> words().padToMaxTokens(true).apply("a"));
    assertRefused(
        "StringLookup: inverts in the output mode INT, received COUNT; leave one of the two out",
        () -> words().invert(true).outputMode(OutputMode.COUNT).apply(new int[] {1}));
    assertRefused(
        "StringLookup: needs idfWeights for the vocabulary, 3 numbers, received none; give one for"
            + " each token, or adapt",
        () -> words().outputMode(OutputMode.TF_IDF).apply("a"));
    assertRefused(
        "StringLookup: has idfWeights in the output mode TF_IDF, received INT; leave the weights"
            + " out, or set that mode",
        () -> words().idfWeights(List.of(1.0, 2.0, 3.0)).apply("a"));
    assertRefused(
        "StringLookup: needs special tokens at the start, [c, [UNK]], or nowhere in the vocabulary,"
            + " received one elsewhere; leave them out: they are added",
        () -> words().maskToken("c").apply("a"));
    assertRefused(
        "IntegerLookup: has a salt of hashes, received FLOORMOD; set oovMethod to FARMHASH",
        () -> new IntegerLookup().vocabulary(1, 2).salt(3).apply(new int[] {1}));
    assertRefused(
        "StringLookup: needs a salt of one or two numbers, received 3; give two",
        () -> words().salt(1, 2, 3));
  }
}
