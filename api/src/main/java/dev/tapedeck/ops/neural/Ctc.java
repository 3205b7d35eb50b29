package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.CheckRange;
import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
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
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

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
    String who = "ctcLoss";
    Tensor logits = logits(who, output);
    int blank = blank(who, maskIndex, logits.shape());
    Tensor labels = ofBatch(who, "labels [n, labels]", 2, target, logits);
    long most = labels.shape().size(1);
    if (most == Shape.UNKNOWN) {
      throw Checks.unknown(who, "the number of labels", labels.shape());
    }
    Tensor count = lengths(who, "the targetLength [n]", 0, most, targetLength, logits);
    Tensor steps =
        lengths(who, "the outputLength [n]", 1, logits.shape().size(1), outputLength, logits);
    Tensor last = ends(states(labels, count, blank, logits), logProbabilities(logits), steps);
    Tensor end = count.mul(2);
    Tensor before = Maths.maximum(end.sub(1), 0);
    Tensor byLabel = Logic.where(end.equal(0), NEVER, Scattering.takeAlongAxis(last, before, 1));
    Tensor all = Maths.logAddExp(Scattering.takeAlongAxis(last, end, 1), byLabel);
    return Casting.cast(Shaping.squeeze(all, 1).neg(), logits.dtype());
  }

  /** Returns labels with a blank before, between and after them: {@code [n, 2 * labels + 1]}. */
  private static Tensor states(Tensor labels, Tensor count, int blank, Tensor logits) {
    Tensor used = Logic.less(positions(labels.shape().size(1)), count);
    Tensor known =
        new CheckRange("ctcLoss", "labels", 0, logits.shape().size(2) - 1, "count from class 0")
            .applyTo(Logic.where(used, labels, 0));
    Tensor own = Logic.where(used, Casting.cast(known, DType.INT32), blank);
    Tensor pairs = Joining.stack(2, own, Creation.fullLike(own, blank));
    Tensor flat =
        Shaping.reshape(pairs, Shape.of(labels.shape().size(0), 2 * labels.shape().size(1)));
    return Rearranging.pad(flat, new int[][] {{0, 0}, {1, 0}}, blank);
  }

  private static Tensor positions(long size) {
    return Creation.range(0, size, 1, DType.INT32);
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
    for (int t = 1; t < time && logs.shape().size(0) != 0; t++) {
      Tensor moved = Maths.logAddExp(at, shifted(at, 1, NEVER));
      Tensor skipped = Logic.where(skips, shifted(at, 2, NEVER), NEVER);
      Tensor next = Maths.logAddExp(moved, skipped).add(step(scores, t));
      at = Logic.where(steps.greater(t), next, at);
    }
    return at;
  }

  private static Tensor step(Tensor scores, int t) {
    return scores.get(Index.ALL, t);
  }

  /** Returns a matrix with its columns some places further right, and a number before them. */
  private static Tensor shifted(Tensor x, int by, Number before) {
    Tensor padded = Rearranging.pad(x, new int[][] {{0, 0}, {by, 0}}, before);
    return padded.get(Index.ALL, Index.to(-by));
  }

  /**
   * Returns the most probable class of each step as a path; its score is the negative sum of the
   * largest logits.
   *
   * @param inputs logits {@code [n, time, classes]}
   * @param sequenceLengths number of steps of each sequence, {@code [n]}
   * @param mergeRepeated whether a label that is in two steps in a row counts once
   * @throws IllegalArgumentException if shapes do not fit, the number of steps or classes is
   *     unknown, or a length is out of range
   */
  public static Decoded ctcGreedyDecode(
      Object inputs, Object sequenceLengths, boolean mergeRepeated, int maskIndex) {
    String who = "ctcGreedyDecode";
    Tensor logits = logits(who, inputs);
    int blank = blank(who, maskIndex, logits.shape());
    long time = logits.shape().size(1);
    Tensor steps = lengths(who, "the sequenceLengths [n]", 0, time, sequenceLengths, logits);
    Tensor used = Logic.less(positions(time), steps);
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
   * @throws IllegalArgumentException if shapes do not fit, the number of steps or classes is
   *     unknown, a length is out of range, or there are fewer paths than {@code topPaths}
   */
  public static Decoded ctcBeamSearchDecode(
      Object inputs, Object sequenceLengths, int beamWidth, int topPaths, int maskIndex) {
    String who = "ctcBeamSearchDecode";
    Tensor logits = logits(who, inputs);
    int blank = blank(who, maskIndex, logits.shape());
    Tensor steps =
        lengths(who, "the sequenceLengths [n]", 0, logits.shape().size(1), sequenceLengths, logits);
    Tensor[] made =
        new CtcBeamSearch(beamWidth, topPaths, blank)
            .apply(logProbabilities(logits), Shaping.squeeze(steps, 1));
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

  /** Returns whole numbers of as many sequences as there are logits of. */
  private static Tensor ofBatch(String who, String what, int rank, Object x, Tensor logits) {
    Tensor tensor = Operands.tensor(x);
    Checks.rank(who, what, rank, tensor.spec());
    Checks.wholeNumbers(who, tensor.spec());
    int[] first = {0};
    return CheckSizes.check(who, what, tensor, first, logits, first);
  }

  /** Returns lengths as a column, {@code [n, 1]}. */
  private static Tensor lengths(
      String who, String what, long least, long most, Object x, Tensor logits) {
    Tensor checked =
        new CheckRange(who, what, least, most, "give the length of each sequence")
            .applyTo(ofBatch(who, what, 1, x, logits));
    return Shaping.expandDims(Casting.cast(checked, DType.INT32), 1);
  }
}
