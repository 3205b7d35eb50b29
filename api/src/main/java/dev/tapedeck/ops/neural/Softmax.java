package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.CheckSizes;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.stream.IntStream;

/** Softmax, its logarithm, and the cross-entropies that are computed from logits. */
public final class Softmax {
  private Softmax() {}

  /** Returns {@code exp(x) / sum(exp(x))} along the last axis, without overflow. */
  public static Tensor softmax(Object logits) {
    return new SoftmaxOp(false).applyTo(Operands.tensor(logits));
  }

  /** Returns {@code exp(x) / sum(exp(x))} along an axis, without overflow. */
  public static Tensor softmax(Object logits, int axis) {
    return along(axis, new SoftmaxOp(false), Operands.tensor(logits));
  }

  /**
   * Returns the logarithm of {@link #softmax(Object)}, {@code x - log(sum(exp(x)))}, exact for
   * small probabilities.
   */
  public static Tensor logSoftmax(Object logits) {
    return new SoftmaxOp(true).applyTo(Operands.tensor(logits));
  }

  /** Returns the logarithm of {@link #softmax(Object, int)}. */
  public static Tensor logSoftmax(Object logits, int axis) {
    return along(axis, new SoftmaxOp(true), Operands.tensor(logits));
  }

  /** Applies an op on the last axis to another axis, by swapping the two. */
  private static Tensor along(int axis, SoftmaxOp op, Tensor logits) {
    int last = logits.shape().rank() - 1;
    int other = logits.shape().axis(axis, op.name());
    if (other == last) {
      return op.applyTo(logits);
    }
    int[] order = IntStream.rangeClosed(0, last).toArray();
    order[other] = last;
    order[last] = other;
    return Shaping.transpose(op.applyTo(Shaping.transpose(logits, order)), order);
  }

  /**
   * Returns {@code -log(softmax(logits))} at the labels' classes: {@code [..]} labels of whole
   * numbers and {@code [.., classes]} logits give {@code [..]} losses.
   *
   * @throws IllegalArgumentException if the shapes do not fit or a label is not a class
   */
  public static Tensor sparseSoftmaxCrossEntropy(Object labels, Object logits) {
    return new SparseCrossEntropy().applyTo(Operands.tensor(labels), Operands.tensor(logits));
  }

  /**
   * Returns {@code -sum(labels * log(softmax(logits)))} along the last axis; the labels are
   * probabilities of the same shape as the logits.
   *
   * @throws IllegalArgumentException if the shapes or types differ
   */
  public static Tensor softmaxCrossEntropy(Object labels, Object logits) {
    Tensor[] operands = Operands.alike("softmaxCrossEntropy", labels, logits);
    Checks.sameFloating("softmaxCrossEntropy", operands[0].spec(), operands[1].spec());
    operands[0] = sameShape("softmaxCrossEntropy", "sparseSoftmaxCrossEntropy", operands);
    return Reductions.sum(operands[0].mul(logSoftmax(operands[1])), -1).neg();
  }

  private static final Pointwise SIGMOID_CROSS_ENTROPY =
      Pointwise.floating(
              Formula.of(
                  "sigmoidCrossEntropy",
                  (z, x) ->
                      x.max(Expr.of(0)).minus(x.times(z)).plus(x.abs().negate().exp().log1p())))
          .withGradient(
              1, a -> a[3].times(a[1].times(0.5).tanh().times(0.5).plus(0.5).minus(a[0])));

  /**
   * Returns {@code -z log(sigmoid(x)) - (1 - z) log(1 - sigmoid(x))} for labels {@code z} and
   * logits {@code x} of one shape, without overflow.
   *
   * @throws IllegalArgumentException if the shapes or types differ
   */
  public static Tensor sigmoidCrossEntropy(Object labels, Object logits) {
    Tensor[] operands = Operands.alike("sigmoidCrossEntropy", labels, logits);
    operands[0] = sameShape("sigmoidCrossEntropy", null, operands);
    return SIGMOID_CROSS_ENTROPY.applyTo(operands);
  }

  /** Returns the labels after checking that they have the shape of the logits. */
  private static Tensor sameShape(String who, String forClasses, Tensor... operands) {
    if (!operands[0].shape().fits(operands[1].shape())) {
      throw Refusal.of(
          who,
          "labels must have the shape of the logits "
              + operands[1].shape()
              + ", since they are not broadcast",
          operands[0].shape(),
          LabelAdvice.alike(operands[0].shape(), operands[1].shape(), forClasses));
    }
    return CheckSizes.check(who, "labels", operands[0], operands[1]);
  }

  /**
   * The predicted probability of each label's class: {@code p[label]} of whole-number labels {@code
   * [..]} and {@code [.., classes]}.
   */
  public record LabelProbability() implements SimpleOp {
    @Override
    public String name() {
      return "labelProbability";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      return ClassLabels.labelled(name(), "predictions", "categoricalCrossentropy", inputs);
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor p = inputs[1].dense();
      long classes = p.shape().size(-1);
      long[] labels = ClassLabels.checked(name(), inputs);
      for (int i = 0; i < labels.length; i++) {
        Elements.copy(p.dtype(), p.elements(), i * classes + labels[i], output.elements(), i);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor p = call.input(1);
      Tensor classes = Indexing.oneHot(call.input(0), (int) p.shape().size(-1), p.dtype());
      return new Tensor[] {null, classes.mul(Shaping.expandDims(g, -1))};
    }
  }

  /**
   * The product, 0 where the first factor is 0: softmax of rows without finite numbers, as of fully
   * masked ones, is NaN.
   */
  private static final Pointwise XMULY = Pointwise.floating(Formula.of("mul", Primitive.XMULY));

  private record SoftmaxOp(boolean logarithm) implements SimpleOp {
    @Override
    public String name() {
      return logarithm ? "logSoftmax" : "softmax";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.sameFloating(name(), inputs[0]);
      inputs[0].shape().axis(-1, name());
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      kernels.softmax().softmax(inputs[0], logarithm, output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor y = call.output();
      return new Tensor[] {
        logarithm
            ? g.sub(XMULY.of(Reductions.sum(g, true, -1), Maths.exp(y)))
            : XMULY.of(g.sub(Reductions.sum(XMULY.of(g, y), true, -1)), y)
      };
    }
  }
}
