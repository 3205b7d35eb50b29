package dev.tapedeck.examples;

import dev.tapedeck.layers.Bidirectional;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.LSTM;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import dev.tapedeck.train.Sequential;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A bidirectional LSTM that tells which of two marked tokens comes first in a sequence. Sequences
 * of several lengths are padded with 0, which the embedding masks. Arguments: epochs, examples,
 * seed. {@code first_marker.py} is the same in Keras.
 */
public final class FirstMarker {
  private static final int LENGTH = 20;
  private static final int TOKENS = 20;

  private FirstMarker() {}

  /** Sequences of tokens: 0 is padding, 1 and 2 are the marked ones. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sequences(int[][] tokens, int[] labels) {
    static Sequences of(Lehmer random, int count) {
      Sequences made = new Sequences(new int[count][LENGTH], new int[count]);
      for (int i = 0; i < count; i++) {
        made.labels[i] = fill(made.tokens[i], random);
      }
      return made;
    }

    private static int fill(int[] tokens, Lehmer random) {
      int length = 6 + random.below(LENGTH - 5);
      for (int at = 0; at < length; at++) {
        tokens[at] = 3 + random.below(TOKENS - 3);
      }
      int first = random.below(length - 1);
      int second = first + 1 + random.below(length - first - 1);
      int label = random.below(2);
      tokens[first] = 1 + label;
      tokens[second] = 2 - label;
      return label;
    }
  }

  /** Trains the model and prints its accuracy. */
  public static void main(String[] args) {
    int[] given = Stream.of(args).mapToInt(Integer::parseInt).toArray();
    int epochs = given.length > 0 ? given[0] : 4;
    int examples = given.length > 1 ? given[1] : 2000;
    int seed = given.length > 2 ? given[2] : 0;
    Lehmer random = new Lehmer(seed);
    Sequences train = Sequences.of(random, examples);
    Sequences test = Sequences.of(random, 1000);

    RandomKey.seed(seed);
    Model model =
        new Sequential(
            Input.of(DType.INT32, LENGTH),
            new Embedding(TOKENS, 16).maskZero(true),
            new Bidirectional(new LSTM(16)),
            new Dense(2));
    model.compile(
        new Adam(3e-3),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    long start = System.nanoTime();
    model.fit(train.tokens, train.labels, FitOptions.epochs(epochs).batchSize(32));
    System.out.printf(Locale.ROOT, "trained in %.1f s%n", (System.nanoTime() - start) / 1e9);
    double accuracy = model.evaluate(test.tokens, test.labels).get("accuracy");
    System.out.printf(Locale.ROOT, "test accuracy: %.4f%n", accuracy);
  }
}
