package dev.tapedeck.metrics;

/**
 * The mean of the intersection over the union of all classes, for labels that are vectors.
 *
 * <p>The intersection over the union of a class is {@code true positives / (true positives + false
 * positives + false negatives)}. Labels are vectors of classes, as one-hot ones, of the shape of
 * the predictions, which are scores. A place counts if label and prediction are both classes from 0
 * on; a class that never occurs is left out of the mean. A prediction of NaN is wrong.
 */
public final class OneHotMeanIoU
    extends ConfusionMatrixMetric<OneHotMeanIoU.Arguments, OneHotMeanIoU> {
  /**
   * The arguments of OneHotMeanIoU.
   *
   * @param numClasses number of classes
   * @param ignoreClass label whose places do not count; null for none
   * @param sparseYPred whether predictions are classes, rather than vectors
   * @param axis axis of vectors
   */
  public record Arguments(int numClasses, Integer ignoreClass, boolean sparseYPred, int axis)
      implements ConfusionMatrixMetric.Arguments {
    /** Checks the arguments. */
    public Arguments {
      check("OneHotMeanIoU", numClasses);
    }

    @Override
    public boolean sparsePredictions() {
      return sparseYPred;
    }
  }

  private OneHotMeanIoU(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public OneHotMeanIoU(int numClasses) {
    this(new Arguments(numClasses, null, false, -1));
  }

  /** Sets the label whose places do not count; by default none. */
  public OneHotMeanIoU ignoreClass(int given) {
    return with("ignoreClass", given);
  }

  /** Sets whether predictions are classes, not vectors; by default false. */
  public OneHotMeanIoU sparseYPred(boolean given) {
    return with("sparseYPred", given);
  }

  /** Sets the axis of vectors; by default the last. */
  public OneHotMeanIoU axis(int given) {
    return with("axis", given);
  }
}
