package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * The fraction of examples whose label is among the k largest predictions, for labels {@code [n,
 * ..]}, classes of any whole-number type, and predictions {@code [n, .., classes]}.
 *
 * <p>Of equal predictions the first come first, so that with k of 1 it is {@link
 * SparseCategoricalAccuracy}; Keras counts a label as right whose prediction equals the last of the
 * k largest. An example with NaN, or of a class that there is not, is wrong.
 */
public final class SparseTopKCategoricalAccuracy
    extends TopKAccuracy<SparseTopKCategoricalAccuracy.Arguments, SparseTopKCategoricalAccuracy> {
  /**
   * The arguments of a {@link SparseTopKCategoricalAccuracy}.
   *
   * @param k number of largest predictions
   * @param fromSortedIds whether predictions are classes already, the best first, not scores
   */
  public record Arguments(int k, boolean fromSortedIds) {
    /** Checks the arguments. */
    public Arguments {
      check("SparseTopKCategoricalAccuracy", k);
    }
  }

  private SparseTopKCategoricalAccuracy(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of the 5 largest predictions. */
  public SparseTopKCategoricalAccuracy() {
    this(5);
  }

  /** Makes a metric of the k largest predictions. */
  public SparseTopKCategoricalAccuracy(int k) {
    this(new Arguments(k, false));
  }

  /** Sets whether predictions are classes, the best first, rather than scores; by default false. */
  public SparseTopKCategoricalAccuracy fromSortedIds(boolean given) {
    return with("fromSortedIds", given);
  }

  @Override
  int[] labelAxes(int rank) {
    return axesBut(-1, rank);
  }

  @Override
  String remedy(Shape labels, Shape predictions) {
    return LabelAdvice.classes(labels, predictions, "TopKCategoricalAccuracy");
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    WholeNumbers.check("SparseTopKCategoricalAccuracy", "labels", labels);
    return arguments().fromSortedIds
        ? among(labels, predictions)
        : within(arguments().k, labels, predictions);
  }

  private Tensor among(Tensor labels, Tensor ids) {
    WholeNumbers.check("SparseTopKCategoricalAccuracy", "predictions from sorted ids", ids);
    Tensor first = ids.get(Index.ELLIPSIS, Index.to(arguments().k));
    Tensor label = Shaping.expandDims(Casting.cast(labels, DType.INT64), -1);
    return Reductions.any(Casting.cast(first, DType.INT64).equal(label), -1);
  }
}
