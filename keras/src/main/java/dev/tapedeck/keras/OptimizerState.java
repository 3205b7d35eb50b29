package dev.tapedeck.keras;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.optim.Adafactor;
import dev.tapedeck.optim.LossScaleOptimizer;
import dev.tapedeck.optim.RMSprop;
import dev.tapedeck.tensor.Tensor;
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
 * follows a schedule, and the slots, those of {@link #GROUPS} that are of one group weight by
 * weight. A weight takes no number of a slot that it lacks, such as a matrix's velocity in Muon.
 */
final class OptimizerState {
  /** Slots in Keras's order; those of one group are listed weight by weight. */
  private static final List<List<String>> GROUPS =
      List.of(
          List.of("average"),
          List.of("gradient_accumulator"),
          List.of(
              "r",
              "c",
              "momentum",
              "velocity",
              "norm",
              "accumulator",
              "linear",
              "accumulated_grad",
              "accumulated_delta_var"),
          List.of("velocity_hat"));

  private static final List<List<String>> GROUPS_OF_RMSPROP =
      List.of(
          List.of("average"),
          List.of("gradient_accumulator"),
          List.of("velocity"),
          List.of("momentum"),
          List.of("average_gradient"));

  /** Beginning of the paths of the variables of a wrapped optimizer. */
  static final String INNER = "optimizer/inner_optimizer/";

  private OptimizerState() {}

  /**
   * Returns the variables that a file has: those of an optimizer before its first step, without
   * slots, or all, which are created.
   *
   * @param stored paths of the file
   */
  static Map<String, Variable> of(
      Optimizer optimizer, AbstractLayer<?, ?> model, Set<String> stored) {
    List<Variable> weights = weights(model);
    for (Map<String, Variable> first : List.of(of(optimizer, weights), unscaled(optimizer))) {
      if (first.keySet().equals(stored)) {
        return first;
      }
    }
    optimizer.build(model.trainableVariables()); // a list that knows their paths
    return of(optimizer, weights);
  }

  /**
   * Returns the variables of an optimizer whose scale of the loss is not yet there, as in Keras.
   */
  private static Map<String, Variable> unscaled(Optimizer optimizer) {
    Map<String, Variable> paths = new LinkedHashMap<>();
    if (optimizer instanceof LossScaleOptimizer scaled) {
      List<Variable> ofInner = variables(inner(scaled), List.of(), true);
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
   * Returns the variables by path, {@code optimizer/vars/0}.
   *
   * @param weights the trainable variables, in Keras's order
   */
  static Map<String, Variable> of(Optimizer optimizer, List<Variable> weights) {
    Map<String, Variable> paths = new LinkedHashMap<>();
    if (optimizer instanceof LossScaleOptimizer scaled) {
      List<Variable> ofInner = variables(inner(scaled), weights, true);
      List<Variable> all = unused();
      all.addAll(others(scaled, ofInner));
      all.addAll(ofInner);
      put("optimizer/vars/", all, paths);
      put(INNER + "vars/", ofInner, paths);
    } else {
      put("optimizer/vars/", variables(optimizer, weights, false), paths);
    }
    return paths;
  }

  private static void put(String path, List<Variable> variables, Map<String, Variable> paths) {
    for (int i = 0; i < variables.size(); i++) {
      paths.put(path + i, variables.get(i));
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

  /**
   * Returns the variables of an optimizer.
   *
   * @param isInner whether it is in a {@link LossScaleOptimizer}, of which Keras only has what it
   *     creates as slots: Nadam's product is 1 again in a loaded model, there and here
   */
  private static List<Variable> variables(
      Optimizer optimizer, List<Variable> weights, boolean isInner) {
    List<Variable> all = new ArrayList<>(List.of(optimizer.iterations()));
    if (optimizer.schedule() instanceof LearningRateSchedule.Constant) {
      all.add(optimizer.learningRate());
    }
    List<Map<String, Variable>> slots =
        weights.stream().map(weight -> slots(optimizer, weight, isInner)).toList();
    for (List<String> group : groups(optimizer, slots)) {
      for (Map<String, Variable> ofWeight : slots) {
        group.stream().filter(ofWeight::containsKey).map(ofWeight::get).forEach(all::add);
      }
    }
    if (!isInner) {
      all.addAll(others(optimizer, all));
    }
    return all;
  }

  /** Returns Keras's slots in their order, then those of an optimizer of one's own in its order. */
  private static List<List<String>> groups(Optimizer optimizer, List<Map<String, Variable>> slots) {
    List<List<String>> groups =
        new ArrayList<>(optimizer instanceof RMSprop ? GROUPS_OF_RMSPROP : GROUPS);
    Set<String> others = new LinkedHashSet<>();
    slots.forEach(ofWeight -> others.addAll(ofWeight.keySet()));
    groups.forEach(others::removeAll);
    groups.add(List.copyOf(others));
    return groups;
  }

  private static Map<String, Variable> slots(
      Optimizer optimizer, Variable weight, boolean isInner) {
    Map<String, Variable> slots = optimizer.slots().getOrDefault(weight, Map.of());
    return optimizer instanceof Adafactor ? ofAdafactor(slots, isInner) : slots;
  }

  /**
   * Returns the slots of a weight in Adafactor, and those that only Keras has and never reads: a
   * matrix's mean of squares, and for other weights a number each in place of rows and columns.
   */
  private static Map<String, Variable> ofAdafactor(Map<String, Variable> slots, boolean isInner) {
    Map<String, Variable> all = new LinkedHashMap<>(slots);
    if (slots.containsKey("r")) {
      Tensor r = slots.get("r").reading();
      Tensor rows = Maths.divNoNan(r, Reductions.mean(r, true, -1)); // zeros before the first step
      Tensor c = slots.get("c").reading();
      Tensor mean = Shaping.expandDims(rows, -1).mul(Shaping.expandDims(c, -2));
      all.put("velocity", Variable.untrainable(mean, "velocity"));
    } else if (!isInner && !slots.isEmpty()) {
      all.put("r", Variable.untrainable(0f, "r"));
      all.put("c", Variable.untrainable(0f, "c"));
    }
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
