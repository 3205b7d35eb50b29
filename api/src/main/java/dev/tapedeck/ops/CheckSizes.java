package dev.tapedeck.ops;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A check that axes of a tensor have the same sizes as axes of another; its output is the tensor.
 * It is for functions whose operands must not broadcast, in graphs where sizes are unknown.
 *
 * @param who the function that asks, for the message
 * @param what the tensor's role in it: {@code labels}
 * @param axes the axes of the first input
 * @param others the axes of the second input, one for each
 * @hidden not for programs that use Tapedeck
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CheckSizes(String who, String what, int[] axes, int[] others) implements View {
  /** Checks that there is another axis for each. */
  public CheckSizes {
    Objects.requireNonNull(who, "sameSizes: who");
    Objects.requireNonNull(what, "sameSizes: what");
    if (axes.length != others.length) {
      throw Refusal.of(
          "sameSizes",
          "needs an axis of the other input for each",
          Arrays.toString(axes) + " and " + Arrays.toString(others),
          "name as many axes of both");
    }
  }

  /**
   * Returns a tensor after checking that it has the type and shape of another: at once as far as
   * sizes are known, else when the graph runs.
   *
   * @throws IllegalArgumentException if they differ
   */
  public static Tensor check(String who, String what, Tensor x, Tensor like) {
    if (x.dtype() != like.dtype() || x.shape().rank() != like.shape().rank()) {
      throw refused(who, what, x.spec(), like.spec());
    }
    int[] all = IntStream.range(0, x.shape().rank()).toArray();
    return check(who, what, x, all, like, all);
  }

  /** Returns a tensor after checking the sizes of its axes. */
  public static Tensor check(
      String who, String what, Tensor x, int[] axes, Tensor y, int[] others) {
    CheckSizes op = new CheckSizes(who, what, axes, others);
    op.inferOutput(x.spec(), y.spec());
    boolean sure =
        IntStream.range(0, axes.length)
            .allMatch(
                i ->
                    x.shape().size(axes[i]) != Shape.UNKNOWN
                        && y.shape().size(others[i]) != Shape.UNKNOWN);
    return sure ? x : op.applyTo(x, y);
  }

  private static IllegalArgumentException refused(
      String who, String what, TensorSpec x, TensorSpec like) {
    return Refusal.of(
        who, "needs " + like + " as " + what, x, "reshape or cast it; it is not broadcast");
  }

  @Override
  public String name() {
    return "sameSizes";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    Shape x = inputs[0].shape();
    Shape y = inputs[1].shape();
    Shape known = x;
    for (int i = 0; i < axes.length; i++) {
      Checks.axis(this, axes[i], x);
      Checks.axis(this, others[i], y);
      long size = x.size(axes[i]);
      long other = y.size(others[i]);
      if (size == Shape.UNKNOWN) {
        known = known.with(axes[i], other);
      } else if (size != other && other != Shape.UNKNOWN) {
        boolean whole =
            axes.length == x.rank() && x.rank() == y.rank() && Arrays.equals(axes, others);
        throw whole
            ? refused(who, what, inputs[0], inputs[1])
            : Refusal.of(
                who,
                "axes "
                    + Arrays.toString(axes)
                    + " of "
                    + what
                    + " must have the sizes of axes "
                    + Arrays.toString(others)
                    + " of "
                    + y,
                x,
                "reshape or transpose it");
      }
    }
    return new TensorSpec(inputs[0].dtype(), known);
  }

  @Override
  public EagerTensor view(EagerTensor input, Shape shape) {
    return input.view(shape, input.strides(), input.offset());
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[] {upstream, null};
  }
}
