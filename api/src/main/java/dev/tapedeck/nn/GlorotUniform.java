package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;

/**
 * An initializer of uniform numbers within {@code sqrt(6 / (fanIn + fanOut))} of 0.
 *
 * <p>X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", AISTATS 2010.
 *
 * @param seed seed of the numbers; null for the key that {@link #create} is given
 * @param inputAxes axes that count as inputs; null for those of a kernel
 * @param outputAxes axes that count as outputs; null for those of a kernel
 */
public record GlorotUniform(Long seed, List<Integer> inputAxes, List<Integer> outputAxes)
    implements RandomInitializer {
  /** Checks the axes, and copies them. */
  public GlorotUniform {
    inputAxes = VarianceScaling.axes(this, inputAxes, outputAxes);
    outputAxes = VarianceScaling.axes(this, outputAxes, inputAxes);
  }

  /** Makes one that takes the key that it is given, for kernels. */
  public GlorotUniform() {
    this(null, null, null);
  }

  @Override
  public GlorotUniform seeded(long seed) {
    return new GlorotUniform(seed, inputAxes, outputAxes);
  }

  @Override
  public Tensor draw(RandomKey key, TensorSpec spec) {
    return new VarianceScaling(
            1,
            VarianceScaling.Mode.FAN_AVG,
            VarianceScaling.Distribution.UNIFORM,
            seed,
            inputAxes,
            outputAxes)
        .draw(key, spec);
  }
}
