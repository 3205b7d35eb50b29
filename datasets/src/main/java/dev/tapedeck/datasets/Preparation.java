package dev.tapedeck.datasets;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Functions that prepare arrays for a training, of Keras's names. */
public final class Preparation {
  private Preparation() {}

  /** Returns one-hot vectors of classes, as many as the largest one needs. */
  public static Tensor toCategorical(Object labels) {
    Tensor classes = classes("toCategorical", labels, 1);
    return toCategorical(classes, (int) classes.max().item() + 1);
  }

  /**
   * Returns one-hot vectors of classes {@code [..]} or {@code [.., 1]}, float32 {@code [..,
   * numClasses]}.
   *
   * @throws IllegalArgumentException if a label is not from 0 to {@code numClasses - 1}
   */
  public static Tensor toCategorical(Object labels, int numClasses) {
    Tensor classes = classes("toCategorical", labels, 0);
    if (classes.shape().count() == 0) {
      return Indexing.oneHot(classes, numClasses, DType.FLOAT32);
    }
    double largest = classes.max().item();
    if (classes.min().item() < 0 || largest >= numClasses) {
      throw Refusal.of(
          "toCategorical",
          "needs classes from 0 to " + (numClasses - 1),
          "those from " + (long) classes.min().item() + " to " + (long) largest,
          "count classes from 0, and give their number");
    }
    return Indexing.oneHot(classes, numClasses, DType.FLOAT32);
  }

  private static Tensor classes(String who, Object labels, int fewest) {
    Tensor classes = Tensor.of(labels);
    if (!classes.dtype().isInteger() || classes.shape().count() < fewest) {
      throw Refusal.of(
          who, "needs classes, one or more whole numbers", classes.spec(), "cast them to int32");
    }
    Shape shape = classes.shape();
    return shape.rank() > 1 && shape.size(-1) == 1 ? Shaping.squeeze(classes, -1) : classes;
  }

  /**
   * Returns weights of classes for {@code FitOptions.classWeight} with which each class counts the
   * same in all: {@code n / (classes * n_c)} for {@code n_c} labels of a class among {@code n}.
   *
   * @param labels classes, whole numbers
   */
  public static Map<Integer, Double> classWeights(Object labels) {
    Map<Integer, Double> weights = new TreeMap<>();
    double[] classes = classes("classWeights", labels, 1).toDoubleArray();
    for (double label : classes) {
      weights.merge((int) label, 1.0, Double::sum);
    }
    weights.replaceAll((label, count) -> classes.length / (weights.size() * count));
    return weights;
  }

  /** Returns vectors on the last axis divided by their lengths; vectors of zeros stay. */
  public static Tensor normalize(Object x) {
    return normalize(x, -1, 2);
  }

  /**
   * Returns vectors on an axis divided by their norms; vectors of zeros stay.
   *
   * @param order order of the norm, 1 for the sum of absolute values, 2 for the length
   */
  public static Tensor normalize(Object x, int axis, double order) {
    Tensor vectors = Tensor.of(x);
    Tensor norm = Reductions.norm(vectors, order, true, axis);
    return vectors.div(Logic.where(norm.equal(0), 1, norm));
  }

  /** Returns sequences as one tensor, padded with 0 at their beginning to the longest one. */
  public static Tensor padSequences(List<?> sequences) {
    return padSequences(sequences, new PadOptions());
  }

  /**
   * Returns sequences as one tensor {@code [sequences, steps, ..]}, each cut or padded to the same
   * number of steps.
   *
   * @param sequences tensors, or arrays, of one type and {@code [steps, ..]}, of the same shape but
   *     for the steps
   * @throws IllegalArgumentException if there are none, or they differ in type or shape
   */
  public static Tensor padSequences(List<?> sequences, PadOptions options) {
    List<Tensor> all = new ArrayList<>();
    for (Object sequence : sequences) {
      all.add(sequence(sequence, all));
    }
    if (all.isEmpty()) {
      throw Refusal.of("padSequences", "needs sequences", "none", "give one or more");
    }
    long longest = all.stream().mapToLong(one -> one.shape().size(0)).max().orElseThrow();
    long steps = options.maxlen() == null ? longest : options.maxlen();
    return Joining.stack(0, all.stream().map(one -> padded(one, steps, options)).toArray());
  }

  private static Tensor sequence(Object value, List<Tensor> others) {
    Tensor one = Tensor.of(value);
    Tensor first = others.isEmpty() ? one : others.getFirst();
    if (one.shape().isScalar()
        || one.dtype() != first.dtype()
        || !one.shape().with(0, 0).equals(first.shape().with(0, 0))) {
      throw Refusal.of(
          "padSequences",
          "needs sequences of one type, and of one shape but for the steps",
          first.spec() + " and " + one.spec() + " at position " + others.size(),
          "cast or reshape them");
    }
    return one;
  }

  private static Tensor padded(Tensor sequence, long steps, PadOptions options) {
    long length = sequence.shape().size(0);
    if (length >= steps) {
      long begin = options.truncating() == PadOptions.Side.PRE ? length - steps : 0;
      return Indexing.narrow(sequence, 0, begin, steps);
    }
    long[] missing = sequence.shape().with(0, steps - length).toArray();
    Tensor padding = Tensor.full(sequence.dtype(), options.value(), missing);
    return options.padding() == PadOptions.Side.PRE
        ? Joining.concat(0, padding, sequence)
        : Joining.concat(0, sequence, padding);
  }
}
