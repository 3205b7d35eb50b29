package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * The mean of the intersection over the union of the classes 0 and 1, or of one of them, for
 * predictions that are 1 from a threshold on.
 *
 * <p>The intersection over the union of a class is {@code true positives / (true positives + false
 * positives + false negatives)}. Labels are 0 and 1 in the shape of the predictions; places of
 * other labels do not count. For logits the threshold is 0. A class that never occurs is left out
 * of the mean. A prediction of NaN is wrong.
 */
public final class BinaryIoU extends ConfusionMatrixMetric<BinaryIoU.Arguments, BinaryIoU> {
  /**
   * The arguments of {@link BinaryIoU}.
   *
   * @param targetClassIds classes of which the mean is taken
   * @param threshold number from which a prediction is for 1
   */
  public record Arguments(List<Integer> targetClassIds, double threshold)
      implements ConfusionMatrixMetric.Arguments {
    /** Checks the arguments. */
    public Arguments {
      targetClassIds = checked("BinaryIoU", 2, targetClassIds);
    }

    @Override
    public int numClasses() {
      return 2;
    }

    @Override
    public boolean sparseYTrue() {
      return true;
    }

    @Override
    public boolean sparsePredictions() {
      return true;
    }
  }

  private BinaryIoU(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of both classes, with a threshold of 0.5. */
  public BinaryIoU() {
    this(List.of(0, 1), 0.5);
  }

  /** Makes a metric. */
  public BinaryIoU(List<Integer> targetClassIds, double threshold) {
    this(new Arguments(targetClassIds, threshold));
  }

  /** Sets the classes of which the mean is taken; by default both. */
  public BinaryIoU targetClassIds(List<Integer> given) {
    return with("targetClassIds", given);
  }

  /** Sets the number from which a prediction is for 1; by default 0.5. */
  public BinaryIoU threshold(double given) {
    return with("threshold", given);
  }

  @Override
  Tensor classes(Tensor labels) {
    return Casting.cast(labels, DType.INT64);
  }

  @Override
  Tensor predicted(Tensor labels, Tensor predictions) {
    Tensor p = Floats.of(predictions);
    Tensor above = Casting.cast(p.greaterEqual(arguments().threshold), DType.INT64);
    return Logic.where(p.equal(p), above, another(labels));
  }
}
