package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Base of the layers that make images, or sequences, larger by whole factors.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class UpSampling<A extends Record, L extends UpSampling<A, L>> extends BuiltIn<A, L> {
  UpSampling(A arguments) {
    super(arguments);
  }

  /** Returns the factor of each spatial axis. */
  abstract List<Integer> factors();

  abstract ImageLayout layout();

  abstract Tensor larger(Tensor x);

  /** Checks the factors of axes; a single one is that of all. */
  static List<Integer> checked(String who, int axes, List<Integer> size) {
    List<Integer> factors = LayerOptions.forAxes(who, "size", axes, size);
    factors.forEach(factor -> LayerOptions.requirePositive(who, "size", factor));
    return factors;
  }

  @Override
  protected final Tensor call(Tensor x) {
    int axes = factors().size();
    String needed = "inputs " + layout().name(axes);
    LayerOptions.requireRank(getClass().getSimpleName(), needed, axes + 2, x);
    return larger(x);
  }

  /** Returns the input with each element repeated along the spatial axes. */
  final Tensor repeated(Tensor x) {
    Tensor y = x;
    int axis = layout().firstSpatialAxis();
    for (int factor : factors()) {
      y = Rearranging.repeat(y, factor, axis++);
    }
    return y;
  }
}
