package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/** Elements and slices gathered from, and scattered to, positions given by tuples of indices. */
public final class Scattering {
  private static final IndexWalk TUPLES = new IndexWalk.Tuples();

  private Scattering() {}

  /**
   * Returns the slices of {@code x} at index tuples: {@code x [s1, .., sk, rest..]} and indices
   * {@code [.., k]} give {@code [.., rest..]}.
   *
   * @throws IllegalArgumentException if a tuple is longer than the rank of {@code x}, or an index
   *     is out of range
   */
  public static Tensor gatherNd(Object x, Object indices) {
    return new GatherNd().applyTo(Operands.tensor(x), Operands.tensor(indices));
  }

  /**
   * Returns zeros of a shape with slices added at index tuples: indices {@code [.., k]} and updates
   * {@code [.., rest..]} give {@code [s1, .., sk, rest..]}; repeated tuples add up.
   *
   * @throws IllegalArgumentException if the shapes do not fit, or an index is out of range
   */
  public static Tensor scatterNd(Object indices, Object updates, long... shape) {
    return new ScatterNd("scatterNd", Shape.of(shape))
        .applyTo(Operands.tensor(indices), Operands.tensor(updates));
  }

  /**
   * Returns {@code x} with the slices at index tuples replaced; of repeated tuples the last one
   * counts, and each gets the gradient, as in TensorFlow.
   *
   * @throws IllegalArgumentException as {@link #scatterNd}
   */
  public static Tensor tensorScatterUpdate(Object x, Object indices, Object updates) {
    Tensor tensor = Operands.tensor(x);
    return new ScatterUpdate().applyTo(tensor, Operands.tensor(indices), Operands.tensor(updates));
  }

  /**
   * Returns {@code x} with slices added at index tuples.
   *
   * @throws IllegalArgumentException as {@link #scatterNd}
   */
  public static Tensor tensorScatterAdd(Object x, Object indices, Object updates) {
    Tensor tensor = Operands.tensor(x);
    Tensor[] alike = Operands.alike("tensorScatterAdd", tensor, updates);
    ScatterNd scatter = new ScatterNd("tensorScatterAdd", tensor.shape());
    return tensor.add(MatchShape.applyLike(scatter, tensor, Operands.tensor(indices), alike[1]));
  }

  /**
   * Returns the elements along an axis that indices select: {@code y[i, j, k] = x[i, indices[i, j,
   * k], k]} for axis 1; the other axes have equal sizes.
   *
   * @throws IllegalArgumentException if the shapes do not fit, or an index is out of range
   */
  public static Tensor takeAlongAxis(Object x, Object indices, int axis) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "takeAlongAxis");
    return new TakeAlongAxis(along).applyTo(tensor, Operands.tensor(indices));
  }

  /** Returns the shape of the slices that index tuples select. */
  private static Shape slices(String who, Shape whole, TensorSpec indices) {
    Checks.wholeNumbers(who, indices);
    Shape shape = indices.shape();
    long depth = shape.isScalar() ? Long.MAX_VALUE : shape.size(-1);
    if (depth == Shape.UNKNOWN) {
      throw Checks.unknown(who, "the last axis of the indices, the size of tuples,", shape);
    }
    if (depth > whole.rank()) {
      throw Refusal.of(
          who,
          "the last axis of the indices holds a tuple of at most "
              + whole.rank()
              + " for shape "
              + whole,
          "indices " + shape,
          "give the indices a last axis of that size or less");
    }
    return shape
        .slice(0, shape.rank() - 1)
        .concat(whole.slice((int) depth, whole.rank()).toArray());
  }

  private static void fitting(String who, Shape expected, TensorSpec updates) {
    boolean known = expected.isKnown() && updates.shape().isKnown();
    if (known && !expected.equals(updates.shape())) {
      throw Refusal.of(
          who, "updates must have shape " + expected, updates.shape(), "broadcast or reshape them");
    }
  }

  private record GatherNd() implements SimpleOp {
    @Override
    public String name() {
      return "gatherNd";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      return new TensorSpec(inputs[0].dtype(), slices(name(), inputs[0].shape(), inputs[1]));
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      TUPLES.take(kernels, name(), inputs[0], inputs[1], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {
        MatchShape.applyLike(
            new ScatterNd("scatterNd", call.input(0).shape()),
            call.input(0),
            call.input(1),
            upstream),
        null
      };
    }
  }

  private record ScatterNd(String name, Shape into) implements SimpleOp {
    ScatterNd {
      Objects.requireNonNull(name, "scatterNd: name");
      Objects.requireNonNull(into, "scatterNd: shape");
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, into.isKnown() ? 2 : 3, inputs);
      Shape made = MatchShape.outputShape(this, into, inputs);
      fitting(name(), slices(name(), made, inputs[0]), inputs[1]);
      Checks.numeric(name(), inputs[1].dtype());
      return new TensorSpec(inputs[1].dtype(), made);
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      TUPLES.addToZeros(kernels, name(), inputs[1], inputs[0], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor[] gradients = new Tensor[call.inputs().length];
      gradients[1] = gatherNd(upstream, call.input(0));
      return gradients;
    }
  }

  private record ScatterUpdate() implements SimpleOp {
    @Override
    public String name() {
      return "tensorScatterUpdate";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 3, inputs);
      Checks.same(name(), inputs[0], inputs[2]);
      fitting(name(), slices(name(), inputs[0].shape(), inputs[1]), inputs[2]);
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      Elements.copy(inputs[0], output);
      TUPLES.put(name(), inputs[2], inputs[1], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor updates = call.input(2);
      return new Tensor[] {
        call.needs(0)
            ? tensorScatterUpdate(upstream, call.input(1), Creation.zerosLike(updates))
            : null,
        null,
        call.needs(2) ? gatherNd(upstream, call.input(1)) : null
      };
    }
  }
}
