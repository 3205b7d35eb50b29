package dev.tapedeck.train;

import java.util.Set;

/** The names of values in logs and log files. */
final class MetricNames {
  /** The name of the compiled loss. */
  static final String LOSS = "loss";

  /** The prefix of a weighted metric of a name that another metric has. */
  static final String WEIGHTED = "weighted_";

  /** The prefix of the validation data's values. */
  static final String VALIDATION = "val_";

  private MetricNames() {}

  /** Throws if a name has the prefix of the validation data's values. */
  static void requireReportable(String who, String name) {
    if (name.startsWith(VALIDATION)) {
      throw new IllegalArgumentException(
          who
              + ": the name \""
              + name
              + "\" begins with val_, as those do that are computed from the validation data; rename"
              + " it");
    }
  }

  /** Returns a name, or the first of name_1, name_2 and so on that is free. */
  static String free(String name, Set<String> taken) {
    String free = name;
    for (int i = 1; taken.contains(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }
}
