package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.ByExample;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.WindowMaxima;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** The largest element of each window; see {@link Pooling}. */
record MaxPool(String name, Window window) implements ByExample {
  MaxPool {
    Objects.requireNonNull(name, "pooling: name");
    Objects.requireNonNull(window, "pooling: window");
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    return Pooling.slide(name, window, inputs[0]);
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    kernels.pooling().max(window, inputs[0], output);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[] {new Gradient(this).applyTo(call.input(0), upstream)};
  }

  /** The gradient of max pooling: each window's gradient goes to its maximum. */
  record Gradient(MaxPool pool) implements ByExample {
    Gradient {
      Objects.requireNonNull(pool, "pooling: of what the gradient is");
    }

    @Override
    public String name() {
      return pool.name + "/gradient";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      Checks.spec(name(), pool.inferOutput(inputs[0]), inputs[1]);
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      kernels.pooling().maxGradient(pool.window, inputs[0], inputs[1], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor picked = call.needs(1) ? new Pick(pool).applyTo(call.input(0), upstream) : null;
      return new Tensor[] {null, picked};
    }
  }

  /**
   * The second-order gradient: elements of other images at the positions of the maxima in these.
   */
  record Pick(MaxPool pool) implements SimpleOp {
    Pick {
      Objects.requireNonNull(pool, "pooling: of what the gradient is");
    }

    @Override
    public String name() {
      return pool.name + "/pick";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      Checks.spec(name(), inputs[0], inputs[1]);
      return Pooling.slide(name(), pool.window, inputs[0]);
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      MemorySegment from = inputs[1].dense().elements();
      MemorySegment to = output.elements();
      long[] largest = WindowMaxima.of(pool.window, inputs[0].dense());
      for (int i = 0; i < largest.length; i++) {
        double picked = largest[i] < 0 ? 0 : Elements.getDouble(output.dtype(), from, largest[i]);
        Elements.setDouble(output.dtype(), to, i, picked);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor back = call.needs(1) ? new Gradient(pool).applyTo(call.input(0), upstream) : null;
      return new Tensor[] {null, back};
    }
  }
}
