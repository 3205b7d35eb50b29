package dev.tapedeck.keras;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.optim.LossScaleOptimizer;
import dev.tapedeck.optim.RMSprop;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Optimizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The variables of an optimizer in Keras's order: the counter of steps, the learning rate unless it
 * follows a schedule, the averages and accumulated gradients of all weights, and the slots weight
 * by weight, those of one kind together where Keras creates them so.
 */
final class OptimizerState {
  /** Slots that come before or after the others, each for all weights. */
  private static final List<String> BEFORE = List.of("average", "gradient_accumulator");

  private static final String AFTER = "velocity_hat";

  /** Beginning of the paths of the variables of a wrapped optimizer. */
  static final String INNER = "optimizer/inner_optimizer/";

  private OptimizerState() {}

  /**
   * Returns the variables that a file has: those of an optimizer before its first step, without
   * slots, or all, which are created.
   *
   * @param stored paths of the file
   */
  static Map<String, Variable> of(Optimizer optimizer, List<Variable> weights, Set<String> stored) {
    for (Map<String, Variable> first : List.of(of(optimizer, weights), unscaled(optimizer))) {
      if (first.keySet().equals(stored)) {
        return first;
      }
    }
    optimizer.build(weights);
    return of(optimizer, weights);
  }

  /**
   * Returns the variables of an optimizer whose scale of the loss is not yet there, as in Keras.
   */
  private static Map<String, Variable> unscaled(Optimizer optimizer) {
    Map<String, Variable> paths = new LinkedHashMap<>();
    if (optimizer instanceof LossScaleOptimizer scaled) {
      List<Variable> ofInner = variables(inner(scaled), List.of());
      List<Variable> all = unused();
      all.addAll(ofInner);
      put("optimizer/vars/", all, paths);
      put(INNER + "vars/", ofInner, paths);
    }
    return paths;
  }

  private static Optimizer inner(LossScaleOptimizer scaled) {
    return ((LossScaleOptimizer.Arguments) scaled.arguments()).innerOptimizer();
  }

  /** Returns what an optimizer that scales the loss has in Keras and does not use. */
  private static List<Variable> unused() {
    return new ArrayList<>(
        List.of(Variable.untrainable(0L, "iteration"), Variable.untrainable(0f, "learning_rate")));
  }

  /**
   * Returns the variables by path, {@code optimizer/vars/0}; one that Keras has and Tapedeck does
   * not is left out.
   *
   * @param weights the trainable variables, in Keras's order
   */
  static Map<String, Variable> of(Optimizer optimizer, List<Variable> weights) {
    Map<String, Variable> paths = new LinkedHashMap<>();
    if (optimizer instanceof LossScaleOptimizer scaled) {
      List<Variable> ofInner = variables(inner(scaled), weights);
      List<Variable> all = unused();
      all.addAll(others(scaled, ofInner));
      all.addAll(ofInner);
      put("optimizer/vars/", all, paths);
      put(INNER + "vars/", ofInner, paths);
    } else {
      put("optimizer/vars/", variables(optimizer, weights), paths);
    }
    return paths;
  }

  private static void put(String path, List<Variable> variables, Map<String, Variable> paths) {
    for (int i = 0; i < variables.size(); i++) {
      if (variables.get(i) != null) {
        paths.put(path + i, variables.get(i));
      }
    }
  }

  /** Returns the variables of an optimizer itself that are not among others. */
  private static List<Variable> others(Optimizer optimizer, List<Variable> known) {
    List<Variable> own = new ArrayList<>();
    optimizer
        .parts()
        .forEach(
            (name, part) -> {
              if (part instanceof Variable variable
                  && !known.contains(variable)
                  && variable != optimizer.learningRate()) {
                own.add(variable);
              }
            });
    return own;
  }

  private static List<Variable> variables(Optimizer optimizer, List<Variable> weights) {
    List<Variable> all = new ArrayList<>(List.of(optimizer.iterations()));
    if (optimizer.schedule() instanceof LearningRateSchedule.Constant) {
      all.add(optimizer.learningRate());
    }
    Map<Variable, Map<String, Variable>> slots = optimizer.slots();
    Set<String> kinds = new LinkedHashSet<>();
    weights.forEach(weight -> kinds.addAll(slots.getOrDefault(weight, Map.of()).keySet()));
    List<List<String>> groups = new ArrayList<>();
    BEFORE.stream().filter(kinds::remove).forEach(kind -> groups.add(List.of(kind)));
    boolean hats = kinds.remove(AFTER);
    if (optimizer instanceof RMSprop) {
      List.of("velocity", "momentum", "average_gradient").stream()
          .filter(kinds::contains)
          .forEach(kind -> groups.add(List.of(kind)));
    } else {
      groups.add(List.copyOf(kinds));
    }
    if (hats) {
      groups.add(List.of(AFTER));
    }
    for (List<String> group : groups) {
      for (Variable weight : weights) {
        for (String kind : group) {
          all.add(slots.getOrDefault(weight, Map.of()).get(kind));
        }
      }
    }
    all.addAll(others(optimizer, all));
    return all;
  }

  /** Returns the variables of a model that training changes, in Keras's order. */
  static List<Variable> weights(AbstractLayer<?, ?> model) {
    List<Variable> trained = model.trainableVariables();
    Set<Variable> ordered = new LinkedHashSet<>();
    collect(model, ordered);
    ordered.retainAll(new HashSet<>(trained));
    return List.copyOf(ordered);
  }

  private static void collect(AbstractLayer<?, ?> layer, Set<Variable> ordered) {
    if (ModelCalls.of(layer).isPresent()) {
      LayerOrder.of(layer).forEach(inner -> collect(inner, ordered));
    }
    ordered.addAll(layer.variables());
  }
}
