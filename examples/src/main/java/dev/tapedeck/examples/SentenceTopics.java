package dev.tapedeck.examples;

import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.GlobalAveragePooling1D;
import dev.tapedeck.layers.preprocessing.TextVectorization;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Stream;

/**
 * A classifier of sentences by topic, which takes the texts themselves. Most words of a sentence
 * belong to no topic; a few sentences have no word of theirs, and cannot be told. Arguments:
 * epochs, examples, seed. {@code sentence_topics.py} is the same in Keras.
 */
public final class SentenceTopics {
  private static final List<String> COMMON =
      words("the a this that we they you saw had found near with after before many few new old");
  private static final List<List<String>> TOPICS =
      List.of(
          words("rain storm cloud sun wind snow fog thunder"),
          words("bread soup cheese apple pepper butter rice salad"),
          words("goal match team coach stadium score player league"),
          words("song drum violin melody choir concert rhythm piano"));

  private SentenceTopics() {}

  private static List<String> words(String all) {
    return List.of(all.split(" ", -1));
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sentences(String[] texts, int[] labels) {
    static Sentences of(Lehmer random, int count) {
      Sentences made = new Sentences(new String[count], new int[count]);
      for (int i = 0; i < count; i++) {
        made.labels[i] = random.below(TOPICS.size());
        made.texts[i] = sentence(TOPICS.get(made.labels[i]), random);
      }
      return made;
    }

    private static String sentence(List<String> topic, Lehmer random) {
      StringJoiner sentence = new StringJoiner(" ", "", ".");
      int length = 5 + random.below(8);
      for (int i = 0; i < length; i++) {
        List<String> words = random.below(3) == 0 ? topic : COMMON;
        String word = words.get(random.below(words.size()));
        sentence.add(i == 0 ? word.toUpperCase(Locale.ROOT) : word);
      }
      return sentence.toString();
    }
  }

  /** Trains the model and prints its accuracy. */
  public static void main(String[] args) {
    int[] given = Stream.of(args).mapToInt(Integer::parseInt).toArray();
    int epochs = given.length > 0 ? given[0] : 8;
    int examples = given.length > 1 ? given[1] : 2000;
    int seed = given.length > 2 ? given[2] : 0;
    Lehmer random = new Lehmer(seed);
    Sentences train = Sentences.of(random, examples);
    Sentences test = Sentences.of(random, 1000);

    RandomKey.seed(seed);
    TextVectorization words = new TextVectorization().maxTokens(100).outputSequenceLength(12);
    words.adapt(train.texts);
    Model model =
        new Sequential(
            Input.of(DType.STRING),
            words,
            new Embedding(100, 16).maskZero(true),
            new GlobalAveragePooling1D(),
            new Dense(TOPICS.size()));
    model.compile(
        new Adam(0.01),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    long start = System.nanoTime();
    model.fit(train.texts, train.labels, FitOptions.epochs(epochs).batchSize(32));
    System.out.printf(Locale.ROOT, "trained in %.1f s%n", (System.nanoTime() - start) / 1e9);
    double accuracy = model.evaluate(test.texts, test.labels).get("accuracy");
    System.out.printf(Locale.ROOT, "test accuracy: %.4f%n", accuracy);
  }
}
