package dev.tapedeck.layers;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Shapes of the variables of an {@link EinsumDense}.
 *
 * @param inputAxes axes of the kernel that are summed over
 * @param outputAxes axes of the kernel that are the output's
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record EinsumShapes(long[] kernel, long[] bias, List<Integer> inputAxes, List<Integer> outputAxes) {
  private static final String WHO = "EinsumDense";

  private static final Pattern EQUATION =
      Pattern.compile(
          "(?<left>\\.{3})?(?<x>[a-zA-Z]+)(?<right>\\.{3})?,(?<w>[a-zA-Z]+)->(?<toLeft>\\.{3})?"
              + "(?<y>[a-zA-Z]+)(?<toRight>\\.{3})?");

  /** Returns the parts of an equation. */
  static Matcher parse(String equation) {
    LayerOptions.requireGiven(WHO, "equation", equation, "\"abc,cd->abd\"");
    Matcher parts = EQUATION.matcher(equation.replace(" ", ""));
    boolean fits =
        parts.matches()
            && (parts.group("left") == null) == (parts.group("toLeft") == null)
            && (parts.group("right") == null) == (parts.group("toRight") == null)
            && (parts.group("left") == null || parts.group("right") == null);
    if (!fits) {
      throw Refusal.of(
          WHO,
          "needs an equation of the form X,Y->Z, ...X,Y->...Z or X...,Y->Z...",
          equation,
          "name the input's axes, the kernel's and the output's");
    }
    return parts;
  }

  static EinsumShapes of(String equation, List<Integer> outputShape, String biasAxes, Shape input) {
    Matcher parts = parse(equation);
    String x = parts.group("x");
    String w = parts.group("w");
    String y = parts.group("y");
    boolean left = parts.group("left") != null;
    int elided = input.rank() - x.length();
    boolean ellipsis = left || parts.group("right") != null;
    if (elided < (left ? 1 : 0) || (elided > 0 && !ellipsis)) {
      throw refused(equation, "needs an input whose axes the equation names", input);
    }
    if (outputShape.size() != (left ? y.length() : y.length() - 1)) {
      throw refused(equation, "needs a size for each axis of the output", outputShape);
    }
    Map<Character, Long> sizes = new LinkedHashMap<>();
    for (int i = 0; i < x.length(); i++) {
      sizes.put(x.charAt(i), input.size(left ? elided + i : i));
    }
    for (int i = 0; i < outputShape.size(); i++) {
      char axis = y.charAt(left ? i : i + 1);
      long size = outputShape.get(i);
      long known = sizes.getOrDefault(axis, Shape.UNKNOWN);
      if (known != Shape.UNKNOWN && size != Shape.UNKNOWN && known != size) {
        throw refused(
            equation,
            "needs the input's size " + known + " of axis " + axis,
            "an output of " + size);
      }
      sizes.put(axis, size == Shape.UNKNOWN ? known : size);
    }
    return new EinsumShapes(
        w.chars().mapToLong(axis -> size(equation, sizes, (char) axis)).toArray(),
        biasAxes == null ? null : bias(equation, biasAxes, y, sizes, left ? 0 : elided),
        axes(w, y, false),
        axes(w, y, true));
  }

  private static long size(String equation, Map<Character, Long> sizes, char axis) {
    Long size = sizes.get(axis);
    if (size == null) {
      throw refused(equation, "needs axes of the kernel that are the input's or output's", axis);
    }
    return size;
  }

  private static long[] bias(
      String equation, String biasAxes, String y, Map<Character, Long> sizes, int elidedRight) {
    int first = y.length();
    for (int i = 0; i < biasAxes.length(); i++) {
      int at = y.indexOf(biasAxes.charAt(i));
      if (at < 0) {
        throw refused(equation, "needs biasAxes of the output", biasAxes);
      }
      first = Math.min(first, at);
    }
    List<Long> shape = new ArrayList<>();
    for (char axis : y.substring(first).toCharArray()) {
      shape.add(biasAxes.indexOf(axis) < 0 ? 1 : size(equation, sizes, axis));
    }
    for (int i = 0; i < elidedRight; i++) {
      shape.add(1L);
    }
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  private static List<Integer> axes(String w, String y, boolean ofOutput) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < w.length(); i++) {
      if (y.indexOf(w.charAt(i)) >= 0 == ofOutput) {
        axes.add(i);
      }
    }
    return axes;
  }

  private static IllegalArgumentException refused(
      String equation, String expected, Object received) {
    return Refusal.of(
        WHO, expected + " in " + equation, received, "change the equation or the output's shape");
  }
}
