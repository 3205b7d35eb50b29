package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Tensor;

/**
 * The best specificity at a sensitivity of at least a given one, over evenly spaced thresholds; if
 * there is none, 0.
 *
 * <p>Of predictions within [0, 1] that are positive above a threshold, sensitivity is {@code true
 * positives / (true positives + false negatives)}, specificity {@code true negatives / (true
 * negatives + false positives)}. Labels have the shape of the predictions, and are positive if they
 * are not 0. A prediction of NaN is wrong, whatever the label.
 */
public final class SpecificityAtSensitivity
    extends ValueAtConstraint<SpecificityAtSensitivity.Arguments, SpecificityAtSensitivity> {
  /**
   * The arguments of a {@link SpecificityAtSensitivity}.
   *
   * @param sensitivity least sensitivity, within [0, 1]
   * @param numThresholds number of thresholds from 0 to 1
   * @param classId class that is counted, a position on the last axis; null for all
   */
  public record Arguments(double sensitivity, int numThresholds, Integer classId)
      implements ValueAtConstraint.Arguments {
    /** Checks the arguments. */
    public Arguments {
      check("SpecificityAtSensitivity", "sensitivity", sensitivity, numThresholds, classId);
    }
  }

  private SpecificityAtSensitivity(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric with 200 thresholds. */
  public SpecificityAtSensitivity(double sensitivity) {
    this(new Arguments(sensitivity, 200, null));
  }

  @Override
  Tensor value() {
    return best(specificities(), recalls(), arguments().sensitivity);
  }
}
