package dev.tapedeck.metrics;

import java.util.List;

/**
 * The mean of the intersection over the union of some classes.
 *
 * <p>The intersection over the union of a class is {@code true positives / (true positives + false
 * positives + false negatives)}. Labels and predictions are classes, whole numbers, of one shape,
 * or vectors of scores of classes along an axis. A place counts if label and prediction are both
 * classes from 0 on; a class that never occurs is left out of the mean. A prediction of NaN is
 * wrong.
 */
public final class IoU extends ConfusionMatrixMetric<IoU.Arguments, IoU> {
  /**
   * The arguments of IoU.
   *
   * @param numClasses number of classes
   * @param targetClassIds classes of which the mean is taken
   * @param ignoreClass label whose places do not count; null for none
   * @param sparseYTrue whether labels are classes, rather than vectors whose largest element counts
   * @param sparseYPred whether predictions are classes, rather than vectors
   * @param axis axis of vectors
   */
  public record Arguments(
      int numClasses,
      List<Integer> targetClassIds,
      Integer ignoreClass,
      boolean sparseYTrue,
      boolean sparseYPred,
      int axis)
      implements ConfusionMatrixMetric.Arguments {
    /** Checks the arguments. */
    public Arguments {
      targetClassIds = checked("IoU", numClasses, targetClassIds);
    }

    @Override
    public boolean sparsePredictions() {
      return sparseYPred;
    }
  }

  private IoU(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public IoU(int numClasses, List<Integer> targetClassIds) {
    this(new Arguments(numClasses, targetClassIds, null, true, true, -1));
  }

  /** Sets the label whose places do not count; by default none. */
  public IoU ignoreClass(int given) {
    return with("ignoreClass", given);
  }

  /** Sets whether labels are classes, not vectors whose largest element counts; by default true. */
  public IoU sparseYTrue(boolean given) {
    return with("sparseYTrue", given);
  }

  /** Sets whether predictions are classes, not vectors; by default true. */
  public IoU sparseYPred(boolean given) {
    return with("sparseYPred", given);
  }

  /** Sets the axis of vectors; by default the last. */
  public IoU axis(int given) {
    return with("axis", given);
  }
}
