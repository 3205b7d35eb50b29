package dev.tapedeck.layers;

import dev.tapedeck.config.Records;
import dev.tapedeck.ops.kernels.Window.Padding;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Checks of the options of layers. */
final class LayerOptions {
  private LayerOptions() {}

  static void requirePositive(String who, String what, int value) {
    requireAtLeast(1, who, what, value);
  }

  private static void requireAtLeast(int least, String who, String what, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          who + ": " + what + " must be " + least + " or more, received " + value);
    }
  }

  static void requireGiven(String who, String what, Object value, String example) {
    if (value == null) {
      throw new NullPointerException(who + ": the " + what + " is null; give one, as " + example);
    }
  }

  /** Checks the padding of a layer that cannot look only back. */
  static void requireValidOrSame(String who, Padding padding) {
    requireGiven(who, "padding", padding, "Padding.SAME");
    if (padding == Padding.CAUSAL) {
      throw Refusal.of(
          who, "the padding must be VALID or SAME", padding, "use a Conv1D for sequences");
    }
  }

  /** Returns numbers as the list that a record of arguments holds. */
  static List<Integer> listed(int... numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Checks that a shape is that of images of a number of spatial axes. */
  static void requireImages(String who, ImageLayout layout, int axes, Shape images) {
    if (images.rank() != axes + 2) {
      throw Refusal.of(
          who,
          "needs images " + layout.name(axes),
          images,
          "batch(n) the dataset, or expandDims a single image, or one without channels");
    }
  }

  /** Returns a size of 1 or more for each axis; a single one is for all. */
  static List<Integer> sizes(String who, String what, int axes, List<Integer> given) {
    return perAxis(1, who, what, axes, given);
  }

  /** Returns a number for each axis; a single one is for all. */
  static List<Integer> perAxis(int least, String who, String what, int axes, List<Integer> given) {
    requireGiven(who, what, given, "List.of(" + "2, ".repeat(axes - 1) + "2)");
    given.forEach(number -> requireAtLeast(least, who, what, number));
    return forAxes(who, what, axes, given);
  }

  /** Returns numbers, of any size, for each axis; a single one is for all. */
  static List<Integer> forAxes(String who, String what, int axes, List<Integer> given) {
    if (given.size() != 1 && given.size() != axes) {
      throw Refusal.of(
          who,
          what + " must be " + (axes == 1 ? "one number" : "one number or " + axes),
          given,
          "give one for all axes, or one for each");
    }
    return given.size() == axes
        ? List.copyOf(given)
        : List.copyOf(Collections.nCopies(axes, given.getFirst()));
  }

  static void requireNonNegative(String who, String what, double value) {
    if (!(value >= 0)) {
      throw Refusal.of(who, what + " must be 0 or more", value, "give such a number");
    }
  }

  /** Returns axes, of which there must be one. */
  static List<Integer> axes(String who, List<Integer> axes) {
    if (axes.isEmpty()) {
      throw Refusal.of(who, "needs at least one axis", "none", "name one, as -1 for the last");
    }
    return List.copyOf(axes);
  }

  static void requireRank(String who, String what, int rank, Tensor x) {
    if (x.shape().rank() != rank) {
      throw Refusal.of(
          who, "needs " + what, x.shape(), "batch(n) the dataset, or expandDims a single example");
    }
  }

  /** Returns arguments whose values are those of the same names among more arguments. */
  @SuppressWarnings("unchecked") // constructs one of the class
  static <A extends Record> A select(Class<A> type, Record among) {
    List<String> names = Records.names(among.getClass());
    List<Object> values = Records.components(among);
    List<Object> selected = new ArrayList<>(); // some are null
    Records.names(type).forEach(name -> selected.add(values.get(names.indexOf(name))));
    return (A) Records.construct(type, selected);
  }
}
