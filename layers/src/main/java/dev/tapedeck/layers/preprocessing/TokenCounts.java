package dev.tapedeck.layers.preprocessing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Counts of tokens, and of the documents that have them.
 *
 * @param <T> String or Long
 */
final class TokenCounts<T> {
  private final Map<T, Count> counts = new HashMap<>();
  private final boolean documents;
  private long seen;

  /** How often a token, and in how many documents it, occurs. */
  private static final class Count {
    private long tokens;
    private long documents;
  }

  /** Makes counts of none, with those of documents if they are asked for. */
  TokenCounts(boolean documents) {
    this.documents = documents;
  }

  /** Counts the tokens of a document. */
  void take(List<T> document) {
    seen++;
    for (T token : document) {
      counts.computeIfAbsent(token, _ -> new Count()).tokens++;
    }
    if (documents) {
      for (T token : new HashSet<>(document)) {
        counts.get(token).documents++;
      }
    }
  }

  /** Returns the most frequent tokens but two, of equally frequent ones the last in order first. */
  List<T> mostFrequent(T mask, T oov, long most, Comparator<T> order) {
    List<T> tokens = new ArrayList<>(counts.keySet());
    tokens.removeIf(token -> token.equals(mask) || token.equals(oov));
    tokens.sort(
        Comparator.<T>comparingLong(t -> counts.get(t).tokens).thenComparing(order).reversed());
    return List.copyOf(tokens.subList(0, (int) Math.min(most, tokens.size())));
  }

  /** Returns {@code log(1 + documents / (1 + those that have the token))} for each token. */
  List<Double> idfWeights(List<T> tokens) {
    return tokens.stream()
        .map(token -> Math.log(1 + (double) seen / (1 + counts.get(token).documents)))
        .toList();
  }
}
