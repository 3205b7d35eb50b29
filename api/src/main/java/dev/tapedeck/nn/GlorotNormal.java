package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;

/**
 * An initializer of normal numbers of variance {@code 2 / (fanIn + fanOut)}, truncated at two
 * standard deviations.
 *
 * <p>X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", AISTATS 2010.
 *
 * @param seed seed of the numbers; null for the key that {@link #create} is given
 * @param inputAxes axes that count as inputs; null for those of a kernel
 * @param outputAxes axes that count as outputs; null for those of a kernel
 */
public record GlorotNormal(Long seed, List<Integer> inputAxes, List<Integer> outputAxes)
    implements RandomInitializer {
  /** Checks the axes, and copies them. */
  public GlorotNormal {
    inputAxes = VarianceScaling.axes(this, inputAxes, outputAxes);
    outputAxes = VarianceScaling.axes(this, outputAxes, inputAxes);
  }

  /** Makes one that takes the key that it is given, for kernels. */
  public GlorotNormal() {
    this(null, null, null);
  }

  @Override
  public GlorotNormal seeded(long seed) {
    return new GlorotNormal(seed, inputAxes, outputAxes);
  }

  @Override
  public Tensor draw(RandomKey key, TensorSpec spec) {
    return new VarianceScaling(
            1,
            VarianceScaling.Mode.FAN_AVG,
            VarianceScaling.Distribution.TRUNCATED_NORMAL,
            seed,
            inputAxes,
            outputAxes)
        .draw(key, spec);
  }
}
