package dev.tapedeck.ops;

import static dev.tapedeck.testing.Grid.shape;
import static java.util.stream.Collectors.joining;

import dev.tapedeck.ops.random.Philox;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Ops by their definitions, one element at a time. */
final class References {
  private References() {}

  private static double sum(int count, IntToDoubleFunction terms) {
    return IntStream.range(0, count).mapToDouble(terms).sum();
  }

  private static ToDoubleFunction<int[]> counter() {
    int[] next = {0};
    return index -> next[0]++;
  }

  private static int[] with(int[] index, int axis, int value) {
    int[] changed = index.clone();
    changed[axis] = value;
    return changed;
  }

  private static int[] without(int[] index, int axis) {
    return IntStream.range(0, index.length).filter(i -> i != axis).map(i -> index[i]).toArray();
  }

  private static int[] inserted(int[] index, int axis, int... values) {
    return IntStream.concat(
            IntStream.concat(Arrays.stream(index).limit(axis), Arrays.stream(values)),
            Arrays.stream(index).skip(axis))
        .toArray();
  }

  /** Reduces over axes, all if none are named; {@code keep} keeps them with size 1. */
  static OpCheck.Reference reduce(ToDoubleFunction<double[]> function, boolean keep, int... axes) {
    return x -> {
      int rank = x[0].shape().length;
      boolean[] reduced = new boolean[rank];
      Arrays.fill(reduced, axes.length == 0);
      Arrays.stream(axes).forEach(axis -> reduced[Math.floorMod(axis, rank)] = true);
      int[] ones = x[0].shape().clone();
      Arrays.setAll(ones, i -> reduced[i] ? 1 : ones[i]);
      Grid numbers = Grid.of(ones, counter());
      Map<Double, List<Double>> met = new HashMap<>();
      Grid.pointwise(
          v -> met.computeIfAbsent(v[1], n -> new ArrayList<>()).add(v[0]) ? 0 : 1, x[0], numbers);
      Grid kept =
          Grid.of(
              ones,
              i ->
                  function.applyAsDouble(
                      met.getOrDefault(numbers.at(i), List.of()).stream()
                          .mapToDouble(v -> v)
                          .toArray()));
      int[] left = IntStream.range(0, rank).filter(i -> !reduced[i]).map(x[0]::size).toArray();
      return keep ? kept : new Grid(left, kept.values());
    };
  }

  /** Puts another line in place of each line of elements along an axis. */
  static OpCheck.Reference along(int axis, UnaryOperator<double[]> function) {
    return x -> {
      int along = Math.floorMod(axis, x[0].shape().length);
      int size = function.apply(new double[x[0].size(along)]).length;
      return Grid.of(
          with(x[0].shape(), along, size),
          i -> {
            double[] line = new double[x[0].size(along)];
            Arrays.setAll(line, j -> x[0].at(with(i, along, j)));
            return function.apply(line)[i[along]];
          });
    };
  }

  /** Reduces all elements of a line up to each. */
  static OpCheck.Reference running(
      ToDoubleFunction<double[]> function, boolean exclusive, boolean reverse, int axis) {
    return along(
        axis,
        line -> {
          double[] results = new double[line.length];
          int own = exclusive ? 0 : 1;
          Arrays.setAll(
              results,
              i ->
                  function.applyAsDouble(
                      reverse
                          ? Arrays.copyOfRange(line, i + 1 - own, line.length)
                          : Arrays.copyOf(line, i + own)));
          return results;
        });
  }

  /** Takes for each index the element at another. */
  static OpCheck.Reference moved(UnaryOperator<int[]> from, int... shape) {
    return x -> Grid.of(shape, i -> x[0].at(from.apply(i)));
  }

  static double sum(double... x) {
    return Arrays.stream(x).sum();
  }

  static double product(double... x) {
    return Arrays.stream(x).reduce(1, (a, b) -> a * b);
  }

  static double mean(double... x) {
    return Arrays.stream(x).average().orElse(Double.NaN);
  }

  static double largest(double... x) {
    return Arrays.stream(x).max().orElseThrow();
  }

  static double smallest(double... x) {
    return Arrays.stream(x).min().orElseThrow();
  }

  /** The position of the first element that no other exceeds, with a sign turned for the least. */
  static OpCheck.Reference first(int sign, int axis) {
    return reduce(
        x -> {
          int best = 0;
          for (int i = 1; i < x.length; i++) {
            best = sign * x[i] > sign * x[best] ? i : best;
          }
          return best;
        },
        false,
        axis);
  }

  static OpCheck.Reference matmul(boolean transposeA, boolean transposeB) {
    return x -> {
      Grid a = transposeA ? swapped(x[0]) : x[0];
      Grid b = transposeB ? swapped(x[1]) : x[1];
      int last = a.shape().length - 1;
      return Grid.of(
          with(a.shape(), last, b.size(last)),
          i -> sum(a.size(last), k -> a.at(with(i, last, k)) * b.at(with(i, last - 1, k))));
    };
  }

