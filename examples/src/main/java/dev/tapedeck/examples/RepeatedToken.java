package dev.tapedeck.examples;

import dev.tapedeck.layers.AttentionInputs;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.layers.Embedding;
import dev.tapedeck.layers.LayerNormalization;
import dev.tapedeck.layers.MultiHeadAttention;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.metrics.SparseCategoricalAccuracy;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Model;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A transformer's encoder that tells whether the first token of a sequence occurs in it again.
 * Sequences of several lengths are padded with 0, which attention leaves out. Arguments: epochs,
 * examples, seed. {@code repeated_token.py} is the same in Keras.
 */
public final class RepeatedToken {
  private static final int LENGTH = 12;
  private static final int TOKENS = 10;
  private static final int WIDTH = 32;

  private RepeatedToken() {}

  private static final class TokensAndPositions extends Layer {
    private final Embedding tokens = new Embedding(TOKENS, WIDTH).maskZero(true);
    private final Embedding positions = new Embedding(LENGTH, WIDTH);

    @Override
    protected Tensor call(Tensor ids) {
      Tensor x = tokens.apply(ids);
      return x.add(positions.apply(Creation.range(LENGTH))).withMask(x.mask());
    }
  }

  private static final class Encoder extends Layer {
    private final MultiHeadAttention attention = new MultiHeadAttention(4, WIDTH / 4);
    private final LayerNormalization attended = new LayerNormalization();
    private final Dense wide = new Dense(2 * WIDTH, Activations::relu);
    private final Dense narrow = new Dense(WIDTH);
    private final LayerNormalization result = new LayerNormalization();

    @Override
    protected Tensor call(Tensor x) {
      Tensor y = attended.apply(x.add(attention.apply(AttentionInputs.of(x, x))));
      return result.apply(y.add(narrow.apply(wide.apply(y))));
    }

    @Override
    protected boolean supportsMasking() {
      return true;
    }
  }

  /** Sequences of tokens, of which 0 is padding. */
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
      int length = 4 + random.below(LENGTH - 3);
      tokens[0] = 1 + random.below(TOKENS - 1);
      for (int at = 1; at < length; at++) {
        int other = 1 + random.below(TOKENS - 2);
        tokens[at] = other < tokens[0] ? other : other + 1;
      }
      int label = random.below(2);
      int again = 1 + random.below(length - 1);
      tokens[again] = label == 1 ? tokens[0] : tokens[again];
      return label;
    }
  }

  /** Trains the model and prints its accuracy. */
  public static void main(String[] args) {
    int[] given = Stream.of(args).mapToInt(Integer::parseInt).toArray();
    int epochs = given.length > 0 ? given[0] : 12;
    int examples = given.length > 1 ? given[1] : 4000;
    int seed = given.length > 2 ? given[2] : 0;
    Lehmer random = new Lehmer(seed);
    Sequences train = Sequences.of(random, examples);
    Sequences test = Sequences.of(random, 1000);

    RandomKey.seed(seed);
    Tensor ids = Input.of(DType.INT32, LENGTH);
    Tensor x = new Encoder().apply(new TokensAndPositions().apply(ids));
    Model model = Model.of(ids, new Dense(2).apply(x.get(Index.ALL, 0)));
    model.compile(
        new Adam(3e-3),
        Losses.sparseCategoricalCrossentropy().fromLogits(),
        new SparseCategoricalAccuracy("accuracy"));
    long start = System.nanoTime();
    model.fit(train.tokens, train.labels, FitOptions.epochs(epochs).batchSize(64));
    System.out.printf(Locale.ROOT, "trained in %.1f s%n", (System.nanoTime() - start) / 1e9);
    double accuracy = model.evaluate(test.tokens, test.labels).get("accuracy");
    System.out.printf(Locale.ROOT, "test accuracy: %.4f%n", accuracy);
  }
}
