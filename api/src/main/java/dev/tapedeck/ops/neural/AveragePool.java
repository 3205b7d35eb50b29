package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.ByExample;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.array.MatchShape;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/** The mean of each window, not counting padding; see {@link Pooling}. */
record AveragePool(String name, Window window) implements ByExample {
  AveragePool {
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
    kernels.pooling().average(window, inputs[0], output);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Tensor x = call.input(0);
    return new Tensor[] {MatchShape.applyLike(new Gradient(this, x.shape()), x, upstream)};
  }

  /** The gradient of average pooling: each window's gradient is spread over its elements. */
  record Gradient(AveragePool pool, Shape images) implements ByExample {
    Gradient {
      Objects.requireNonNull(pool, "pooling: of what the gradient is");
      Objects.requireNonNull(images, "pooling: images");
    }

    @Override
    public String name() {
      return pool.name + "/gradient";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, images.isKnown() ? 1 : 2, inputs);
      TensorSpec made =
          new TensorSpec(inputs[0].dtype(), MatchShape.outputShape(this, images, inputs));
      Checks.spec(name(), pool.inferOutput(made), inputs[0]);
      return made;
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      kernels.pooling().averageGradient(pool.window, inputs[0], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor[] gradients = new Tensor[call.inputs().length];
      gradients[0] = pool.applyTo(upstream);
      return gradients;
    }
  }
}
