package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Tensor;

/**
 * The best sensitivity at a specificity of at least a given one, over evenly spaced thresholds; if
 * there is none, 0.
 *
 * <p>Of predictions within [0, 1] that are positive above a threshold, sensitivity is {@code true
 * positives / (true positives + false negatives)}, specificity {@code true negatives / (true
 * negatives + false positives)}. Labels have the shape of the predictions, and are positive if they
 * are not 0. A prediction of NaN is wrong, whatever the label.
 */
public final class SensitivityAtSpecificity
    extends ValueAtConstraint<SensitivityAtSpecificity.Arguments, SensitivityAtSpecificity> {
  /**
   * The arguments of a {@link SensitivityAtSpecificity}.
   *
   * @param specificity least specificity, within [0, 1]
   * @param numThresholds number of thresholds from 0 to 1
   * @param classId class that is counted, a position on the last axis; null for all
   */
  public record Arguments(double specificity, int numThresholds, Integer classId)
      implements ValueAtConstraint.Arguments {
    /** Checks the arguments. */
    public Arguments {
      check("SensitivityAtSpecificity", "specificity", specificity, numThresholds, classId);
    }
  }

  private SensitivityAtSpecificity(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric with 200 thresholds. */
  public SensitivityAtSpecificity(double specificity) {
    this(new Arguments(specificity, 200, null));
  }

  @Override
  Tensor value() {
    return best(recalls(), specificities(), arguments().specificity);
  }
}
