package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.LongStream;

/**
 * Connectionist temporal classification: sequences of labels from longer sequences of logits, of
 * which each step has one label or none, the class {@code maskIndex}; a label that is in two steps
 * in a row counts once (Graves et al., 2006).
 *
 * <p>A {@code maskIndex} below 0 counts from the end.
 */
public final class Ctc {
  private static final double NEVER = Double.NEGATIVE_INFINITY;

  private Ctc() {}

  /**
   * The most probable sequences of labels.
   *
   * @param paths labels, int32 {@code [paths, n, time]}; -1 after the last one
   * @param scores how good each path is {@code [n, paths]}
   */
  public record Decoded(Tensor paths, Tensor scores) {}

  /**
   * Returns the negative logarithm of the probability of each sequence of labels, {@code [n]};
   * infinite where there are too few steps for them. 16-bit types are computed in float32.
   *
   * @param target labels, whole numbers {@code [n, labels]}
   * @param output logits {@code [n, time, classes]}
   * @param targetLength number of labels of each sequence, {@code [n]}
   * @param outputLength number of steps of each sequence, {@code [n]}
   * @throws IllegalArgumentException if shapes do not fit, the number of labels, steps or classes
   *     is unknown, or a label or length is out of range
   */
  public static Tensor ctcLoss(
      Object target, Object output, Object targetLength, Object outputLength, int maskIndex) {
    Tensor logits = logits("ctcLoss", output);
    DType dtype = logits.dtype();
    int blank = blank("ctcLoss", maskIndex, logits.shape());
    Tensor labels = wholeNumbers("ctcLoss", "labels [n, labels]", 2, target);
    Tensor count = column("ctcLoss", targetLength);
    Tensor steps = column("ctcLoss", outputLength);
    if (labels.shape().size(1) == Shape.UNKNOWN) {
      throw Checks.unknown("ctcLoss", "the number of labels", labels.shape());
    }
    Tensor logs = logProbabilities(logits);
    Tensor states = states(labels, count, blank);
    Tensor last = ends(states, logs, steps);
    Tensor end = count.mul(2);
    Tensor before = Maths.maximum(end.sub(1), 0);
    Tensor byLabel = Logic.where(end.equal(0), NEVER, Scattering.takeAlongAxis(last, before, 1));
    Tensor all = Maths.logAddExp(Scattering.takeAlongAxis(last, end, 1), byLabel);
    return Casting.cast(Shaping.squeeze(all, 1).neg(), dtype);
  }

  /** Returns labels with a blank before, between and after them: {@code [n, 2 * labels + 1]}. */
  private static Tensor states(Tensor labels, Tensor count, int blank) {
    long size = labels.shape().size(1);
    Tensor used = Logic.less(positions(size), count);
    Tensor own = Logic.where(used, labels, blank);
    Tensor pairs = Joining.stack(2, own, own.mul(0).add(blank));
    Tensor flat = Shaping.reshape(pairs, Shape.of(labels.shape().size(0), 2 * size));
    return Rearranging.pad(flat, new int[][] {{0, 0}, {1, 0}}, blank);
  }

  private static Tensor positions(long size) {
    return Tensor.of(LongStream.range(0, size).toArray()).cast(DType.INT32).reshape(1, size);
  }

  /** Returns the logarithms of the probabilities to be in each state after the last step. */
  private static Tensor ends(Tensor states, Tensor logs, Tensor steps) {
    long time = logs.shape().size(1);
    long size = states.shape().size(1);
    Tensor where = Shaping.broadcastTo(Shaping.expandDims(states, 1), -1, time, size);
    Tensor scores = Scattering.takeAlongAxis(logs, where, 2);
    Tensor place = positions(size);
    // From a label to the next, past the blank between them, if they differ.
    Tensor isLabel = Maths.mod(place, 2).equal(1);
    Tensor skips = Logic.logicalAnd(isLabel, states.notEqual(shifted(states, 2, -1)));
    Tensor at = Logic.where(place.less(2), step(scores, 0), NEVER);
    for (int t = 1; t < time; t++) {
      Tensor moved = Maths.logAddExp(at, shifted(at, 1, NEVER));
      Tensor skipped = Logic.where(skips, shifted(at, 2, NEVER), NEVER);
      Tensor next = Maths.logAddExp(moved, skipped).add(step(scores, t));
      at = Logic.where(steps.greater(t), next, at);
    }
    return at;
  }

  private static Tensor step(Tensor scores, int t) {
    return Shaping.squeeze(Indexing.narrow(scores, 1, t, 1), 1);
  }

  /** Returns a matrix with its columns some places further right, and a number before them. */
  private static Tensor shifted(Tensor x, int by, Number before) {
    Tensor padded = Rearranging.pad(x, new int[][] {{0, 0}, {by, 0}}, before);
    return Indexing.narrow(padded, 1, 0, x.shape().size(1));
  }

