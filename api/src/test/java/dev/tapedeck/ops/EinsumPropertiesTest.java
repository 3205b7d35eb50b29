package dev.tapedeck.ops;

import dev.tapedeck.ops.linalg.Einsum;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.GradientChecker;
import dev.tapedeck.testing.Grid;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Equations of all forms against the sum over all values of all names. */
final class EinsumPropertiesTest {
  private static final String NAMES = "abcD";

  /**
   * An equation, in which a point stands for an ellipsis, and its operands.
   *
   * @param output null where the equation does not tell it
   */
  record Contraction(List<String> inputs, String output, List<Sample> operands) {
    String equation() {
      String left = String.join(",", inputs);
      return (output == null ? left : left + "->" + output).replace(".", "...");
    }

    private int hidden(int operand) {
      String input = inputs.get(operand);
      int named = input.replace(".", "").length();
      return input.contains(".") ? operands.get(operand).shape().length - named : 0;
    }

    /** Returns digits for the axes of an ellipsis, the last of them 9. */
    private static String digits(int count) {
      return "0123456789".substring(10 - count);
    }

    /** Returns the names of an operand's axes. */
    String axes(int operand) {
      return inputs.get(operand).replace(".", digits(hidden(operand)));
    }

    /** Returns the names of the result's axes. */
    String result() {
      int most = IntStream.range(0, operands.size()).map(this::hidden).max().orElse(0);
      if (output != null) {
        return output.replace(".", digits(most));
      }
      String all = String.join("", inputs).replace(".", "");
      return digits(most)
          + all.chars()
              .filter(name -> all.indexOf(name) == all.lastIndexOf(name))
              .sorted()
              .mapToObj(Character::toString)
              .collect(Collectors.joining());
    }

    Map<Character, Integer> sizes() {
      Map<Character, Integer> sizes = new TreeMap<>();
      for (int i = 0; i < operands.size(); i++) {
        String axes = axes(i);
        for (int axis = 0; axis < axes.length(); axis++) {
          int size = operands.get(i).grid().size(axis);
          sizes.merge(axes.charAt(axis), size, (a, b) -> a == 1 ? b : a);
        }
      }
      return sizes;
    }

    @Override
    public String toString() {
      return '"' + equation() + "\" of " + operands;
    }
  }

  private static int[] index(String axes, Map<Character, Integer> values) {
    return axes.chars().map(name -> values.get((char) name)).toArray();
  }

  /** Adds up the products of elements for all values of all names; of all operands but one. */
  private static double[] sums(Contraction c, int[] shape, String axes, int without, Grid factor) {
    double[] sums = new double[Grid.count(shape)];
    Map<Character, Integer> sizes = c.sizes();
    List<Character> names = List.copyOf(sizes.keySet());
    int[] all = names.stream().mapToInt(sizes::get).toArray();
    Grid places = new Grid(shape, IntStream.range(0, sums.length).asDoubleStream().toArray());
    Grid.of(
        all,
        index -> {
          Map<Character, Integer> values = new TreeMap<>();
          for (int i = 0; i < all.length; i++) {
            values.put(names.get(i), index[i]);
          }
          double product = factor == null ? 1 : factor.at(index(c.result(), values));
          for (int i = 0; i < c.operands.size(); i++) {
            product *= i == without ? 1 : element(c.operands.get(i).grid(), c.axes(i), values);
          }
          return sums[(int) element(places, axes, values)] += product;
        });
    return sums;
  }

  /** Returns an element; an axis of size 1 repeats. */
  private static double element(Grid grid, String axes, Map<Character, Integer> values) {
    int[] at = index(axes, values);
    Arrays.setAll(at, axis -> grid.size(axis) == 1 ? 0 : at[axis]);
    return grid.at(at);
  }

  private static Grid expected(Contraction c) {
    Map<Character, Integer> sizes = c.sizes();
    int[] shape = index(c.result(), sizes);
    return new Grid(shape, sums(c, shape, c.result(), -1, null));
  }

  private static Arbitrary<Integer> size() {
    return Arbitraries.frequency(Tuple.of(4, 1), Tuple.of(6, 2), Tuple.of(5, 3), Tuple.of(1, 0));
  }

