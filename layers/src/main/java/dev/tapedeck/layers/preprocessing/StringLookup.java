package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A layer that looks strings up in a vocabulary, and returns their ids: int64 numbers in the shape
 * of the input or, in the other output modes, vectors of floats.
 *
 * <pre>{@code
 * StringLookup cities = new StringLookup().adapt(names);       // or .vocabulary(List.of("Bern", "Rome"))
 * Tensor ids = cities.apply(new String[] {"Rome", "Atlantis"}); // 2, 0
 * StringLookup back = new StringLookup().vocabulary(cities.getVocabulary()).invert(true);
 * }</pre>
 *
 * <p>First comes the id of the mask, 0, if there is a mask token and ids are returned; then {@code
 * numOovIndices} ids for what is not in the vocabulary; then those of the vocabulary. A masked
 * token has no place in vectors.
 *
 * <p>{@code adapt} learns the most frequent tokens; of equally frequent ones the last in the order
 * of their code points come first. For the weights of {@link OutputMode#TF_IDF}, {@code log(1 +
 * documents / (1 + documents with the token))}, a document is a row of data or of a batch, and a
 * batch of one axis is one document; data of one axis has a document for each token.
 *
 * <p>Without a vocabulary a call throws {@link IllegalStateException}, as {@code adapt} does after
 * the first call.
 */
public final class StringLookup extends IndexLookup<String, StringLookup.Arguments, StringLookup> {
  private static final String WHO = "StringLookup";

  /** The order of Keras, which compares bytes of UTF-8. */
  static final Comparator<String> CODE_POINTS =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private transient ToLongFunction<String> ids;

  /**
   * The arguments of a {@link StringLookup}.
   *
   * @param maxTokens largest number of tokens, with special ones; null for any
   * @param numOovIndices number of ids for tokens that are not in the vocabulary
   * @param maskToken token of what is masked; null for none
   * @param oovToken what an inverted lookup returns for an id without a token
   * @param vocabulary tokens; null before they are learned
   * @param idfWeights weights of the tokens; null for none
   * @param salt two numbers that change the hash; null for none
   */
  public record Arguments(
      Integer maxTokens,
      int numOovIndices,
      String maskToken,
      String oovToken,
      List<String> vocabulary,
      List<Double> idfWeights,
      boolean invert,
      OutputMode outputMode,
      boolean padToMaxTokens,
      List<Long> salt)
      implements Vocabulary.Arguments<String> {
    /** Checks the arguments. */
    public Arguments {
      Vocabulary.check(WHO, maxTokens, numOovIndices, outputMode);
    }
  }

  private StringLookup(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that returns ids, without a mask, and with one id for unknown tokens. */
  public StringLookup() {
    this(new Arguments(null, 1, null, "[UNK]", null, null, false, OutputMode.INT, false, null));
  }

  /** Sets the token of what is masked; by default null, none. */
  public StringLookup maskToken(String maskToken) {
    return with("maskToken", maskToken);
  }

  /** Sets what an inverted lookup returns for an id without a token; by default {@code [UNK]}. */
  public StringLookup oovToken(String oovToken) {
    return with("oovToken", oovToken);
  }

  /** Sets the vocabulary, with or without the special tokens at its start. */
  public StringLookup vocabulary(List<String> tokens) {
    return setVocabulary(tokens);
  }

  @Override
  void prepare(Vocabulary<String> tokens) {
    ids = ids(tokens, args().salt);
  }

  /** Returns the function from strings to ids. */
  static ToLongFunction<String> ids(Vocabulary<String> vocabulary, List<Long> salt) {
    Map<String, Integer> known = HashMap.newHashMap(vocabulary.tokens().size());
    for (String token : vocabulary.tokens()) {
      known.put(token, Vocabulary.start(vocabulary.args()) + known.size());
    }
    String mask = vocabulary.args().maskToken();
    int oovs = vocabulary.args().numOovIndices();
    Hashes.Bins bins = Hashes.bins(Math.max(1, oovs), salt);
    return token -> {
      Integer id = known.get(token);
      if (id != null) {
        return id;
      } else if (token.equals(mask)) {
        return vocabulary.maskId();
      } else if (oovs == 0) {
        throw vocabulary.unknown(token);
      }
      return vocabulary.oovStart() + (oovs == 1 ? 0 : bins.of(token));
    };
  }

  @Override
  protected Tensor call(Tensor x) {
    return args().invert
        ? new IdsToText(WHO, vocabulary()::token).applyTo(x)
        : encoded(new TextToIds(WHO, ids).applyTo(x));
  }

  @Override
  Tensor batch(Tensor all) {
    return oneByOne(all);
  }

  /** Returns strings of one axis as rows of one each. */
  static Tensor oneByOne(Tensor all) {
    return all.shape().rank() == 1 && all instanceof StringTensor text
        ? text.withShape(text.shape().concat(1))
        : all;
  }

  @Override
  Stream<List<String>> documents(EagerTensor batch) {
    TextToIds.requireText(WHO, batch.spec());
    return rows(((StringTensor) batch).toList(), batch.shape());
  }

  /** Returns the elements of each document: of all, unless there are several axes. */
  static <T> Stream<List<T>> rows(List<T> all, Shape shape) {
    if (shape.rank() < 2 || all.isEmpty()) {
      return Stream.of(all);
    }
    int row = all.size() / Math.toIntExact(shape.size(0));
    return IntStream.range(0, all.size() / row).mapToObj(i -> all.subList(i * row, (i + 1) * row));
  }

  @Override
  Comparator<String> order() {
    return CODE_POINTS;
  }
}
