package dev.tapedeck.callbacks;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Aggregator;
import dev.tapedeck.train.Trainable;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * An entry of the logs that is watched for improvement.
 *
 * @param name name in the logs, {@code val_loss}
 * @param mode which values are better
 * @param minDelta difference that is too small to be an improvement; 0 or more
 */
public record Monitor(String name, Mode mode, double minDelta) {
  private static final String VALIDATION = "val_";
  private static final Pattern SMALLER =
      Pattern.compile("(Error|Crossentropy|Hinge|Divergence|Poisson)$");
  private static final Pattern LARGER =
      Pattern.compile(
          "(Accuracy|Precision|Recall|Specificity|Sensitivity|AUC|IoU|Score|Similarity|Correlation)$");

  /** Which values are better. */
  public enum Mode {
    /** Smaller ones of losses and errors, larger ones of accuracies and scores, by the metric. */
    AUTO,
    /** Smaller ones, as of a loss. */
    MIN,
    /** Larger ones, as of an accuracy. */
    MAX
  }

  /** Checks the arguments. */
  public Monitor {
    Objects.requireNonNull(name, "Monitor: the name is null; give one of the logs, as val_loss");
    Objects.requireNonNull(mode, "Monitor: the mode is null; the default is AUTO");
    if (!(minDelta >= 0)) {
      throw Refusal.of("Monitor", "minDelta is 0 or more", minDelta, "give a difference, or 0");
    }
  }

  /** Watches an entry, in the mode of its metric. */
  public Monitor(String name) {
    this(name, Mode.AUTO, 0);
  }

  /** Returns this monitor with another mode. */
  public Monitor mode(Mode chosen) {
    return new Monitor(name, chosen, minDelta);
  }

  /** Returns this monitor with another least difference. */
  public Monitor minDelta(double difference) {
    return new Monitor(name, mode, difference);
  }

  /**
   * Returns the value in the logs of an epoch; nothing after an epoch that was not validated, if it
   * is one of the validation.
   *
   * @param who the callback, for the message
   * @throws IllegalArgumentException if the logs have no such entry
   */
  public OptionalDouble value(String who, Trainable<?, ?> model, Map<String, Double> logs) {
    Double value = logs.get(name);
    if (value != null) {
      return OptionalDouble.of(value);
    }
    boolean ofValidation = name.startsWith(VALIDATION);
    boolean validates = model.progress().hasValidation();
    if (ofValidation
        && validates
        && logs.keySet().stream().noneMatch(entry -> entry.startsWith(VALIDATION))) {
      return OptionalDouble.empty();
    }
    throw Refusal.of(
        who,
        "needs \"" + name + "\" in the logs of the epoch",
        logs.keySet(),
        ofValidation && !validates
            ? "give fit validation data, or monitor another entry"
            : "monitor one of them");
  }

  /**
   * Returns whether a value is better than another one; NaN never is, and any is better than NaN.
   *
   * @param who the callback, for the message
   * @throws IllegalArgumentException if the mode cannot be told from the name
   */
  public boolean isBetter(String who, Trainable<?, ?> model, double value, double than) {
    if (Double.isNaN(than)) {
      return !Double.isNaN(value);
    }
    return resolved(who, model) == Mode.MIN ? value + minDelta < than : value - minDelta > than;
  }

  private Mode resolved(String who, Trainable<?, ?> model) {
    if (mode != Mode.AUTO) {
      return mode;
    }
    String entry = name.startsWith(VALIDATION) ? name.substring(VALIDATION.length()) : name;
    if (entry.equals("loss") || entry.endsWith("_loss")) {
      return Mode.MIN;
    }
    for (Aggregator metric : model.metrics()) {
      if (entry.equals(metric.name()) || entry.endsWith("_" + metric.name())) {
        String type = metric.getClass().getSimpleName();
        if (SMALLER.matcher(type).find()) {
          return Mode.MIN;
        } else if (LARGER.matcher(type).find()) {
          return Mode.MAX;
        }
      }
    }
    throw Refusal.of(
        who,
        "cannot tell whether larger or smaller values are better",
        "\"" + name + "\"",
        "give mode(Mode.MAX) or mode(Mode.MIN)");
  }
}
