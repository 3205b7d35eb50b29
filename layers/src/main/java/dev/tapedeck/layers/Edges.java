package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Base of the layers that crop or pad the spatial axes of images, or of sequences.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class Edges<A extends Record, L extends Edges<A, L>> extends BuiltIn<A, L> {
  Edges(A arguments) {
    super(arguments);
  }

  /** Returns the numbers of elements {@code [before, after]} of each spatial axis. */
  abstract List<List<Integer>> ends();

  abstract ImageLayout layout();

  /** Returns the output; the first axis is the first spatial one. */
  abstract Tensor changed(Tensor x, int firstAxis);

  final String who() {
    return getClass().getSimpleName();
  }

  @Override
  protected final Tensor call(Tensor x) {
    int axes = ends().size();
    String needed = "inputs " + layout().name(axes);
    LayerOptions.requireRank(who(), needed, axes + 2, x);
    return changed(x, layout().firstSpatialAxis());
  }

  /** Returns a number as that of both ends of each axis. */
  static List<List<Integer>> all(int axes, int number) {
    return Collections.nCopies(axes, List.of(number, number));
  }

  /** Checks numbers of each axis; one is that of both ends. */
  static List<List<Integer>> checked(String who, String what, int axes, List<List<Integer>> ends) {
    List<List<Integer>> pairs = new ArrayList<>();
    for (List<Integer> ofAxis : ends) {
      pairs.add(LayerOptions.forAxes(who, what + " of an axis", 2, ofAxis));
    }
    if (pairs.size() != axes || pairs.stream().anyMatch(pair -> Collections.min(pair) < 0)) {
      throw Refusal.of(
          who,
          what + " is [before, after], 0 or more, for each of " + axes + " axes",
          ends,
          "use [0, 0] for axes that stay");
    }
    return List.copyOf(pairs);
  }
}
