package dev.tapedeck.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.layers.preprocessing.OutputMode;
import dev.tapedeck.layers.preprocessing.TextVectorization;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Text in pipelines and in models. */
class TextTest {
  private static final StringTensor TEXTS =
      StringTensor.of(
              "a good film",
              "bad, so bad",
              "good good!",
              "what a bad film",
              "so good",
              "bad film",
              "good",
              "a bad, bad one")
          .withShape(Shape.of(8, 1));
  private static final Tensor LABELS =
      Tensor.of(new float[][] {{1}, {0}, {1}, {0}, {1}, {0}, {1}, {0}});
  private static final FitOptions OPTIONS =
      FitOptions.epochs(30).batchSize(4).verbosity(Verbosity.SILENT);

  private final TextVectorization words =
      new TextVectorization().outputSequenceLength(4).adapt(TEXTS);

  @BeforeEach
  void seed() {
    RandomKey.seed(3);
  }

  /** A layer that counts its calls, which of a traced step are its traces. */
  private static final class Counting extends Layer {
    private int calls;

    @Override
    protected Tensor call(Tensor x) {
      calls++;
      return x;
    }
  }

  private static Model compiled(Model model) {
    model.compile(new Adam(0.05), Losses.binaryCrossentropy().fromLogits());
    return model;
  }

  private static void assertLearned(Model model, Object texts) {
    double[] logits = model.predict(texts).toDoubleArray();
    for (int i = 0; i < logits.length; i++) {
      assertEquals(i % 2 == 0, logits[i] > 0, "text " + i);
    }
  }

  @Test
  void aFunctionalModelTrainsOnStrings() {
    Counting counting = new Counting();
    Tensor text = Input.of(DType.STRING, 1);
    Tensor ids = counting.apply(words.apply(text));
    Tensor vectors = new Embedding(words.vocabularySize(), 4).apply(ids);
    Model model = compiled(Model.of(text, new Dense(1).apply(new Flatten().apply(vectors))));
    model.fit(TEXTS, LABELS, OPTIONS);
    int traced = counting.calls;
    model.fit(TEXTS, LABELS, OPTIONS);
    assertEquals(traced, counting.calls);
    assertLearned(model, TEXTS);
  }

  @Test
  void aPipelineVectorizesTextAheadOfTheTraining() {
    Pipeline batches =
        Pipeline.of(TEXTS, LABELS)
            .batch(4)
            .map(batch -> new Example(words.apply(batch.x()), batch.y()))
            .prefetch(2);
    Model model =
        compiled(
            new Sequential(new Embedding(words.vocabularySize(), 4), new Flatten(), new Dense(1)));
    model.fit(batches, FitOptions.epochs(30).verbosity(Verbosity.SILENT));
    assertLearned(model, words.apply(TEXTS));
  }

  @Test
  void singleTextsAreVectorizedBeforeTheyAreBatched() {
    TextVectorization counts =
        new TextVectorization().outputMode(OutputMode.COUNT).vocabulary(List.of("bad", "good"));
    List<String> seen = new ArrayList<>();
    Pipeline.of(TEXTS.withShape(Shape.of(8)), LABELS)
        .map(example -> new Example(counts.apply(example.x()), example.y()))
        .batch(3)
        .forEach(batch -> seen.add(batch.x().spec().toString()));
    assertEquals(List.of("float32 (3, 3)", "float32 (3, 3)", "float32 (2, 3)"), seen);
  }

  @Test
  void aVocabularyIsLearnedFromAPipeline() {
    Pipeline batches = Pipeline.of(TEXTS, LABELS).batch(3);
    TextVectorization learned = new TextVectorization().outputSequenceLength(4).adapt(batches);
    assertEquals(words.getVocabulary(), learned.getVocabulary());
    assertArrayEquals(words.apply(TEXTS).toDoubleArray(), learned.apply(TEXTS).toDoubleArray());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new TextVectorization().adapt(batches.repeat()))
            .getMessage();
    assertTrue(message.endsWith("received a dataset without end; take(n) of it"), message);
  }
}
