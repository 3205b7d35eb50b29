package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;

/**
 * Base of the convolutions with a kernel {@code [size.., c / groups, filters]}.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class Conv<A extends Record & Conv.Arguments, L extends Conv<A, L>>
    extends KernelConvolution<A, L> {
  /** The arguments that all these layers have. */
  interface Arguments extends KernelConvolution.Arguments {
    int groups();
  }

  Conv(A arguments) {
    super(arguments);
  }

  /** Checks that the filters are of groups. */
  static void check(String who, int filters, int groups) {
    LayerOptions.requirePositive(who, "groups", groups);
    if (filters % groups != 0) {
      throw Refusal.of(
          who,
          "the filters must split into " + groups + " groups",
          filters,
          "use a multiple of the groups");
    }
  }

  /** Sets the number of groups of channels, each with filters of its own; by default 1. */
  public final L groups(int groups) {
    return with("groups", groups);
  }

  @Override
  final Shape kernelShape(Shape images) {
    long channels = channels(images);
    int groups = args().groups();
    if (channels != Shape.UNKNOWN && channels % groups != 0) {
      throw Refusal.of(
          who(),
          "the channels must split into " + groups + " groups",
          channels + " in images " + images,
          "use a divisor of the channels");
    }
    return kernelShape(channels == Shape.UNKNOWN ? channels : channels / groups, args().filters());
  }

  @Override
  final ConvOptions options() {
    return super.options().groups(args().groups());
  }
}
