package dev.tapedeck.benchmarks;

import static java.util.Map.entry;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.array.Statistics;
import dev.tapedeck.ops.linalg.Complex;
import dev.tapedeck.ops.linalg.Fourier;
import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.pointwise.SpecialFunctions;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The operations that are timed alone, by name; {@code operations.py} has the same for peers. */
final class Operations {
  private static final Map<String, Function<Operands, ?>> ALL =
      Map.ofEntries(
          entry("add", o -> o.x.add(o.x)),
          entry("exp", o -> Maths.exp(o.x)),
          entry("exp64", o -> Maths.exp(o.doubles)),
          entry("softmax", o -> Softmax.softmax(o.x)),
          entry("matmul", o -> o.x.matmul(o.y)),
          entry("gelu", o -> Activations.gelu(o.z)),
          entry("erf", o -> SpecialFunctions.erf(o.z)),
          entry("sin", o -> Maths.sin(o.z)),
          entry("pow", o -> Maths.pow(o.x, o.y)),
          entry("mod", o -> Maths.mod(o.z, o.y)),
          entry("cast", o -> o.numbers.cast(DType.FLOAT32)),
          entry("uniform", o -> Randoms.uniform(o.shape.toArray())),
          entry("normal", o -> Randoms.normal(o.shape.toArray())),
          entry("dropout", o -> Regularization.dropout(o.x, 0.5, RandomKey.next())),
          entry("topk", o -> Sorting.topK(o.x, 10)),
          entry("sort", o -> Sorting.sort(o.x, -1)),
          entry("argsort", o -> Sorting.argsort(o.x, -1)),
          entry("median", o -> Statistics.median(o.x, -1)),
          entry("quantile", o -> Statistics.quantile(o.x, 0.9, -1)),
          entry("cumsum", o -> Cumulative.cumsum(o.x, -1)),
          entry("cumsum0", o -> Cumulative.cumsum(o.x, 0)),
          entry("logsumexp", o -> Reductions.logSumExp(o.x, -1)),
          entry("mean", o -> Reductions.mean(o.x, -1)),
          entry("sum", o -> Reductions.sum(o.x, -1)),
          entry("max", o -> Reductions.max(o.x, -1)),
          entry("argmax", o -> Reductions.argmax(o.x, -1)),
          entry("norm", o -> Reductions.norm(o.x)),
          entry("concat", o -> Joining.concat(-1, o.x, o.y)),
          entry("fft", o -> Fourier.fft(new Complex(o.x, o.y))),
          entry(
              "scatteradd",
              o -> Scattering.tensorScatterAdd(o.x, Shaping.expandDims(o.rows, -1), o.y)),
          entry("gathergrad", Operations::gatherGradient),
          entry("chaingrad", Operations::chainGradient));

  private Operations() {}

  static Set<String> names() {
    return ALL.keySet();
  }

  static boolean has(String name) {
    return ALL.containsKey(name);
  }

  /** Returns a task's operation, on operands that it has made. */
  static Supplier<Object> of(Task task) {
    Function<Operands, ?> operation = ALL.get(task.name());
    Operands operands = Operands.of(task);
    return () -> operation.apply(operands);
  }

  private static Tensor gatherGradient(Operands o) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(o.x);
      return tape.gradient(Indexing.gather(o.x, o.rows, 0).sum(), o.x);
    }
  }

  private static Tensor chainGradient(Operands o) {
    try (GradientTape tape = new GradientTape()) {
      tape.watch(o.x);
      return tape.gradient(Maths.square(Maths.sin(Maths.tanh(Maths.exp(o.x)))).sum(), o.x);
    }
  }

  /**
   * Operands of an operation.
   *
   * @param x uniform numbers, as {@code y}
   * @param z normal numbers
   * @param doubles normal numbers in float64
   * @param numbers whole numbers
   * @param rows as many indices of rows as there are rows
   */
  private record Operands(
      Shape shape, Tensor x, Tensor y, Tensor z, Tensor doubles, Tensor numbers, Tensor rows) {
    static Operands of(Task task) {
      long[] shape = task.shape();
      boolean product = task.name().equals("matmul");
      long[] left = product ? new long[] {shape[0], shape[1]} : shape;
      long[] right = product ? new long[] {shape[1], shape[2]} : shape;
      Tensor z = Randoms.normal(left);
      return new Operands(
          Shape.of(shape),
          Randoms.uniform(left),
          Randoms.uniform(right),
          z,
          z.cast(DType.FLOAT64),
          Randoms.randint(RandomKey.next(), 0, 100, left),
          Randoms.randint(RandomKey.next(), 0, (int) left[0], left[0]));
    }
  }
}
