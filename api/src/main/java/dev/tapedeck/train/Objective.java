package dev.tapedeck.train;

import dev.tapedeck.tensor.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a model minimizes and reports: a loss and metrics of its output, or of each of several;
 * immutable, each method returns a changed copy.
 *
 * <pre>{@code
 * model.compile(
 *     new Adam(1e-3),
 *     Objective.of("click", Losses.binaryCrossentropy())
 *         .and("stars", Losses.meanSquaredError(), 0.2)
 *         .metrics("click", new BinaryAccuracy()));
 * }</pre>
 *
 * <p>Outputs are named by the components of a record, the keys of a map, and the positions {@code
 * 0, 1} of a list, those of a structure within it by path, {@code boxes/score}. Losses and metrics
 * of several outputs are reported as {@code click_loss} and {@code click_binary_accuracy}, beside
 * the weighted sum {@code loss}.
 *
 * @param outputs losses and metrics by output; those under {@link #ALL} are of every output
 */
public record Objective(Map<String, OfOutput> outputs) {
  /** The name that stands for every output. */
  public static final String ALL = "";

  /**
   * Loss and metrics of an output.
   *
   * @param loss the loss; null for none
   * @param lossWeight factor of the loss in the sum of all losses
   * @param metrics metrics that take no sample weights
   * @param weightedMetrics metrics that do
   */
  public record OfOutput(
      Loss loss, double lossWeight, List<Metric> metrics, List<Metric> weightedMetrics) {
    private static final OfOutput NOTHING = new OfOutput(null, 1, List.of(), List.of());

    /** Copies the lists. */
    public OfOutput {
      if (!Double.isFinite(lossWeight)) {
        throw Refusal.of("compile", "loss weights are finite", lossWeight, "give another factor");
      }
      metrics = requireEach(metrics);
      weightedMetrics = requireEach(weightedMetrics);
    }

    private static List<Metric> requireEach(List<Metric> metrics) {
      for (Metric metric : metrics) {
        Objects.requireNonNull(metric, "compile: a metric is null; leave it out");
      }
      return List.copyOf(metrics);
    }
  }

  /** Copies the map. */
  public Objective {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /** Returns an objective with one loss, of every output. */
  public static Objective of(Loss loss) {
    return of(ALL, loss);
  }

  /** Returns an objective with the loss of one output. */
  public static Objective of(String output, Loss loss) {
    return new Objective(Map.of()).and(output, loss);
  }

  /** Returns an objective with the loss of one output, and its factor in the sum. */
  public static Objective of(String output, Loss loss, double lossWeight) {
    return new Objective(Map.of()).and(output, loss, lossWeight);
  }

  /** Returns an objective with the loss of one more output. */
  public Objective and(String output, Loss loss) {
    return and(output, loss, 1);
  }

  /** Returns an objective with the loss of one more output, and its factor in the sum. */
  public Objective and(String output, Loss loss, double lossWeight) {
    Objects.requireNonNull(
        loss,
        "compile: the loss is null; give one of Losses, or a function (labels, predictions) -> loss");
    OfOutput before = outputs.getOrDefault(output, OfOutput.NOTHING);
    if (before.loss != null) {
      throw Refusal.of(
          "compile",
          "each output has one loss",
          "two for \"" + output + "\"",
          "add them up in a loss of your own");
    }
    return with(output, new OfOutput(loss, lossWeight, before.metrics, before.weightedMetrics));
  }

  /** Returns an objective with metrics of the output, which take no sample weights. */
  public Objective metrics(Metric... metrics) {
    return metrics(ALL, metrics);
  }

  /** Returns an objective with metrics of one of several outputs, which take no sample weights. */
  public Objective metrics(String output, Metric... metrics) {
    OfOutput before = outputs.getOrDefault(output, OfOutput.NOTHING);
    return with(
        output,
        new OfOutput(
            before.loss,
            before.lossWeight,
            joined(before.metrics, metrics),
            before.weightedMetrics));
  }

  /**
   * Returns an objective with metrics of the output, which take sample weights; one of a name that
   * another metric has is reported as {@code weighted_accuracy}.
   */
  public Objective weightedMetrics(Metric... metrics) {
    return weightedMetrics(ALL, metrics);
  }

  /** Returns an objective with metrics of one of several outputs, which take sample weights. */
  public Objective weightedMetrics(String output, Metric... metrics) {
    OfOutput before = outputs.getOrDefault(output, OfOutput.NOTHING);
    return with(
        output,
        new OfOutput(
            before.loss,
            before.lossWeight,
            before.metrics,
            joined(before.weightedMetrics, metrics)));
  }

  /**
   * Returns the loss of an objective that has one.
   *
   * @throws IllegalStateException if it has several or none
   */
  Loss loss() {
    List<Loss> losses =
        outputs.values().stream().map(OfOutput::loss).filter(Objects::nonNull).toList();
    if (losses.size() != 1) {
      throw new IllegalStateException(
          "loss: the model is compiled with " + losses.size() + " losses; call computeLoss");
    }
    return losses.getFirst();
  }

  /** Returns the objective with copies of its metrics. */
  Objective copy() {
    Map<String, OfOutput> copies = new LinkedHashMap<>();
    outputs.forEach(
        (output, of) ->
            copies.put(
                output,
                new OfOutput(
                    of.loss, of.lossWeight, copies(of.metrics), copies(of.weightedMetrics))));
    return new Objective(copies);
  }

  private static List<Metric> copies(List<Metric> metrics) {
    return metrics.stream().map(metric -> (Metric) metric.copy()).toList();
  }

  private Objective with(String output, OfOutput changed) {
    Map<String, OfOutput> all = new LinkedHashMap<>(outputs);
    all.put(output, changed);
    return new Objective(all);
  }

  private static List<Metric> joined(List<Metric> before, Metric... metrics) {
    Objects.requireNonNull(
        metrics, "compile: the metrics are null; leave them out if there are none");
    List<Metric> all = new ArrayList<>(before);
    for (Metric metric : metrics) {
      all.add(Objects.requireNonNull(metric, "compile: a metric is null; leave it out"));
    }
    return all;
  }
}
