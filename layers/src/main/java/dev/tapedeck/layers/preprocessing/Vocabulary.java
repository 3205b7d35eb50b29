package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.tensor.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tokens of a layer, whose ids follow those of the special tokens: first the mask, where ids
 * are the output, then those for what is not in the vocabulary.
 *
 * @param <T> String or Long
 * @param who layer, for messages
 * @param args arguments of the layer
 * @param tokens tokens without the special ones
 * @param special whether the argument began with the special ones
 */
record Vocabulary<T>(String who, Arguments<T> args, List<T> tokens, boolean special) {
  /** The arguments that layers with a vocabulary have, or the values that theirs always have. */
  interface Arguments<T> {
    Integer maxTokens();

    int numOovIndices();

    T maskToken();

    T oovToken();

    List<T> vocabulary();

    List<Double> idfWeights();

    boolean invert();

    OutputMode outputMode();

    boolean padToMaxTokens();
  }

  /** Checks arguments of which each is right or wrong by itself. */
  static void check(String who, Integer maxTokens, int numOovIndices, OutputMode outputMode) {
    Checks.atLeast(who, "numOovIndices", 0, numOovIndices, "give 1, or 0 to refuse such tokens");
    OutputMode.check(who, outputMode, OutputMode.values());
    if (maxTokens != null) {
      Checks.atLeast(who, "maxTokens", 2, maxTokens, "give null for no limit");
    }
  }

  /**
   * Returns the vocabulary of arguments, which is not null.
   *
   * @throws IllegalArgumentException if they contradict each other
   */
  static <T> Vocabulary<T> of(String who, Arguments<T> args) {
    List<T> given = args.vocabulary();
    List<T> first = specialTokens(args);
    boolean special = given.size() >= first.size() && given.subList(0, first.size()).equals(first);
    List<T> tokens = special ? given.subList(first.size(), given.size()) : given;
    Vocabulary<T> vocabulary = new Vocabulary<>(who, args, tokens, special);
    checkOptions(who, args);
    vocabulary.checkTokens(first);
    vocabulary.checkWeights();
    return vocabulary;
  }

  private static <T> List<T> specialTokens(Arguments<T> args) {
    List<T> first = new ArrayList<>();
    if (hasMaskId(args)) {
      first.add(args.maskToken());
    }
    first.addAll(Collections.nCopies(args.numOovIndices(), args.oovToken()));
    return first;
  }

  private static boolean hasMaskId(Arguments<?> args) {
    return args.maskToken() != null && args.outputMode() == OutputMode.INT;
  }

  /** Returns the number of special tokens, which is the id of the first other one. */
  static int start(Arguments<?> args) {
    return (hasMaskId(args) ? 1 : 0) + args.numOovIndices();
  }

  /** Checks what layers can be asked for, whatever the vocabulary is. */
  static void checkOptions(String who, Arguments<?> args) {
    if (args.padToMaxTokens() && args.maxTokens() == null) {
      throw Refusal.of(who, "needs maxTokens to pad to", "none", "set maxTokens");
    }
    if (args.invert() && args.outputMode() != OutputMode.INT) {
      throw Refusal.of(
          who, "inverts in the output mode INT", args.outputMode(), "leave one of the two out");
    }
    if (args.invert() && args.oovToken() == null) {
      throw Refusal.of(who, "needs an oovToken to invert", "null", "set one");
    }
    if (args.idfWeights() != null && args.outputMode() != OutputMode.TF_IDF) {
      throw Refusal.of(
          who,
          "has idfWeights in the output mode TF_IDF",
          args.outputMode(),
          "leave the weights out, or set that mode");
    }
    if (args.maxTokens() != null && args.maxTokens() <= start(args)) {
      throw Refusal.of(
          who,
          "needs maxTokens above the number of special tokens, " + start(args),
          args.maxTokens(),
          "raise it");
    }
  }

  private void checkTokens(List<T> first) {
    if (tokens.isEmpty()) {
      throw Refusal.of(who, "needs a token in the vocabulary", "none", "give one, or adapt");
    }
    Set<T> seen = new HashSet<>();
    for (T token : tokens) {
      if (!seen.add(token)) {
        throw Refusal.of(who, "needs distinct tokens", token + " twice", "leave one out");
      }
    }
    if (seen.contains(args.maskToken()) || (args.invert() && seen.contains(args.oovToken()))) {
      throw Refusal.of(
          who,
          "needs special tokens at the start, " + first + ", or nowhere in the vocabulary",
          "one elsewhere",
          "leave them out: they are added");
    }
    if (args.maxTokens() != null && size() > args.maxTokens()) {
      throw Refusal.of(
          who,
          "has at most " + args.maxTokens() + " tokens, with special ones",
          size(),
          "raise maxTokens");
    }
  }

  private void checkWeights() {
    if (args.outputMode() != OutputMode.TF_IDF) {
      return;
    }
    int given = args.vocabulary().size();
    if (args.idfWeights() == null || args.idfWeights().size() != given) {
      throw Refusal.of(
          who,
          "needs idfWeights for the vocabulary, " + given + " numbers",
          args.idfWeights() == null ? "none" : args.idfWeights().size(),
          "give one for each token, or adapt");
    }
  }

  /** Returns the number of tokens, with special ones. */
  int size() {
    return start(args) + tokens.size();
  }

  /** Returns the size of vectors of tokens. */
  int depth() {
    return args.padToMaxTokens() ? args.maxTokens() : size();
  }

  /** Returns all tokens in the order of their ids. */
  List<T> all() {
    List<T> all = specialTokens(args);
    all.addAll(tokens);
    return Collections.unmodifiableList(all); // an oovToken may be null
  }

  /**
   * Returns the weight for each place of the vectors: their mean for special tokens, unless given.
   */
  float[] weights() {
    float[] weights = new float[depth()];
    List<Double> given = args.idfWeights();
    int from = special ? 0 : start(args);
    double mean = given.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    for (int i = 0; i < from; i++) {
      weights[i] = (float) mean;
    }
    for (int i = 0; i < given.size(); i++) {
      weights[from + i] = given.get(i).floatValue();
    }
    return weights;
  }

  /** Returns the id of what is masked. */
  long maskId() {
    return hasMaskId(args) ? 0 : Encode.GAP;
  }

  /** Returns the first id for what is not in the vocabulary. */
  int oovStart() {
    return hasMaskId(args) ? 1 : 0;
  }

  /** Returns the error of a token that is not in the vocabulary, where no id stands for it. */
  IllegalArgumentException unknown(Object token) {
    return Refusal.of(
        who,
        "needs tokens of the vocabulary if numOovIndices is 0",
        token,
        "set numOovIndices to 1, or add the token");
  }

  /** Returns the token of an id. */
  T token(long id) {
    int start = start(args);
    if (id == 0 && args.maskToken() != null) {
      return args.maskToken();
    }
    return id >= start && id < size() ? tokens.get((int) id - start) : args.oovToken();
  }
}