  /** Draws the names of an operand's axes, with an ellipsis or without. */
  private static Arbitrary<String> input(String names) {
    return Combinators.combine(
            Arbitraries.strings().withChars(names.toCharArray()).ofMaxLength(3),
            Arbitraries.integers().between(0, 8))
        .as(
            (axes, point) ->
                point > axes.length()
                    ? axes
                    : new StringBuilder(axes).insert(point, ".").toString());
  }

  private static Arbitrary<Sample> operand(String input, int[] sizes, int[] hidden) {
    String[] ends = input.split("\\.", -1);
    Arbitrary<int[]> middle =
        ends.length == 2 ? Sample.stretchingTo(hidden) : Arbitraries.just(new int[0]);
    return middle.flatMap(
        between -> {
          IntStream axes =
              IntStream.concat(
                  IntStream.concat(
                      ends[0].chars().map(n -> sizes[NAMES.indexOf(n)]), Arrays.stream(between)),
                  ends.length == 2
                      ? ends[1].chars().map(n -> sizes[NAMES.indexOf(n)])
                      : IntStream.empty());
          return Sample.of(axes.toArray(), -3, 3);
        });
  }

  /** Draws some of the names of operands, in any order, and the ellipsis, or nothing. */
  private static Arbitrary<String> output(List<String> inputs) {
    String joined = String.join("", inputs);
    List<Character> names =
        joined.replace(".", "").chars().distinct().mapToObj(name -> (char) name).toList();
    return Combinators.combine(
            Arbitraries.shuffle(names),
            Arbitraries.integers().between(0, names.size()),
            Arbitraries.integers().between(0, names.size()),
            Arbitraries.integers().between(0, 3))
        .as(
            (order, count, point, implicit) -> {
              StringBuilder output = new StringBuilder();
              order.stream().limit(count).forEach(output::append);
              if (joined.contains(".")) {
                output.insert(Math.min(point, count), '.');
              }
              return implicit == 3 ? null : output.toString();
            });
  }

  @Provide
  Arbitrary<Contraction> contractions() {
    return Combinators.combine(
            Arbitraries.integers().between(1, NAMES.length()),
            size().array(int[].class).ofSize(NAMES.length()),
            size().array(int[].class).ofMaxSize(2))
        .flatAs(
            (names, sizes, hidden) ->
                input(NAMES.substring(0, names))
                    .list()
                    .ofMinSize(1)
                    .ofMaxSize(3)
                    .flatMap(
                        inputs ->
                            Combinators.combine(
                                    output(inputs),
                                    Combinators.combine(
                                            inputs.stream()
                                                .map(input -> operand(input, sizes, hidden))
                                                .toList())
                                        .as(list -> list))
                                .as(
                                    (output, operands) ->
                                        new Contraction(inputs, output, operands))));
  }

  @Provide
  Arbitrary<DType> floating() {
    return Arbitraries.of(DType.FLOAT32, DType.FLOAT64);
  }

  @Property
  void equationsSumProducts(
      @ForAll("contractions") Contraction c, @ForAll("floating") DType dtype) {
    Object[] operands = c.operands.stream().map(x -> x.tensor(dtype)).toArray();
    Sample.assertGives(expected(c), dtype, Einsum.einsum(c.equation(), operands));
  }

  @Property
  void gradientsSumProductsOfTheOthers(@ForAll("contractions") Contraction c) {
    Grid weights = Sample.weights(expected(c).shape());
    Tensor factors = weights.tensor(DType.FLOAT64);
    Tensor[] operands =
        c.operands.stream().map(x -> x.tensor(DType.FLOAT64)).toArray(EagerTensor[]::new);
    double[][] gradients =
        GradientChecker.gradients(
            x -> Einsum.einsum(c.equation(), (Object[]) x).mul(factors).sum(), operands);
    for (int i = 0; i < operands.length; i++) {
      double[] expected = sums(c, c.operands.get(i).shape(), c.axes(i), i, weights);
      Sample.assertNear(expected, 0, gradients[i]);
    }
  }
}