  /**
   * The sum of products of the first equation, with an output, that has as many axes; an axis of
   * size 1 repeats.
   */
  static OpCheck.Reference einsum(String... equations) {
    return x -> {
      String ranks = Arrays.stream(x).map(g -> "." + g.shape().length).collect(joining());
      String equation =
          Arrays.stream(equations)
              .filter(
                  e ->
                      Arrays.stream(e.split("->", -1)[0].split(",", -1))
                          .map(labels -> "." + labels.length())
                          .collect(joining())
                          .equals(ranks))
              .findFirst()
              .orElseThrow();
      String[] sides = equation.split("->", -1);
      String[] inputs = sides[0].split(",", -1);
      Map<Integer, Integer> sizes = new LinkedHashMap<>();
      sides[1].chars().forEach(label -> sizes.put(label, 1));
      for (int i = 0; i < x.length; i++) {
        for (int axis = 0; axis < x[i].shape().length; axis++) {
          int size = x[i].size(axis);
          sizes.merge((int) inputs[i].charAt(axis), size, (a, b) -> a == 1 ? b : a);
        }
      }
      int[] all = sizes.values().stream().mapToInt(size -> size).toArray();
      List<Integer> labels = List.copyOf(sizes.keySet());
      Grid products =
          Grid.of(
              all,
              index -> {
                double product = 1;
                for (int i = 0; i < x.length; i++) {
                  int[] own =
                      inputs[i].chars().map(label -> index[labels.indexOf(label)]).toArray();
                  Grid operand = x[i];
                  Arrays.setAll(own, axis -> operand.size(axis) == 1 ? 0 : own[axis]);
                  product *= operand.at(own);
                }
                return product;
              });
      int[] summed = IntStream.range(sides[1].length(), all.length).toArray();
      return summed.length == 0 ? products : reduce(References::sum, false, summed).of(products);
    };
  }

  private static Grid swapped(Grid x) {
    int rank = x.shape().length;
    int[] order = IntStream.range(0, rank).toArray();
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 2;
    return transpose(order).of(x);
  }

  static OpCheck.Reference transpose(int... order) {
    return x -> {
      int[] axes = Arrays.stream(order).map(a -> Math.floorMod(a, order.length)).toArray();
      return Grid.of(
          Arrays.stream(axes).map(x[0]::size).toArray(),
          i -> {
            int[] from = new int[i.length];
            for (int axis = 0; axis < from.length; axis++) {
              from[axes[axis]] = i[axis];
            }
            return x[0].at(from);
          });
    };
  }

  static OpCheck.Reference reshape(int... shape) {
    return x -> new Grid(shape, x[0].values());
  }

  static OpCheck.Reference broadcast(int... shape) {
    return x -> Grid.pointwise(v -> v[0], x[0], Grid.of(shape, i -> 0));
  }

  static OpCheck.Reference concat(int axis) {
    return x -> {
      int along = Math.floorMod(axis, x[0].shape().length);
      int size = Arrays.stream(x).mapToInt(part -> part.size(along)).sum();
      return Grid.of(
          with(x[0].shape(), along, size),
          i -> {
            int at = i[along];
            int part = 0;
            while (at >= x[part].size(along)) {
              at -= x[part++].size(along);
            }
            return x[part].at(with(i, along, at));
          });
    };
  }

  static OpCheck.Reference stack(int axis) {
    return x ->
        Grid.of(inserted(x[0].shape(), axis, x.length), i -> x[i[axis]].at(without(i, axis)));
  }

  static OpCheck.Reference slice(int[] begin, int... size) {
    return x ->
        Grid.of(
            size, i -> x[0].at(IntStream.range(0, i.length).map(a -> begin[a] + i[a]).toArray()));
  }

  /** Takes each element from the index that a function tells. */
  static OpCheck.Reference pick(int[] shape, UnaryOperator<int[]> from) {
    return x -> Grid.of(shape, i -> x[0].at(from.apply(i)));
  }

  /** Takes the slices that tuples of indices name. */
  static Grid gatherNd(Grid... x) {
    int[] tuples = x[1].shape();
    int depth = tuples[tuples.length - 1];
    int[] outer = Arrays.copyOf(tuples, tuples.length - 1);
    int[] rest = Arrays.copyOfRange(x[0].shape(), depth, x[0].shape().length);
    return Grid.of(
        inserted(outer, outer.length, rest),
        i -> {
          int[] at = new int[depth + rest.length];
          for (int k = 0; k < at.length; k++) {
            int[] tuple = inserted(Arrays.copyOf(i, outer.length), outer.length, k);
            at[k] = k < depth ? (int) x[1].at(tuple) : i[outer.length + k - depth];
          }
          return x[0].at(at);
        });
  }

