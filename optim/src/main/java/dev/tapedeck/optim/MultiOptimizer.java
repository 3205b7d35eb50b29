package dev.tapedeck.optim;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An optimizer that has others update variables, chosen by the variables' paths in the model.
 *
 * <pre>{@code
 * new MultiOptimizer(new AdamW(1e-3), Map.of("backbone/.*", new SGD(1e-4)));
 * }</pre>
 *
 * <p>Each has its own learning rate, options and count of steps; {@link #learningRate} is that of
 * the default one. A scale of the loss is set here, and not in the others.
 */
public final class MultiOptimizer extends Optimizer {
  /**
   * The arguments of a {@link MultiOptimizer}.
   *
   * @param defaultOptimizer optimizer of variables whose path has no other
   * @param optimizerMap optimizers by regular expressions that match a whole path
   */
  public record Arguments(Optimizer defaultOptimizer, Map<String, Optimizer> optimizerMap) {
    /** Checks the arguments. */
    public Arguments {
      optimizerMap = Collections.unmodifiableMap(new LinkedHashMap<>(optimizerMap));
      requireSingle(defaultOptimizer);
      optimizerMap.values().forEach(Arguments::requireSingle);
      optimizerMap.keySet().forEach(Arguments::requireExpression);
    }

    private static void requireExpression(String path) {
      try {
        Pattern _ = Pattern.compile(path);
      } catch (PatternSyntaxException e) {
        throw Refusal.of(
            "MultiOptimizer",
            "takes optimizers by regular expressions",
            "\"" + path + "\": " + e.getDescription(),
            "write a backslash before a character that is meant itself");
      }
    }

    private static void requireSingle(Optimizer optimizer) {
      if (optimizer == null
          || optimizer instanceof MultiOptimizer
          || optimizer instanceof LossScaleOptimizer
          || optimizer.options().lossScaleFactor() != null) {
        throw Refusal.of(
            "MultiOptimizer",
            "takes optimizers that take steps themselves and do not scale the loss",
            optimizer,
            "put the scale around the MultiOptimizer, and name all others in its map");
      }
    }
  }

  private final Optimizer defaultOptimizer;
  private final Map<String, Optimizer> optimizerMap;

  /** Makes an optimizer. */
  public MultiOptimizer(Optimizer defaultOptimizer, Map<String, Optimizer> optimizerMap) {
    this(new Arguments(defaultOptimizer, optimizerMap));
  }

  private MultiOptimizer(Arguments arguments) {
    super(arguments.defaultOptimizer, Variable.untrainable(0L, "iterations"), arguments);
    defaultOptimizer = arguments.defaultOptimizer;
    optimizerMap = arguments.optimizerMap;
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /**
   * Returns the optimizer of a variable by its path.
   *
   * @throws IllegalArgumentException if several match
   */
  private Optimizer of(Variable variable) {
    String path = path(variable);
    List<String> matches = optimizerMap.keySet().stream().filter(path::matches).toList();
    if (matches.size() > 1) {
      throw Refusal.of(
          "MultiOptimizer",
          "one expression matches the path of a variable",
          matches + " for \"" + path + "\"",
          "make them exclude each other");
    }
    return matches.isEmpty() ? defaultOptimizer : optimizerMap.get(matches.getFirst());
  }

  @Override
  protected boolean takes(String option) {
    return option.equals("lossScaleFactor");
  }

  @Override
  protected void step(List<Tensor> gradients, List<Variable> variables) {
    build(variables);
    Double scale = options().lossScaleFactor();
    Map<Optimizer, List<Integer>> parts = new LinkedHashMap<>();
    for (int i = 0; i < variables.size(); i++) {
      parts.computeIfAbsent(of(variables.get(i)), _ -> new ArrayList<>()).add(i);
    }
    parts.forEach(
        (optimizer, indices) ->
            optimizer.applyGradients(
                indices.stream()
                    .map(gradients::get)
                    .map(gradient -> scale == null ? gradient : gradient.div(scale))
                    .toList(),
                withPaths(indices.stream().map(variables::get).toList())));
    iterations().assignAdd(1L);
  }

  @Override
  public void finalizeVariableValues(List<Variable> variables) {
    build(variables);
    parts(variables).forEach(Optimizer::finalizeVariableValues);
  }

  /** Returns the variables of each optimizer. */
  private Map<Optimizer, List<Variable>> parts(List<Variable> variables) {
    Map<Optimizer, List<Variable>> parts = new LinkedHashMap<>();
    variables.forEach(
        variable -> parts.computeIfAbsent(of(variable), _ -> new ArrayList<>()).add(variable));
    parts.replaceAll((_, own) -> withPaths(own));
    return parts;
  }

  @Override
  public void build(List<Variable> variables) {
    super.build(variables);
    parts(variables).forEach(Optimizer::build);
  }

  @Override
  public void swapAverages(List<Variable> variables, boolean averages) {
    build(variables);
    Map<Optimizer, List<Variable>> averaging = parts(variables);
    averaging.keySet().removeIf(optimizer -> !optimizer.options().useEma());
    if (averaging.isEmpty()) {
      super.swapAverages(variables, averages); // refuses it
    }
    averaging.forEach((optimizer, own) -> optimizer.swapAverages(own, averages));
  }

  @Override
  protected void update(Variable variable, Tensor gradient) {
    throw new UnsupportedOperationException("the other optimizers update variables");
  }
}
