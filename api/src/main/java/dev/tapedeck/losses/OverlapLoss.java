package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Base of the losses of sums over whole areas, as of a mask of an image. */
abstract class OverlapLoss<A extends Record & OverlapLoss.Arguments, L extends OverlapLoss<A, L>>
    extends BuiltInLoss<A, L> {
  /** The arguments that these losses have. */
  interface Arguments extends BuiltInLoss.Arguments {
    /** Returns the axes that the sums are over; null for all. */
    List<Integer> axis();
  }

  OverlapLoss(A arguments) {
    super(arguments);
  }

  /** Returns this loss with sums over some axes; by default over all, which gives one number. */
  public final L axis(int... axis) {
    return with("axis", Arrays.stream(axis).boxed().toList());
  }

  /** Returns the sum over the loss's axes. */
  final Tensor sum(Tensor x) {
    List<Integer> axis = arguments().axis();
    return axis == null
        ? x.sum()
        : Reductions.sum(x, axis.stream().mapToInt(Integer::intValue).toArray());
  }
}
