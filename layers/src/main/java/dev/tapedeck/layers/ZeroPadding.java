package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Base of the layers that put zeros around images, or sequences.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class ZeroPadding<A extends Record, L extends ZeroPadding<A, L>> extends Edges<A, L> {
  ZeroPadding(A arguments) {
    super(arguments);
  }

  @Override
  final Tensor changed(Tensor x, int firstAxis) {
    int[][] paddings = new int[x.shape().rank()][2];
    List<List<Integer>> ends = ends();
    for (int i = 0; i < ends.size(); i++) {
      paddings[firstAxis + i] = new int[] {ends.get(i).getFirst(), ends.get(i).getLast()};
    }
    return Rearranging.pad(x, paddings);
  }
}
