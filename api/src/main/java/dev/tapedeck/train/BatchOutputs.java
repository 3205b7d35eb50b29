package dev.tapedeck.train;

import dev.tapedeck.ops.Errors;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The outputs of a batch, each with its labels and weights. */
record BatchOutputs(
    Map<String, Tensor> predictions, Map<String, Tensor> labels, Map<String, Tensor> weights) {

  /** Returns a batch's outputs, each with its labels and weights. */
  static BatchOutputs of(Example batch, Object predictions) {
    Map<String, Tensor> outputs = Outputs.of(predictions);
    BatchOutputs all =
        new BatchOutputs(outputs, named(outputs, batch.labels()), named(outputs, batch.weights()));
    all.requireKnown("labels", all.labels);
    all.requireKnown("weights", all.weights);
    return all;
  }

  /** Returns the only labels or weights under the name of the only output. */
  private static Map<String, Tensor> named(Map<String, Tensor> outputs, Object values) {
    Map<String, Tensor> named = Outputs.of(values);
    return named.size() == 1 && outputs.size() == 1
        ? Map.of(outputs.keySet().iterator().next(), named.values().iterator().next())
        : named;
  }

  private void requireKnown(String what, Map<String, Tensor> values) {
    for (String name : values.keySet()) {
      if (!name.equals(Objective.ALL) && !predictions.containsKey(name)) {
        throw Refusal.of(
            "model",
            "needs " + what + " for the outputs " + predictions.keySet(),
            what + " for \"" + name + "\"",
            "name them as the outputs are");
      }
    }
  }

  /**
   * Returns the weighted losses of an objective, whose sum is minimized.
   *
   * @param several is given the losses by output, without their weights, if there are several
   */
  static List<Tensor> terms(
      Objective objective,
      Example batch,
      Object predictions,
      Consumer<Map<String, Tensor>> several) {
    BatchOutputs outputs = of(batch, predictions);
    Map<String, Tensor> losses = new LinkedHashMap<>();
    List<Tensor> terms = new ArrayList<>();
    objective
        .outputs()
        .forEach(
            (named, of) -> {
              if (of.loss() != null) {
                for (String output : outputs.chosen(named)) {
                  Tensor loss = outputs.loss(output, of.loss());
                  losses.merge(output, loss, Tensor::add);
                  terms.add(of.lossWeight() == 1 ? loss : loss.mul(of.lossWeight()));
                }
              }
            });
    if (losses.size() > 1) {
      several.accept(losses);
    }
    return terms;
  }

  private Tensor loss(String output, Loss loss) {
    Tensor given = labels(output);
    try {
      Tensor value = loss.of(given, inFull(predictions.get(output)), weights(output));
      BatchCheck.requireOneNumber(value);
      return value;
    } catch (IllegalArgumentException e) {
      throw predictions.size() == 1
          ? e
          : Errors.withMessage(e, "output \"" + output + "\": " + e.getMessage());
    }
  }

  /** Returns predictions as float32 where they have half of its precision. */
  private static Tensor inFull(Tensor predictions) {
    if (!predictions.dtype().isFloating() || predictions.dtype().bytes() > 2) {
      return predictions;
    }
    Tensor full = Casting.cast(predictions, DType.FLOAT32);
    return predictions.mask() == null ? full : full.withMask(predictions.mask());
  }

  /** Returns the outputs that a name of an objective stands for. */
  Iterable<String> chosen(String name) {
    if (name.equals(Objective.ALL)) {
      return predictions.keySet();
    }
    if (!predictions.containsKey(name)) {
      throw Refusal.of(
          "compile",
          "has losses and metrics for the model's outputs " + predictions.keySet(),
          "\"" + name + "\"",
          "name an output: a component of the record, a key of the map, or a position in the list");
    }
    return List.of(name);
  }

  /** Returns the output that a metric is of. */
  String only(String name, Metric metric) {
    if (name.equals(Objective.ALL) && predictions.size() > 1) {
      throw Refusal.of(
          "compile",
          "metric \"" + metric.name() + "\" needs one of the outputs " + predictions.keySet(),
          "none",
          "name it, as Objective.metrics(\"" + predictions.keySet().iterator().next() + "\", ..)");
    }
    return chosen(name).iterator().next();
  }

  /** Returns the predictions of an output. */
  Tensor prediction(String output) {
    return predictions.get(output);
  }

  /** Returns the labels of an output. */
  Tensor labels(String output) {
    Tensor found = labels.get(output);
    if (found == null) {
      throw Refusal.of(
          "model",
          "needs labels for output \"" + output + "\"",
          labels.isEmpty() ? "none" : "labels for " + labels.keySet(),
          "give the dataset labels for each output that has a loss or metrics");
    }
    return found;
  }

  /** Returns the weights of an output's examples; null for none. */
  Tensor weights(String output) {
    return weights.getOrDefault(output, weights.get(Objective.ALL));
  }
}
