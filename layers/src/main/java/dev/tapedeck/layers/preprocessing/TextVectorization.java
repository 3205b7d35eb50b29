package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A layer that splits texts into tokens and looks those up in a vocabulary: texts {@code [n]} or
 * {@code [n, 1]} give int64 ids {@code [n, length]} or, in the other output modes, vectors of
 * floats {@code [n, tokens]}.
 *
 * <pre>{@code
 * TextVectorization words = new TextVectorization().maxTokens(1000).outputSequenceLength(20);
 * words.adapt(texts);
 * Tensor ids = words.apply(new String[] {"The cat sat.", "A dog!"}); // [2, 20]
 * }</pre>
 *
 * <p>Id 0 is padding, 1 a token that is not in the vocabulary, which follows from 2 on; vectors
 * have no place for padding. Shorter texts are padded to {@code outputSequenceLength}, longer ones
 * cut; without one all are as long as the longest.
 *
 * <p>{@code adapt} learns the most frequent tokens, as that of {@link StringLookup}; each text is a
 * document. Without a vocabulary a call throws {@link IllegalStateException}, as {@code adapt} does
 * after the first call.
 */
public final class TextVectorization
    extends VocabularyLayer<String, TextVectorization.Arguments, TextVectorization> {
  private static final String WHO = "TextVectorization";
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private transient ToLongFunction<String> ids;

  /** What is done to a text before it is split. */
  @SuppressWarnings("ImmutableEnumChecker") // the functions are stateless
  public enum Standardize implements UnaryOperator<String> {
    /** Letters from A to Z become small, and ASCII punctuation is left out. */
    LOWER_AND_STRIP_PUNCTUATION(true, true),
    /** Letters from A to Z become small. */
    LOWER(true, false),
    /** ASCII punctuation is left out. */
    STRIP_PUNCTUATION(false, true);

    private final boolean lower;
    private final boolean strip;

    Standardize(boolean lower, boolean strip) {
      this.lower = lower;
      this.strip = strip;
    }

    @Override
    public String apply(String text) {
      StringBuilder standard = new StringBuilder(text.length());
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (!strip || PUNCTUATION.indexOf(c) < 0) {
          standard.append(lower && c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
      }
      return standard.toString();
    }
  }

  /** How a text is split into tokens. */
  public enum Split implements Function<String, List<String>> {
    /** Between runs of ASCII white space. */
    WHITESPACE {
      @Override
      public List<String> apply(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
          if (i == text.length() || isSpace(text.charAt(i))) {
            if (i > start) {
              words.add(text.substring(start, i));
            }
            start = i + 1;
          }
        }
        return words;
      }
    },
    /** Into characters: code points. */
    CHARACTER {
      @Override
      public List<String> apply(String text) {
        return text.codePoints().mapToObj(Character::toString).toList();
      }
    };

    private static boolean isSpace(char c) {
      return c == ' ' || (c >= '\t' && c <= '\r');
    }
  }

  /**
   * The arguments of a {@link TextVectorization}.
   *
   * @param maxTokens largest number of tokens, with special ones; null for any
   * @param standardize function of each text; null for none
   * @param split function from a text to tokens; null where the strings along the last axis are
   *     tokens
   * @param ngrams numbers of tokens that are joined; null for the tokens themselves
   * @param outputSequenceLength number of ids of a text; null for that of the longest
   * @param vocabulary tokens; null before they are learned
   * @param idfWeights weights of the tokens; null for none
   */
  public record Arguments(
      Integer maxTokens,
      UnaryOperator<String> standardize,
      Function<String, List<String>> split,
      List<Integer> ngrams,
      OutputMode outputMode,
      Integer outputSequenceLength,
      boolean padToMaxTokens,
      List<String> vocabulary,
      List<Double> idfWeights)
      implements Vocabulary.Arguments<String> {
    /** Checks the arguments. */
    public Arguments {
      Vocabulary.check(WHO, maxTokens, 1, outputMode);
      if (outputSequenceLength != null) {
        Checks.atLeast(
            WHO, "outputSequenceLength", 1, outputSequenceLength, "give null for the longest");
      }
      if (ngrams != null) {
        if (ngrams.isEmpty()) {
          throw Refusal.of(WHO, "needs ngrams of at least one number", "none", "leave them out");
        }
        ngrams.forEach(n -> Checks.atLeast(WHO, "ngrams", 1, n, "give numbers of tokens"));
      }
    }

    @Override
    public int numOovIndices() {
      return 1;
    }

    @Override
    public String maskToken() {
      return "";
    }

    @Override
    public String oovToken() {
      return "[UNK]";
    }

    @Override
    public boolean invert() {
      return false;
    }
  }

  private TextVectorization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that returns the ids of words in small letters, without punctuation. */
  public TextVectorization() {
    this(
        new Arguments(
            null,
            Standardize.LOWER_AND_STRIP_PUNCTUATION,
            Split.WHITESPACE,
            null,
            OutputMode.INT,
            null,
            false,
            null,
            null));
  }

  /**
   * Sets what is done to each text before it is split: a {@link Standardize} or a function that
   * several threads may call, or null for nothing; by default {@link
   * Standardize#LOWER_AND_STRIP_PUNCTUATION}.
   */
  public TextVectorization standardize(UnaryOperator<String> standardize) {
    return with("standardize", standardize);
  }

  /**
   * Sets how a text is split into tokens: a {@link Split}, or a function that several threads may
   * call; or null for inputs {@code [.., tokens]}, whose strings are tokens. By default {@link
   * Split#WHITESPACE}.
   */
  public TextVectorization split(Function<String, List<String>> split) {
    return with("split", split);
  }

  /** Sets that 1, 2, .. up to {@code most} tokens in a row are joined, with spaces, to one. */
  public TextVectorization ngrams(int most) {
    return ngrams(IntStream.rangeClosed(1, most).boxed().toList());
  }

  /** Sets how many tokens in a row are joined, with spaces, to one; by default null, none are. */
  public TextVectorization ngrams(List<Integer> numbers) {
    return with("ngrams", numbers);
  }

  /**
   * Sets the number of ids of each text; by default null, that of the longest. With it traced
   * functions and functional models know the width of the ids.
   */
  public TextVectorization outputSequenceLength(Integer length) {
    return with("outputSequenceLength", length);
  }

  /** Sets the vocabulary, with or without the special tokens at its start. */
  public TextVectorization vocabulary(List<String> tokens) {
    return setVocabulary(tokens);
  }

  private Tokenizer tokenizer() {
    Arguments args = args();
    return new Tokenizer(args.standardize, args.split, args.ngrams);
  }

  @Override
  void prepare(Vocabulary<String> vocabulary) {
    if (args().outputMode != OutputMode.INT && args().outputSequenceLength != null) {
      throw Refusal.of(
          WHO,
          "has an outputSequenceLength in the output mode INT",
          args().outputMode,
          "leave the length out");
    }
    ids = StringLookup.ids(vocabulary, null);
  }

  @Override
  protected Tensor call(Tensor x) {
    Arguments args = args();
    long padding = vocabulary().maskId();
    return encoded(
        new TextToTokenIds(WHO, tokenizer(), ids, args.outputSequenceLength, padding).applyTo(x));
  }

  @Override
  Tensor batch(Tensor all) {
    return StringLookup.oneByOne(all);
  }

  @Override
  Stream<List<String>> documents(EagerTensor batch) {
    TextToIds.requireText(WHO, batch.spec());
    tokenizer().rows(WHO, batch.shape());
    return tokenizer().tokens((StringTensor) batch).stream();
  }

  @Override
  Comparator<String> order() {
    return StringLookup.CODE_POINTS;
  }
}
