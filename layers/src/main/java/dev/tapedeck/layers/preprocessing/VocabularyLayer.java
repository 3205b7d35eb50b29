package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Base of the layers with a vocabulary, which {@code adapt} learns: the most frequent tokens first,
 * of equally frequent ones the greater first.
 *
 * @param <T> token, String or Long
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class VocabularyLayer<
        T, A extends Record & Vocabulary.Arguments<T>, L extends VocabularyLayer<T, A, L>>
    extends Adaptive<A, L> {
  /** What calls use; threads that share the layer do not change it. */
  private transient Vocabulary<T> vocabulary;

  private transient Tensor weights;

  VocabularyLayer(A arguments) {
    super(arguments);
  }

  /** Sets the largest number of tokens, with special ones; by default null, any number. */
  public final L maxTokens(Integer maxTokens) {
    return with("maxTokens", maxTokens);
  }

  /** Sets what is returned; by default {@link OutputMode#INT}. */
  public final L outputMode(OutputMode outputMode) {
    return with("outputMode", outputMode);
  }

  /** Sets whether vectors have {@code maxTokens} places, also if there are fewer tokens. */
  public final L padToMaxTokens(boolean padToMaxTokens) {
    return with("padToMaxTokens", padToMaxTokens);
  }

  /**
   * Sets the weights of tokens in the output mode {@link OutputMode#TF_IDF}, in the order of the
   * vocabulary; special tokens have their mean, if the vocabulary does not begin with those.
   */
  public final L idfWeights(List<Double> weights) {
    return with("idfWeights", List.copyOf(weights));
  }

  /** Sets the vocabulary, with or without the special tokens at its start. */
  public final L setVocabulary(List<T> tokens) {
    return with("vocabulary", List.copyOf(tokens));
  }

  /** Sets the vocabulary, and weights for the output mode {@link OutputMode#TF_IDF}. */
  public final L setVocabulary(List<T> tokens, List<Double> weights) {
    setVocabulary(tokens);
    return idfWeights(weights);
  }

  /** Returns the tokens in the order of their ids, special ones first. */
  public final List<T> getVocabulary() {
    return known().all();
  }

  /**
   * Returns the tokens in the order of their ids.
   *
   * @param includeSpecialTokens whether the special ones come first, or are left out
   */
  public final List<T> getVocabulary(boolean includeSpecialTokens) {
    return includeSpecialTokens ? getVocabulary() : known().tokens();
  }

  /** Returns the number of tokens, with special ones. */
  public final int vocabularySize() {
    return known().size();
  }

  private Vocabulary<T> known() {
    if (args().vocabulary() == null) {
      throw unadapted("a vocabulary");
    }
    return Vocabulary.of(who(), args());
  }

  /** Returns the vocabulary of the first call. */
  final Vocabulary<T> vocabulary() {
    return vocabulary;
  }

  /** Prepares the function from tokens to ids. */
  abstract void prepare(Vocabulary<T> tokens);

  @Override
  protected final void build(Shape input) {
    vocabulary = known();
    if (args().outputMode() == OutputMode.TF_IDF) {
      weights = Tensor.of(vocabulary.weights());
    }
    prepare(vocabulary);
  }

  /** Returns ids as the output mode asks. */
  final Tensor encoded(Tensor ids) {
    OutputMode mode = args().outputMode();
    if (mode == OutputMode.INT) {
      return ids;
    }
    Encode encode = new Encode(who(), mode, vocabulary.depth(), true);
    Tensor vectors = Encode.floats(encode, ids, dtypePolicy());
    return mode == OutputMode.TF_IDF ? vectors.mul(weights.cast(vectors.dtype())) : vectors;
  }

  /** Returns the tokens of each document of a batch. */
  abstract Stream<List<T>> documents(EagerTensor batch);

  /** Returns the order of tokens. */
  abstract Comparator<T> order();

  @Override
  final Learning<L> learning() {
    requireUncalled();
    A args = args();
    Vocabulary.checkOptions(who(), args);
    boolean weighted = args.outputMode() == OutputMode.TF_IDF;
    TokenCounts<T> counts = new TokenCounts<>(weighted);
    return new Learning<>() {
      @Override
      public void take(EagerTensor batch) {
        documents(batch).forEach(counts::take);
      }

      @Override
      public L end() {
        long most =
            args.maxTokens() == null
                ? Integer.MAX_VALUE
                : args.maxTokens() - Vocabulary.start(args);
        List<T> tokens = counts.mostFrequent(args.maskToken(), args.oovToken(), most, order());
        if (tokens.isEmpty()) {
          throw Refusal.of(who() + ": adapt", "needs a token", "none", "give it data with some");
        }
        L learned = setVocabulary(tokens);
        return weighted ? idfWeights(counts.idfWeights(tokens)) : learned;
      }
    };
  }
}
