package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Segments;
import dev.tapedeck.ops.linalg.Diagonals;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Base of the metrics of the intersection over the union, by class, of the places that have it as
 * label and those that have it as prediction: {@code true positives / (true positives + false
 * positives + false negatives)}.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class ConfusionMatrixMetric<
        A extends Record & ConfusionMatrixMetric.Arguments, M extends ConfusionMatrixMetric<A, M>>
    extends LabelMetric<A, M> {
  private Variable matrix;

  /** Arguments of each of them. */
  interface Arguments {
    /** Returns the number of classes. */
    int numClasses();

    /** Returns the classes of which the mean is taken; by default all. */
    default List<Integer> targetClassIds() {
      return IntStream.range(0, numClasses()).boxed().toList();
    }

    /** Returns the label that does not count; null for none. */
    default Integer ignoreClass() {
      return null;
    }

    /** Returns whether labels are classes, rather than vectors whose largest element counts. */
    default boolean sparseYTrue() {
      return false;
    }

    /** Returns whether predictions are classes, rather than vectors. */
    boolean sparsePredictions();

    /** Returns the axis of vectors. */
    default int axis() {
      return -1;
    }
  }

  ConfusionMatrixMetric(A arguments) {
    super(arguments);
  }

  static List<Integer> checked(String who, int numClasses, List<Integer> targetClassIds) {
    check(who, numClasses);
    for (int id : Objects.requireNonNull(targetClassIds, who + ": targetClassIds is null")) {
      if (id < 0 || id >= numClasses) {
        throw Refusal.of(
            who, "targetClassIds must be within [0, " + numClasses + ")", id, "count from 0");
      }
    }
    if (targetClassIds.isEmpty()) {
      throw Refusal.of(
          who, "needs a target class or more", targetClassIds, "give the class that counts");
    }
    return List.copyOf(targetClassIds);
  }

  static void check(String who, int numClasses) {
    if (numClasses < 1) {
      throw Refusal.of(who, "numClasses must be 1 or more", numClasses, "count the classes");
    }
  }

  @Override
  final void build(long outputs) {
    int classes = arguments().numClasses();
    matrix = addVariable("total_confusion_matrix", classes, classes);
  }

  /** Returns the labels as classes, after a check of their shape. */
  @Override
  final Tensor checked(Tensor labels, Tensor predictions) {
    boolean both = !arguments().sparseYTrue() && !arguments().sparsePredictions();
    if (both) {
      return largest(super.checked(labels, predictions));
    }
    return super.checked(arguments().sparseYTrue() ? labels : largest(labels), predictions);
  }

  @Override
  final int[] labelAxes(int rank) {
    boolean alike = arguments().sparsePredictions() || !arguments().sparseYTrue();
    return alike ? super.labelAxes(rank) : axesBut(arguments().axis(), rank);
  }

  private Tensor largest(Tensor vectors) {
    return Vectors.largest(vectors, arguments().axis());
  }

  /** Returns the classes of predictions; where a prediction is NaN, another one than the label. */
  Tensor predicted(Tensor labels, Tensor predictions) {
    if (arguments().sparsePredictions()) {
      WholeNumbers.check(getClass().getSimpleName(), "sparse predictions", predictions);
      return Casting.cast(predictions, DType.INT64);
    }
    Tensor chosen = Casting.cast(largest(predictions), DType.INT64);
    Tensor best = Reductions.max(predictions, arguments().axis()); // NaN if there is one
    return Logic.where(best.equal(best), chosen, another(labels));
  }

  /** Returns other classes than the labels. */
  final Tensor another(Tensor labels) {
    return labels.add(1).mod(arguments().numClasses());
  }

  /** Returns labels as whole numbers. */
  Tensor classes(Tensor labels) {
    WholeNumbers.check(getClass().getSimpleName(), "labels", labels);
    return Casting.cast(labels, DType.INT64);
  }

  @Override
  final void add(Tensor labels, Tensor predictions, Tensor weights) {
    Tensor y = classes(labels);
    Tensor p = predicted(y, predictions);
    Tensor counts = Logic.logicalAnd(isClass(y), isClass(p));
    if (arguments().ignoreClass() != null) {
      counts = Logic.logicalAnd(counts, y.notEqual(arguments().ignoreClass()));
    }
    int classes = arguments().numClasses();
    Tensor ids = Logic.where(counts, y.mul(classes).add(p), -1); // those of -1 are left out
    Tensor ones = Creation.onesLike(Casting.cast(y, DType.FLOAT64));
    Tensor each =
        weights == null
            ? ones
            : ones.mul(Reduction.expand(Casting.cast(weights, DType.FLOAT64), y.shape()));
    Tensor sums = Segments.unsortedSegmentSum(each, ids, (long) classes * classes);
    matrix.assignAdd(sums.reshape(classes, classes));
  }

  private Tensor isClass(Tensor ids) {
    return Logic.logicalAnd(ids.greaterEqual(0), ids.less(arguments().numClasses()));
  }

  /** Returns the mean over the target classes that occur; without any, 0. */
  @Override
  final Tensor value() {
    Tensor counts = matrix.reading();
    Tensor both = Diagonals.diagPart(counts);
    Tensor either = counts.sum(0).add(counts.sum(1)).sub(both);
    Tensor shares = Maths.divNoNan(both, either);
    int[] targets = arguments().targetClassIds().stream().mapToInt(Integer::intValue).toArray();
    Tensor occur = Casting.cast(either.greater(0), DType.FLOAT64);
    Tensor all = Indexing.gather(shares, Tensor.of(targets), 0);
    return Maths.divNoNan(all.sum(), Indexing.gather(occur, Tensor.of(targets), 0).sum());
  }
}
