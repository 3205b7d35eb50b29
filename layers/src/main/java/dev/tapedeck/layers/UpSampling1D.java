package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that repeats each step of sequences: {@code [n, steps, c]} gives the sizes of the steps
 * times {@code size}.
 *
 * <p>An input of another rank throws {@link IllegalArgumentException}.
 */
public final class UpSampling1D extends UpSampling<UpSampling1D.Arguments, UpSampling1D> {
  /**
   * The arguments of an {@link UpSampling1D}.
   *
   * @param size factor of the number of steps
   */
  public record Arguments(int size) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requirePositive("UpSampling1D", "size", size);
    }
  }

  private UpSampling1D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that repeats each step twice. */
  public UpSampling1D() {
    this(2);
  }

  /** Makes a layer of a factor. */
  public UpSampling1D(int size) {
    this(new Arguments(size));
  }

  @Override
  List<Integer> factors() {
    return List.of(args().size);
  }

  @Override
  ImageLayout layout() {
    return ImageLayout.CHANNELS_LAST;
  }

  @Override
  Tensor larger(Tensor x) {
    return repeated(x);
  }
}
