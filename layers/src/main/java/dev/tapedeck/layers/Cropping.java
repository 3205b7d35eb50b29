package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Base of the layers that leave out elements at the edges of images, or of sequences.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class Cropping<A extends Record, L extends Cropping<A, L>> extends Edges<A, L> {
  Cropping(A arguments) {
    super(arguments);
  }

  @Override
  final Tensor changed(Tensor x, int firstAxis) {
    List<Object> ranges = new ArrayList<>();
    for (int i = 0; i < firstAxis; i++) {
      ranges.add(Index.ALL);
    }
    for (List<Integer> ends : ends()) {
      requireLeft(x.shape(), ranges.size(), ends);
      int before = ends.getFirst();
      int after = ends.getLast();
      ranges.add(after == 0 ? Index.from(before) : Index.range(before, -after));
    }
    return Indexing.get(x, ranges.toArray());
  }

  private void requireLeft(Shape shape, int axis, List<Integer> ends) {
    long size = shape.size(axis);
    if (size != Shape.UNKNOWN && (long) ends.getFirst() + ends.getLast() >= size) {
      throw Refusal.of(
          who(), "must leave an element of axis " + axis + " of " + shape, ends, "crop less");
    }
  }
}