  /** Adds scalars into zeros at the places that tuples of indices name. */
  static OpCheck.Reference scatterNd(int... shape) {
    return x ->
        Grid.of(
            shape,
            i -> {
              double sum = 0;
              for (int n = 0; n < x[1].size(0); n++) {
                int[] tuple = new int[shape.length];
                for (int k = 0; k < tuple.length; k++) {
                  tuple[k] = (int) x[0].at(n, k);
                }
                sum += Arrays.equals(tuple, i) ? x[1].at(n) : 0;
              }
              return sum;
            });
  }

  static OpCheck.Reference gather(int axis) {
    return x -> {
      int more = x[1].shape().length;
      return Grid.of(
          inserted(without(x[0].shape(), axis), axis, x[1].shape()),
          i -> {
            int[] outer = Arrays.copyOfRange(i, 0, axis);
            int[] inner = Arrays.copyOfRange(i, axis + more, i.length);
            int index = (int) x[1].at(Arrays.copyOfRange(i, axis, axis + more));
            return x[0].at(inserted(inserted(outer, axis, index), axis + 1, inner));
          });
    };
  }

  static OpCheck.Reference oneHot(int depth) {
    return x -> {
      int axis = x[0].shape().length;
      return Grid.of(
          inserted(x[0].shape(), axis, depth), i -> x[0].at(without(i, axis)) == i[axis] ? 1 : 0);
    };
  }

  static OpCheck.Reference softmax(DoubleUnaryOperator of) {
    return x -> {
      int last = x[0].shape().length - 1;
      return Grid.of(
          x[0].shape(),
          i -> {
            double total = sum(x[0].size(last), k -> Math.exp(x[0].at(with(i, last, k))));
            return of.applyAsDouble(Math.exp(x[0].at(i)) / total);
          });
    };
  }

  /** Cross-entropy with labels that are classes. */
  static Grid sparse(Grid... x) {
    Grid logs = softmax(Math::log).of(x[1]);
    int axis = x[0].shape().length;
    return Grid.of(x[0].shape(), i -> -logs.at(inserted(i, axis, (int) x[0].at(i))));
  }

  /** Cross-entropy with labels that are probabilities. */
  static Grid crossEntropy(Grid... x) {
    Grid logs = softmax(Math::log).of(x[1]);
    return reduce(v -> -Arrays.stream(v).sum(), false, -1)
        .of(Grid.pointwise(v -> v[0] * v[1], x[0], logs));
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The numbers of a key in [0, 1): 53 bits of each half of a block. */
  private static double unit(RandomKey key, int index) {
    int[] words = {index / 2, 0, (int) key.stream(), (int) (key.stream() >>> 32)};
    Philox.block(words, key.seed());
    long low = Integer.toUnsignedLong(words[index % 2 * 2]);
    long high = Integer.toUnsignedLong(words[index % 2 * 2 + 1]);
    return ((high << 32 | low) >>> 11) / Math.pow(2, 53);
  }

  static OpCheck.Reference uniform(RandomKey key, int... shape) {
    return x ->
        new Grid(
            shape,
            DoubleStream.iterate(0, i -> i + 1)
                .limit(Grid.count(shape))
                .map(i -> unit(key, (int) i))
                .toArray());
  }

  /** Box and Muller's: a radius from one number, an angle from the next. */
  static OpCheck.Reference normal(RandomKey key, int... shape) {
    return x ->
        new Grid(
            shape,
            IntStream.range(0, Grid.count(shape))
                .mapToDouble(
                    i -> {
                      double radius = Math.sqrt(-2 * Math.log1p(-unit(key, i / 2 * 2)));
                      double angle = 2 * Math.PI * unit(key, i / 2 * 2 + 1);
                      return radius * (i % 2 == 0 ? Math.cos(angle) : Math.sin(angle));
                    })
                .toArray());
  }

  /** The class whose logit is largest when Gumbel numbers are added. */
  static OpCheck.Reference categorical(RandomKey key, int count) {
    return x -> {
      int classes = x[0].size(1);
      return Grid.of(
          shape(x[0].size(0), count),
          i -> {
            int best = 0;
            double most = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
              double u = unit(key, (i[0] * count + i[1]) * classes + c);
              double value = x[0].at(i[0], c) - Math.log(-Math.log(u));
              best = value > most ? c : best;
              most = Math.max(most, value);
            }
            return best;
          });
    };
  }

  /** Each number is put at a random place among those before it, whose number goes to its own. */
  static Grid permutation(RandomKey key, int count) {
    List<Double> order = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      order.add((double) i);
      Collections.swap(order, i, key.number(i, i + 1));
    }
    return new Grid(shape(count), order.stream().mapToDouble(v -> v).toArray());
  }
}