  /**
   * Returns the most probable class of each step as a path; its score is the negative sum of the
   * largest logits.
   *
   * @param inputs logits {@code [n, time, classes]}
   * @param sequenceLengths number of steps of each sequence, {@code [n]}
   * @param mergeRepeated whether a label that is in two steps in a row counts once
   * @throws IllegalArgumentException if shapes do not fit, or the number of steps or classes is
   *     unknown
   */
  public static Decoded ctcGreedyDecode(
      Object inputs, Object sequenceLengths, boolean mergeRepeated, int maskIndex) {
    Tensor logits = logits("ctcGreedyDecode", inputs);
    int blank = blank("ctcGreedyDecode", maskIndex, logits.shape());
    Tensor used =
        Logic.less(positions(logits.shape().size(1)), column("ctcGreedyDecode", sequenceLengths));
    Tensor best = Reductions.argmax(logits, 2);
    Tensor kept = Logic.logicalAnd(used, best.notEqual(blank));
    if (mergeRepeated) {
      kept = Logic.logicalAnd(kept, best.notEqual(shifted(best, 1, -1)));
    }
    Tensor order = Sorting.argsort(Casting.cast(Logic.logicalNot(kept), DType.INT32), 1);
    Tensor path = Scattering.takeAlongAxis(Logic.where(kept, best, -1), order, 1);
    Tensor largest = Logic.where(used, Reductions.max(logits, 2), 0);
    return new Decoded(Shaping.expandDims(path, 0), Reductions.sum(largest, true, 1).neg());
  }

  /**
   * Returns the paths of the largest probability, each summed over all ways to spread it over the
   * steps; its score is the logarithm of that. Only some of the best beginnings are kept at each
   * step, so that a better path may be missed. It has no gradient.
   *
   * @param inputs logits {@code [n, time, classes]}
   * @param sequenceLengths number of steps of each sequence, {@code [n]}
   * @param beamWidth number of beginnings that are kept
   * @param topPaths number of paths of each sequence, at most {@code beamWidth}
   * @throws IllegalArgumentException if shapes do not fit, the number of classes is unknown, or
   *     there are fewer paths than {@code topPaths}
   */
  public static Decoded ctcBeamSearchDecode(
      Object inputs, Object sequenceLengths, int beamWidth, int topPaths, int maskIndex) {
    Tensor logits = logits("ctcBeamSearchDecode", inputs);
    int blank = blank("ctcBeamSearchDecode", maskIndex, logits.shape());
    Tensor logs = logProbabilities(logits);
    Tensor lengths = wholeNumbers("ctcBeamSearchDecode", "the lengths [n]", 1, sequenceLengths);
    Tensor[] made = new CtcBeamSearch(beamWidth, topPaths, blank).apply(logs, lengths);
    return new Decoded(made[0], Casting.cast(made[1], logits.dtype()));
  }

  private static Tensor logProbabilities(Tensor logits) {
    DType dtype = logits.dtype();
    return Softmax.logSoftmax(Casting.cast(logits, dtype.bytes() == 2 ? DType.FLOAT32 : dtype));
  }

  private static Tensor logits(String who, Object x) {
    Tensor logits = Operands.tensor(x);
    Checks.sameFloating(who, logits.spec());
    Checks.rank(who, "logits [n, time, classes]", 3, logits.spec());
    if (logits.shape().size(1) == Shape.UNKNOWN || logits.shape().size(2) == Shape.UNKNOWN) {
      throw Checks.unknown(who, "the number of steps and classes", logits.shape());
    }
    if (logits.shape().size(1) == 0) {
      throw Refusal.of(who, "needs a step or more", logits.shape(), "leave out empty sequences");
    }
    return logits;
  }

  private static int blank(String who, int maskIndex, Shape logits) {
    long classes = logits.size(2);
    if (maskIndex < -classes || maskIndex >= classes) {
      throw Refusal.of(
          who,
          "maskIndex must be one of " + classes + " classes",
          maskIndex,
          "give the class of no label; -1 is the last");
    }
    return (int) (maskIndex < 0 ? maskIndex + classes : maskIndex);
  }

  private static Tensor wholeNumbers(String who, String what, int rank, Object x) {
    Tensor tensor = Operands.tensor(x);
    Checks.rank(who, what, rank, tensor.spec());
    Checks.wholeNumbers(who, tensor.spec());
    return Casting.cast(tensor, DType.INT32);
  }

  private static Tensor column(String who, Object lengths) {
    return Shaping.expandDims(wholeNumbers(who, "the lengths [n]", 1, lengths), 1);
  }
}
