package dev.tapedeck.layers.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TextVectorizationTest {
  private static final List<String> VOCABULARY = List.of("cat", "the", "sat");

  private static TextVectorization layer() {
    return new TextVectorization().vocabulary(VOCABULARY);
  }

  private static void assertRefused(String message, Executable mistake) {
    assertEquals(message, assertThrows(RuntimeException.class, mistake).getMessage());
  }

  @Test
  void textsArePaddedToTheLongest() {
    Tensor ids = layer().apply(new String[] {"The cat sat!", "A dog", ""});
    assertEquals("int64 (3, 3)", ids.spec().toString());
    assertArrayEquals(new double[] {3, 2, 4, 1, 1, 0, 0, 0, 0}, ids.toDoubleArray());
    assertEquals("int64 (2, 0)", layer().apply(new String[] {"", "!"}).spec().toString());
    assertEquals("int64 (0, 0)", layer().apply(new String[0]).spec().toString());
  }

  @Test
  void functionsStandardizeAndSplit() {
    TextVectorization own =
        layer()
            .standardize(text -> text.toLowerCase(Locale.ROOT).replace('É', 'é'))
            .split(text -> Arrays.asList(text.split("-", -1)));
    assertArrayEquals(
        new double[] {2, 1, 4}, own.apply(new String[] {"CAT-É-sat"}).toDoubleArray());
    TextVectorization learned = own.copy().ngrams(List.of(2)).adapt(new String[] {"a-b-C", "b-c"});
    assertEquals(List.of("b c", "a b"), learned.getVocabulary(false));
  }

  @Test
  void tokensMayBeGiven() {
    TextVectorization unsplit = layer().split(null).ngrams(2);
    Tensor y = unsplit.apply(new String[][] {{"cat", "the", "x"}});
    assertArrayEquals(new double[] {2, 3, 1, 1, 1}, y.toDoubleArray());
    assertEquals("int64 (2, 0)", unsplit.copy().apply(new String[2][0]).spec().toString());
    assertRefused(
        "TextVectorization: needs tokens along the last axis if there is no split, received one"
            + " string; split it",
        () -> layer().split(null).apply("cat"));
  }

  @Test
  void oneTraceHoldsForTextsOfAnyLength() {
    TextVectorization words = layer();
    TracedFunction<Tensor> traced = TracedFunction.of("words", (Tensor x) -> words.apply(x).add(1));
    Tensor shorter = Tensor.of(new String[] {"cat", "the"});
    Tensor longer = Tensor.of(new String[] {"the cat sat", "x"});
    assertArrayEquals(new double[] {3, 4}, traced.call(shorter).toDoubleArray());
    assertArrayEquals(new double[] {4, 3, 5, 2, 1, 1}, traced.call(longer).toDoubleArray());
    assertEquals(1, traced.traceCount());
    TextVectorization counts = layer().outputMode(OutputMode.COUNT);
    TracedFunction<Tensor> counting = TracedFunction.of("counts", (Tensor x) -> counts.apply(x));
    for (Tensor text : List.of(shorter, longer)) {
      assertArrayEquals(counts.apply(text).toDoubleArray(), counting.call(text).toDoubleArray());
    }
    assertEquals(1, counting.traceCount());
  }

  @Test
  void functionalModelsKnowTheWidthOfAGivenLength() {
    Tensor text = Input.of(DType.STRING, 1);
    Tensor ids = layer().outputSequenceLength(4).apply(text);
    assertEquals("int64 (?, 4)", ids.spec().toString());
    assertEquals("int64 (?, ?)", layer().apply(text).spec().toString());
    Model model = Model.of(text, new Embedding(5, 2).maskZero(true).apply(ids));
    Tensor y = model.apply(new String[][] {{"cat sat"}});
    assertEquals("float32 (1, 4, 2)", y.spec().toString());
    assertArrayEquals(new boolean[] {true, true, false, false}, y.mask().toBooleanArray());
  }

  @Test
  void oneHotVectorsOfPaddingAreZeros() {
    Tensor y = layer().outputMode(OutputMode.ONE_HOT).apply(new String[] {"cat cat", "sat"});
    assertEquals("float32 (2, 2, 4)", y.spec().toString());
    assertArrayEquals(
        new double[] {0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}, y.toDoubleArray());
  }

  @Test
  void adaptTakesBatchesAndRefusesNumbers() {
    TextVectorization learned =
        new TextVectorization()
            .maxTokens(4)
            .adapt(List.of(new String[] {"a b", "b!"}, new String[][] {{"c B"}}));
    assertEquals(List.of("", "[UNK]", "b", "c"), learned.getVocabulary());
    assertRefused(
        "TextVectorization: needs text, received int32 (1, 1); give strings, or use an IntegerLookup"
            + " for whole numbers",
        () -> new TextVectorization().adapt(new int[][] {{1}}));
    assertRefused(
        "TextVectorization: has learned nothing; call adapt(data) first, or give it a vocabulary",
        () -> new TextVectorization().apply("a"));
    assertRefused(
        "TextVectorization: has an outputSequenceLength in the output mode INT, received COUNT;"
            + " leave the length out",
        () -> layer().outputMode(OutputMode.COUNT).outputSequenceLength(3).apply("a"));
    assertRefused(
        "TextVectorization: needs ngrams of at least one number, received none; leave them out",
        () -> layer().ngrams(List.of()));
  }
}
