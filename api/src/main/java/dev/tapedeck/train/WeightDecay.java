package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The variables that an optimizer's weight decay leaves out. */
final class WeightDecay {
  private final List<Pattern> patterns = new ArrayList<>();
  private final List<Variable> variables = new ArrayList<>();

  /** Leaves out variables whose paths have a match of one of these regular expressions. */
  void exclude(String... expressions) {
    for (String expression : expressions) {
      try {
        patterns.add(Pattern.compile(expression));
      } catch (PatternSyntaxException e) {
        throw Refusal.of(
            "excludeFromWeightDecay",
            "needs regular expressions",
            '"' + expression + '"',
            e.getDescription() + "; give a part of a path, as \"bias\"");
      }
    }
  }

  void exclude(List<Variable> excluded) {
    variables.addAll(excluded);
  }

  void exclude(WeightDecay other) {
    patterns.addAll(other.patterns);
    variables.addAll(other.variables);
  }

  boolean isExcluded(Variable variable, String path) {
    return variables.stream().anyMatch(excluded -> excluded == variable)
        || patterns.stream().anyMatch(pattern -> pattern.matcher(path).find());
  }
}
