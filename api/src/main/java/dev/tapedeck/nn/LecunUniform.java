package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;

/**
 * An initializer of uniform numbers within {@code sqrt(3 / fanIn)} of 0.
 *
 * <p>Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, "Efficient BackProp", 1998.
 *
 * @param seed seed of the numbers; null for the key that {@link #create} is given
 * @param inputAxes axes that count as inputs; null for those of a kernel
 * @param outputAxes axes that count as outputs; null for those of a kernel
 */
public record LecunUniform(Long seed, List<Integer> inputAxes, List<Integer> outputAxes)
    implements RandomInitializer {
  /** Checks the axes, and copies them. */
  public LecunUniform {
    inputAxes = VarianceScaling.axes(this, inputAxes, outputAxes);
    outputAxes = VarianceScaling.axes(this, outputAxes, inputAxes);
  }

  /** Makes one that takes the key that it is given, for kernels. */
  public LecunUniform() {
    this(null, null, null);
  }

  @Override
  public LecunUniform seeded(long seed) {
    return new LecunUniform(seed, inputAxes, outputAxes);
  }

  @Override
  public Tensor draw(RandomKey key, TensorSpec spec) {
    return new VarianceScaling(
            1,
            VarianceScaling.Mode.FAN_IN,
            VarianceScaling.Distribution.UNIFORM,
            seed,
            inputAxes,
            outputAxes)
        .draw(key, spec);
  }
}
