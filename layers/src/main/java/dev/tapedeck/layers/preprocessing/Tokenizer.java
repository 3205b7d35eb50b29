package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Texts as tokens: each text is standardized and split, and neighbouring tokens joined to n-grams.
 *
 * @param standardize function of each text; null for none
 * @param split function from a text to tokens; null where the strings along the last axis are
 *     tokens
 * @param ngrams numbers of tokens that are joined, in order; null for the tokens themselves
 */
record Tokenizer(
    UnaryOperator<String> standardize, Function<String, List<String>> split, List<Integer> ngrams) {
  /** Returns the shape of the texts, each of which gives a row of tokens. */
  Shape rows(String who, Shape texts) {
    if (split != null) {
      return texts.rank() > 1 && texts.size(-1) == 1 ? texts.slice(0, texts.rank() - 1) : texts;
    }
    if (texts.isScalar()) {
      throw Refusal.of(
          who, "needs tokens along the last axis if there is no split", "one string", "split it");
    }
    return texts.slice(0, texts.rank() - 1);
  }

  /** Returns the number of tokens of a row, if it is the same for all; else it is unknown. */
  long width(Shape texts) {
    if (split != null || texts.size(-1) == Shape.UNKNOWN) {
      return Shape.UNKNOWN;
    }
    long words = texts.size(-1);
    return ngrams == null
        ? words
        : ngrams.stream().mapToLong(n -> Math.max(0, words - n + 1)).sum();
  }

  /** Returns the tokens of each row. */
  List<List<String>> tokens(StringTensor texts) {
    StringTensor standard = standardize == null ? texts : texts.map(standardize);
    List<String> all = standard.toList();
    if (split != null) {
      return all.stream().map(text -> joined(split.apply(text))).toList();
    }
    Shape shape = texts.shape();
    int row = Math.toIntExact(shape.size(-1));
    int count = Math.toIntExact(shape.slice(0, shape.rank() - 1).count());
    return IntStream.range(0, count)
        .mapToObj(i -> joined(all.subList(i * row, (i + 1) * row)))
        .toList();
  }

  private List<String> joined(List<String> words) {
    if (ngrams == null) {
      return words;
    }
    List<String> joined = new ArrayList<>();
    for (int n : ngrams) {
      for (int i = 0; i + n <= words.size(); i++) {
        joined.add(String.join(" ", words.subList(i, i + n)));
      }
    }
    return joined;
  }
}
