package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * Base of the layers that set whole channels to 0 at random.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class SpatialDropout<
        A extends Record & SpatialDropout.Arguments, L extends SpatialDropout<A, L>>
    extends RandomLayer<A, L> {
  private final int axes;

  /** The arguments that all these layers have. */
  interface Arguments {
    double rate();

    ImageLayout dataFormat();

    Long seed();
  }

  SpatialDropout(A arguments, int axes) {
    super(arguments, arguments.seed());
    this.axes = axes;
  }

  @Override
  final boolean changes() {
    return args().rate() > 0;
  }

  @Override
  final Tensor changed(Tensor x, RandomKey key) {
    ImageLayout layout = args().dataFormat();
    String who = getClass().getSimpleName();
    LayerOptions.requireRank(who, "inputs " + layout.name(axes), axes + 2, x);
    int first = layout.firstSpatialAxis();
    int[] spatial = IntStream.range(first, first + axes).toArray();
    return Regularization.dropout(x, args().rate(), key, spatial);
  }
}
