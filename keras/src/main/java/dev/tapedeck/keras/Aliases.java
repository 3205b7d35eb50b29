package dev.tapedeck.keras;

import dev.tapedeck.layers.LeakyReLU;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Other names of Keras for its classes, functions and arguments. */
final class Aliases {
  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("mse", "MeanSquaredError"),
          Map.entry("mae", "MeanAbsoluteError"),
          Map.entry("mape", "MeanAbsolutePercentageError"),
          Map.entry("msle", "MeanSquaredLogarithmicError"),
          Map.entry("bce", "BinaryCrossentropy"),
          Map.entry("kld", "KLDivergence"),
          Map.entry("kl_divergence", "KLDivergence"),
          Map.entry("kullback_leibler_divergence", "KLDivergence"),
          Map.entry("log_cosh", "LogCosh"),
          Map.entry("logcosh", "LogCosh"),
          Map.entry("cosine_proximity", "CosineSimilarity"),
          Map.entry("ctc", "CTC"),
          Map.entry("sgd", "SGD"),
          Map.entry("rmsprop", "RMSprop"),
          Map.entry("adamw", "AdamW"),
          Map.entry("schedulefreeadamw", "ScheduleFreeAdamW"),
          Map.entry("auc", "AUC"));

  private static final Map<String, String> ACTIVATIONS =
      Map.of("swish", "silu", "hard_silu", "hardSwish");

  private Aliases() {}

  /** Returns the class of a name such as {@code mean_squared_error}; empty if there is none. */
  static Optional<Class<?>> find(Kind kind, String name) {
    String first = name.isEmpty() ? name : name.substring(0, 1).toUpperCase(Locale.ROOT);
    String camel = first + Names.camelCase(name).substring(Math.min(1, name.length()));
    String alias = CLASSES.getOrDefault(name.toLowerCase(Locale.ROOT), camel); // MSE as mse
    return kind.find(alias).or(() -> kind.find(name));
  }

  /** Returns the name of an activation in Java. */
  static String activation(String name) {
    return ACTIVATIONS.getOrDefault(name, Names.camelCase(name));
  }

  /** Returns an argument's name in Java, also of one that Keras 2 named otherwise. */
  static String argument(Class<?> type, String name) {
    return type == LeakyReLU.class && name.equals("alpha")
        ? "negativeSlope"
        : Names.camelCase(name);
  }
}
