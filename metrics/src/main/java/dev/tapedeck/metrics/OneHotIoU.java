package dev.tapedeck.metrics;

import java.util.List;

/**
 * The mean of the intersection over the union of some classes, for labels that are vectors.
 *
 * <p>The intersection over the union of a class is {@code true positives / (true positives + false
 * positives + false negatives)}. Labels are vectors of classes, as one-hot ones, of the shape of
 * the predictions, which are scores. A place counts if label and prediction are both classes from 0
 * on; a class that never occurs is left out of the mean. A prediction of NaN is wrong.
 */
public final class OneHotIoU extends ConfusionMatrixMetric<OneHotIoU.Arguments, OneHotIoU> {
  /**
   * The arguments of OneHotIoU.
   *
   * @param numClasses number of classes
   * @param targetClassIds classes of which the mean is taken
   * @param ignoreClass label whose places do not count; null for none
   * @param sparseYPred whether predictions are classes, rather than vectors
   * @param axis axis of vectors
   */
  public record Arguments(
      int numClasses,
      List<Integer> targetClassIds,
      Integer ignoreClass,
      boolean sparseYPred,
      int axis)
      implements ConfusionMatrixMetric.Arguments {
    /** Checks the arguments. */
    public Arguments {
      targetClassIds = checked("OneHotIoU", numClasses, targetClassIds);
    }

    @Override
    public boolean sparsePredictions() {
      return sparseYPred;
    }
  }

  private OneHotIoU(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public OneHotIoU(int numClasses, List<Integer> targetClassIds) {
    this(new Arguments(numClasses, targetClassIds, null, false, -1));
  }

  /** Sets the label whose places do not count; by default none. */
  public OneHotIoU ignoreClass(int given) {
    return with("ignoreClass", given);
  }

  /** Sets whether predictions are classes, not vectors; by default false. */
  public OneHotIoU sparseYPred(boolean given) {
    return with("sparseYPred", given);
  }

  /** Sets the axis of vectors; by default the last. */
  public OneHotIoU axis(int given) {
    return with("axis", given);
  }
}
