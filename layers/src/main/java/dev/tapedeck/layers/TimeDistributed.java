package dev.tapedeck.layers;

import dev.tapedeck.function.ControlFlow;
import dev.tapedeck.function.ControlFlow.Step;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Layer;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer applied to each step of sequences: {@code [n, time, ..]} give {@code [n, time, ..]},
 * where the layer is one of {@code [n, ..]}.
 *
 * <p>A layer without untrainable variables is applied to all steps at once, as one batch of {@code
 * n * time}. One that has them, as {@link BatchNormalization} has its moving statistics, is applied
 * to one step after the other.
 *
 * <p>A mask {@code [n, time, ..]} gives each step its part. One of {@code [n, time]} is the
 * output's, too; of one with more axes the output has what the layer passes on.
 */
public final class TimeDistributed extends BuiltIn<TimeDistributed.Arguments, TimeDistributed> {
  private static final String WHO = "TimeDistributed";

  private Layer layer;

  /** The arguments of a {@link TimeDistributed}. */
  public record Arguments(Layer layer) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven(WHO, "layer", layer, "new Dense(8)");
    }
  }

  private TimeDistributed(Arguments arguments) {
    super(arguments);
    layer = arguments.layer();
  }

  /** Makes a layer of the one of a step. */
  public TimeDistributed(Layer layer) {
    this(new Arguments(layer));
  }

  @Override
  protected void build(Shape input) {
    if (input.rank() < 3) {
      throw Refusal.of(
          WHO,
          "needs sequences [n, time, ..] of rank 3 or more",
          input,
          "expandDims what has one feature, and batch(n) the dataset");
    }
    if (dtypePolicy() != null && layer.dtypePolicy() == null) {
      layer.dtype(dtypePolicy());
    }
    if (!trainable()) {
      layer.trainable(false);
    }
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }

  /** A mask of steps is the output's; of one of more axes, the layer knows what is left. */
  @Override
  protected Tensor computeMask(Tensor mask) {
    return mask.shape().rank() == 2 ? mask : null;
  }

  @Override
  protected Tensor call(Tensor x) {
    Shape shape = x.shape();
    if (layer.isAwaitingState()) {
      layer.build(new TensorSpec(x.dtype(), Shape.of(shape.size(0)).concat(ofStep(shape))));
    }
    boolean alike = layer.variables().stream().allMatch(Variable::trainable);
    return alike && shape.slice(1, shape.rank()).isKnown() ? atOnce(x) : stepByStep(x);
  }

  private static long[] ofStep(Shape shape) {
    return shape.slice(2, shape.rank()).toArray();
  }

  private Tensor atOnce(Tensor x) {
    Tensor y = layer.apply(withMask(joined(x), x.mask() == null ? null : joined(x.mask())));
    long time = x.shape().size(1);
    return hasOwnMask(x, y) ? parted(y, time).withMask(parted(y.mask(), time)) : parted(y, time);
  }

  private static boolean hasOwnMask(Tensor x, Tensor y) {
    return x.mask() != null && x.mask().shape().rank() > 2 && y.mask() != null;
  }

  /** Returns sequences of a batch of all steps. */
  private static Tensor parted(Tensor y, long time) {
    Shape each = y.shape().slice(1, y.shape().rank());
    return y.reshape(Shape.of(Shape.UNKNOWN, time).concat(each.toArray()).toArray());
  }

  /** Returns a batch of all steps. */
  private static Tensor joined(Tensor x) {
    return x.reshape(Shape.of(Shape.UNKNOWN).concat(ofStep(x.shape())).toArray());
  }

  private Tensor stepByStep(Tensor x) {
    List<Tensor> slices = new ArrayList<>(List.of(Shaping.swapAxes(x, 0, 1)));
    if (x.mask() != null) {
      slices.add(Shaping.swapAxes(x.mask(), 0, 1));
    }
    Step<List<Tensor>, List<Tensor>> made =
        ControlFlow.scan(
            (none, step) -> {
              Tensor mask = step.size() == 1 ? null : step.getLast();
              Tensor y = layer.apply(withMask(step.getFirst(), mask));
              return new Step<>(none, hasOwnMask(x, y) ? List.of(y, y.mask()) : List.of(y));
            },
            List.of(),
            slices);
    List<Tensor> given = made.given().stream().map(y -> Shaping.swapAxes(y, 0, 1)).toList();
    return withMask(given.getFirst(), given.size() == 1 ? null : given.getLast());
  }

  private static Tensor withMask(Tensor x, Tensor mask) {
    return mask == null ? x : x.withMask(mask);
  }
}
