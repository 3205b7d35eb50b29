package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;

/**
 * An initializer of normal numbers of variance {@code 2 / fanIn}, truncated at two standard
 * deviations.
 *
 * <p>K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", ICCV 2015.
 *
 * @param seed seed of the numbers; null for the key that {@link #create} is given
 * @param inputAxes axes that count as inputs; null for those of a kernel
 * @param outputAxes axes that count as outputs; null for those of a kernel
 */
public record HeNormal(Long seed, List<Integer> inputAxes, List<Integer> outputAxes)
    implements RandomInitializer {
  /** Checks the axes, and copies them. */
  public HeNormal {
    inputAxes = VarianceScaling.axes(this, inputAxes, outputAxes);
    outputAxes = VarianceScaling.axes(this, outputAxes, inputAxes);
  }

  /** Makes one that takes the key that it is given, for kernels. */
  public HeNormal() {
    this(null, null, null);
  }

  @Override
  public HeNormal seeded(long seed) {
    return new HeNormal(seed, inputAxes, outputAxes);
  }

  @Override
  public Tensor draw(RandomKey key, TensorSpec spec) {
    return new VarianceScaling(
            2,
            VarianceScaling.Mode.FAN_IN,
            VarianceScaling.Distribution.TRUNCATED_NORMAL,
            seed,
            inputAxes,
            outputAxes)
        .draw(key, spec);
  }
}
