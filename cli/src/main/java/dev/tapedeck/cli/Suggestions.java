package dev.tapedeck.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Messages for wrong calls, with suggestions ("did you mean"). */
final class Suggestions {
  private Suggestions() {}

  /** Returns the message for a wrong call, with choices spelled as in the help. */
  static String explain(ParameterException e) {
    return e.getArgSpec() instanceof OptionSpec option && option.type().isEnum()
        ? String.format(
            Locale.ROOT,
            "Invalid value for option '%s': expected %s, received '%s'",
            option.longestName(),
            String.join("|", option.completionCandidates()),
            e.getValue())
        : e.getMessage();
  }

  /** Returns the command or option nearest to an unknown one. */
  static Optional<String> of(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String first = unmatched.getUnmatched().getFirst();
      CommandSpec spec = e.getCommandLine().getCommandSpec();
      return nearest(first.split("=", 2)[0], names(spec, first.startsWith("-")));
    }
    return Optional.empty();
  }

  private static Collection<String> names(CommandSpec spec, boolean options) {
    return options
        ? spec.optionsMap().values().stream()
            .filter(option -> !option.hidden())
            .map(OptionSpec::longestName)
            .toList()
        : spec.subcommands().keySet();
  }

  /** Returns the nearest name, if at most a third of its characters differ. */
  static Optional<String> nearest(String given, Collection<String> names) {
    return names.stream()
        .filter(name -> changes(given, name) <= Math.max(1, name.length() / 3))
        .min(Comparator.comparingInt(name -> changes(given, name)));
  }

  /**
   * Returns the edit distance of texts: characters inserted, removed, replaced, or exchanged with
   * the next one.
   */
  static int changes(String from, String to) {
    int[][] least = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          least[i][j] = i + j;
          continue;
        }
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        least[i][j] =
            Math.min(
                least[i - 1][j - 1] + (same ? 0 : 1),
                Math.min(least[i - 1][j], least[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
        }
      }
    }
    return least[from.length()][to.length()];
  }
}
