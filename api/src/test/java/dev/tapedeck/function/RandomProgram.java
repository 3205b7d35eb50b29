package dev.tapedeck.function;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A function of many ops, drawn by a seed: inputs, variables, a graph. */
final class RandomProgram {
  private static final long[] SIZES = {1, 3, 5, 7, 17};
  private static final DType[] TYPES = {DType.FLOAT32, DType.FLOAT32, DType.FLOAT64, DType.INT32};
  private static final double[] SPECIAL = {
    0, -0.0, 1, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e-40
  };

  /** Elements are few, so that sums of products do not depend on much. */
  private static final long MOST_ELEMENTS = 5000;

  final Graph graph;
  final Tensor[] arguments;
  final List<Variable> variables = new ArrayList<>();
  final List<Tensor> initial;

  private final Random random;
  private final boolean writing;
  private final List<Tensor> pool = new ArrayList<>();

  /** The variables in whose memory a value may lie. */
  private final Map<Tensor, List<Variable>> within = new HashMap<>();

  RandomProgram(long seed, boolean writing) {
    random = new Random(seed);
    this.writing = writing;
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      specs.add(new TensorSpec(one(TYPES), shape()));
      variables.add(Variable.of(values(new TensorSpec(one(TYPES), shape())), "v" + i));
    }
    arguments = specs.stream().map(this::values).toArray(Tensor[]::new);
    initial = variables.stream().map(Variable::value).toList();
    graph = Graph.trace(this::program, specs);
  }

  /** Gives the variables their first values. */
  void restart() {
    for (int i = 0; i < initial.size(); i++) {
      variables.get(i).assign(initial.get(i));
    }
  }

  @SafeVarargs
  private <T> T one(T... of) {
    return of[random.nextInt(of.length)];
  }

  private Tensor any() {
    // Later values more often: chains.
    int back = Math.min(random.nextInt(pool.size()), random.nextInt(pool.size()));
    return pool.get(pool.size() - 1 - back);
  }

  private Tensor like(Tensor x) {
    List<Tensor> fitting = pool.stream().filter(y -> y.dtype() == x.dtype()).toList();
    return fitting.get(random.nextInt(fitting.size()));
  }

  private long size() {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private Shape shape() {
    long[] sizes = IntStream.range(0, random.nextInt(4)).mapToLong(i -> size()).toArray();
    if (sizes.length > 0 && random.nextInt(3) == 0) {
      sizes[sizes.length - 1] = 300;
    }
    return Shape.of(sizes);
  }

  private Tensor values(TensorSpec spec) {
    double[] values = new double[(int) spec.shape().count()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          spec.dtype().isFloating()
              ? random.nextInt(40) == 0
                  ? SPECIAL[random.nextInt(SPECIAL.length)]
                  : random.nextGaussian()
              : random.nextInt(7) - 3;
    }
    return Tensor.of(values).cast(spec.dtype()).reshape(spec.shape().toArray());
  }

  private List<Tensor> program(List<Tensor> in) {
    pool.addAll(in);
    int calls = 5 + random.nextInt(56);
    for (int i = 0; i < calls; i++) {
      int before = random.nextInt();
      for (int times = random.nextInt(8) == 0 ? 2 : 1; times > 0; times--) { // again, the same
        random.setSeed(before);
        try {
          step();
        } catch (IllegalArgumentException e) {
          // what was drawn does not fit
        }
      }
    }
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      outputs.add(any());
    }
    return outputs;
  }

  private void step() {
    int kind = random.nextInt(23);
    if (kind >= 21) {
      Variable variable = variables.get(random.nextInt(variables.size()));
      if (writing && random.nextBoolean()) {
        write(variable);
      } else {
        Tensor read = random.nextInt(3) == 0 ? variable.value() : Tensor.of(variable);
        pool.add(read);
        within.put(read, List.of(variable));
      }
      return;
    }
    Tensor x = any();
    Tensor y = like(x);
    Tensor made = kind < 10 ? pointwise(kind, x, y) : other(kind, x, y);
    if (made != null && made.shape().count() <= MOST_ELEMENTS) {
      pool.add(made);
      if (kind >= 10) {
        List<Variable> both = new ArrayList<>(within.getOrDefault(x, List.of()));
        both.addAll(within.getOrDefault(y, List.of()));
        within.put(made, both);
      }
    }
  }

  private void write(Variable variable) {
    List<Tensor> fitting =
        pool.stream()
            .filter(t -> t.dtype() == variable.dtype() && t.shape().broadcastsTo(variable.shape()))
            .toList();
    if (!fitting.isEmpty()) {
      Tensor value = fitting.get(random.nextInt(fitting.size()));
      boolean whole = value.shape().equals(variable.shape());
      if (whole && random.nextBoolean()) {
        variable.assign(value);
      } else if (whole) {
        variable.assignAdd(value);
      } else if (variable.shape().rank() > 0) {
        variable.at(Index.from(0)).assign(value);
      }
      pool.removeIf(t -> within.getOrDefault(t, List.of()).contains(variable));
      if (pool.isEmpty()) {
        pool.add(variable.value());
      }
    }
  }

  @SuppressWarnings("NullTernary") // a tensor, never unboxed
  private Tensor pointwise(int kind, Tensor x, Tensor y) {
    boolean floating = x.dtype().isFloating();
    boolean bool = x.dtype() == DType.BOOL;
    return switch (kind) {
      case 0 -> bool ? Logic.logicalAnd(x, y) : x.add(y);
      case 1 -> bool ? Logic.logicalNot(x) : x.mul(y);
      case 2 -> bool ? x.equal(y) : x.sub(one(0, 1, 3));
      case 3 -> bool ? null : x.mul(one(1, 2, -1));
      case 4 -> floating ? one(Maths.tanh(x), Maths.exp(x), Maths.sqrt(x)) : null;
      case 5 -> bool ? null : x.neg();
      case 6 -> bool ? Logic.logicalOr(x, y) : x.less(y);
      case 7 -> {
        List<Tensor> conditions = pool.stream().filter(t -> t.dtype() == DType.BOOL).toList();
        yield conditions.isEmpty()
            ? null
            : Logic.where(conditions.get(random.nextInt(conditions.size())), x, y);
      }
      case 8 -> bool ? null : floating ? x.div(one(1, 3)) : Maths.maximum(x, y);
      default -> floating ? one(Maths.sin(x), Maths.square(x), Maths.log1p(x)) : null;
    };
  }

  private Tensor other(int kind, Tensor x, Tensor y) {
    int rank = x.shape().rank();
    boolean floating = x.dtype().isFloating();
    boolean bool = x.dtype() == DType.BOOL;
    return switch (kind) {
      case 10 ->
          rank < 2 || !floating
              ? null
              : Linalg.matmul(
                  x, y.shape().rank() == 2 ? y : x, random.nextBoolean(), random.nextBoolean());
      case 11 -> rank < 2 || !floating ? null : Linalg.matmul(Linalg.matrixTranspose(x), x);
      case 12 -> rank == 0 || bool ? null : one(x.sum(-1), x.sum(0), x.sum());
      case 13 -> rank == 0 || bool ? null : x.max(random.nextInt(rank));
      case 14 -> one(x.reshape(-1), Shaping.expandDims(x, 0), Shaping.squeeze(x));
      case 15 -> rank < 2 ? null : one(x.transpose(), Linalg.matrixTranspose(x));
      case 16 -> rank == 0 ? null : x.get(Index.range(0, 1 + random.nextInt(3)));
      case 17 -> rank == 0 ? null : Joining.concat(random.nextInt(rank), x, y);
      case 18 -> rank == 0 ? null : Indexing.gather(x, new int[] {0, 0}, random.nextInt(rank));
      case 19 -> x.cast(one(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.BOOL, DType.BFLOAT16));
      default ->
          switch (random.nextInt(4)) {
            case 0 -> rank > 0 && floating ? Softmax.softmax(x) : null;
            case 1 -> Randoms.uniform(RandomKey.of(random.nextInt(2)), DType.FLOAT32, 0, 1, 3, 7);
            case 2 -> values(new TensorSpec(x.dtype(), shape()));
            default -> Shaping.broadcastTo(x, Shape.of(3).concat(x.shape().toArray()).toArray());
          };
    };
  }
}
