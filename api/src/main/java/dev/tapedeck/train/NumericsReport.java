package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@link Trainable#checkNumerics} finds: where the numbers of a step stop being finite.
 *
 * <p>As text it is the first cause alone, in the order of the components, then the loss, if that is
 * not finite, and the dead units.
 *
 * @param data those of the batch's {@code inputs} and {@code labels} that are not finite
 * @param weights paths of the variables that are not finite
 * @param output the first op whose output is not finite, of those that the model's outputs or the
 *     loss depend on; infinities that a later op hides, such as those of masks, are left out
 * @param gradients paths of the variables whose gradients are not finite; empty if the loss is not
 *     finite either
 * @param gradient the first op, from the loss backwards, that makes a gradient that is not finite
 *     of finite ones
 * @param loss the loss; NaN if it was not computed, since the model's outputs are not finite; of a
 *     step of the model's own that reports none, the sum of what it returns
 * @param deadUnits the layers of which units are 0 for every example
 */
public record NumericsReport(
    List<String> data,
    List<String> weights,
    Optional<AppliedOp> output,
    List<String> gradients,
    Optional<AppliedOp> gradient,
    double loss,
    List<DeadUnits> deadUnits) {
  /**
   * The values of a tensor, summed up.
   *
   * @param min the least finite number; NaN if there is none
   * @param max the greatest finite number; NaN if there is none
   * @param nans how many elements are NaN
   * @param infinities how many elements are infinite
   */
  public record Values(TensorSpec spec, double min, double max, long nans, long infinities) {
    /** Returns the values of a tensor of numbers. */
    static Values of(Tensor tensor) {
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      long nans = 0;
      long infinities = 0;
      for (double x : tensor.toDoubleArray()) {
        if (Double.isFinite(x)) {
          min = Math.min(min, x);
          max = Math.max(max, x);
        } else if (Double.isNaN(x)) {
          nans++;
        } else {
          infinities++;
        }
      }
      boolean none = min > max;
      return new Values(
          tensor.spec(), none ? Double.NaN : min, none ? Double.NaN : max, nans, infinities);
    }

    /** Returns whether all elements are finite. */
    public boolean areFinite() {
      return nans + infinities == 0;
    }

    /** Returns {@code float32 (5, 4) from -1.500 to 2.000, 3 NaN, 1 infinite}. */
    @Override
    public String toString() {
      String range =
          Double.isNaN(min)
              ? ""
              : min == max
                  ? String.format(Locale.ROOT, " of %.4g", min)
                  : String.format(Locale.ROOT, " from %.4g to %.4g", min, max);
      return spec
          + range
          + (nans == 0 ? "" : ", " + nans + " NaN")
          + (infinities == 0 ? "" : ", " + infinities + " infinite");
    }
  }

  /**
   * One application of an op.
   *
   * @param op name of the op
   * @param place where it ran: {@code layer "hidden" (Dense)}, {@code the model (Net)} or {@code
   *     the loss}
   * @param inputs the op's inputs
   * @param result the op's output, or the gradient of one of its inputs
   */
  public record AppliedOp(String op, String place, List<Values> inputs, Values result) {
    /** Copies the list. */
    public AppliedOp {
      inputs = List.copyOf(inputs);
    }

    /** Returns {@code log in layer "hidden" (Dense): of float32 (2) of 0.000 it is ..}. */
    @Override
    public String toString() {
      List<String> given = inputs.stream().map(Values::toString).toList();
      return op + " in " + place + ", of " + String.join(" and ", given) + ": " + result;
    }
  }

  /**
   * Units of a layer that {@code relu} makes 0 for each of at least 8 examples, so that they do not
   * learn from them; of outputs of more than two axes they are counted only if all are 0.
   *
   * @param place the layer: {@code layer "hidden" (Dense)}
   * @param dead how many units are 0
   * @param units how many units there are
   */
  public record DeadUnits(String place, long dead, long units) {
    @Override
    public String toString() {
      return place + ": " + dead + " of " + units + " units are 0 for every example";
    }
  }

  /** Copies the lists. */
  public NumericsReport {
    data = List.copyOf(data);
    weights = List.copyOf(weights);
    gradients = List.copyOf(gradients);
    deadUnits = List.copyOf(deadUnits);
  }

  /** Returns whether data, weights, outputs, loss and gradients are finite. */
  public boolean isFinite() {
    return data.isEmpty()
        && weights.isEmpty()
        && output.isEmpty()
        && gradients.isEmpty()
        && Double.isFinite(loss);
  }

  /** Returns the first cause of numbers that are not finite, as a part of a sentence. */
  Optional<String> cause() {
    if (!data.isEmpty()) {
      return Optional.of("the batch's " + String.join(" and ", data) + " are not finite");
    }
    if (!weights.isEmpty()) {
      return Optional.of("the values of " + quoted(weights) + " are not finite");
    }
    if (gradients.isEmpty()) {
      return output.map(op -> "the first output that is not finite is that of " + op);
    }
    return Optional.of(
        "outputs and loss are finite, the gradients of "
            + quoted(gradients)
            + " are not"
            + gradient.map(op -> "; the first such gradient is that of " + op).orElse(""));
  }

  private static String quoted(List<String> paths) {
    String first = '"' + paths.getFirst() + '"';
    return paths.size() == 1 ? first : first + " and " + (paths.size() - 1) + " more variables";
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    parts.add(
        cause()
            .orElse(
                isFinite()
                    ? "data, weights, outputs, loss and gradients are finite"
                    : "data, weights and outputs are finite"));
    if (!Double.isFinite(loss)) {
      parts.add("the loss is " + loss);
    }
    deadUnits.forEach(units -> parts.add(units.toString()));
    return String.join("; ", parts);
  }
}
