package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import java.util.List;

/**
 * A layer that leaves out the edges of sequences: {@code [n, steps, c]} gives the sizes of the
 * steps less what is cropped.
 *
 * <p>An input of another rank, or one of which nothing would be left, throws {@link
 * IllegalArgumentException}.
 */
public final class Cropping1D extends Cropping<Cropping1D.Arguments, Cropping1D> {
  /**
   * The arguments of a {@link Cropping1D}.
   *
   * @param cropping numbers of steps at the start and at the end
   */
  public record Arguments(List<Integer> cropping) {
    /** Checks the arguments. */
    public Arguments {
      cropping = checked("Cropping1D", "cropping", 1, List.of(cropping)).getFirst();
    }
  }

  private Cropping1D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that leaves out 1 at each end. */
  public Cropping1D() {
    this(1);
  }

  /** Makes a layer of a number for both ends of the steps. */
  public Cropping1D(int cropping) {
    this(List.of(cropping));
  }

  /** Makes a layer of the numbers of steps at the start and at the end. */
  public Cropping1D(List<Integer> cropping) {
    this(new Arguments(cropping));
  }

  @Override
  List<List<Integer>> ends() {
    return List.of(args().cropping);
  }

  @Override
  ImageLayout layout() {
    return ImageLayout.CHANNELS_LAST;
  }
}
