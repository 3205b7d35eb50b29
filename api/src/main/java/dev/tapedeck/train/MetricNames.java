package dev.tapedeck.train;

import java.util.Set;

/** The names that numbers are reported under, in logs and files of logs. */
final class MetricNames {
  /** The name of the loss that a model was compiled with. */
  static final String LOSS = "loss";

  /** What is before the names of the validation data's numbers. */
  static final String VALIDATION = "val_";

  private MetricNames() {}

  /** Throws if a name is one that the validation data's numbers may have. */
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
