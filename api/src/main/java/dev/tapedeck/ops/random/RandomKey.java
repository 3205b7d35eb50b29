package dev.tapedeck.ops.random;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A random key, on which alone a draw depends: the same key gives the same numbers, in any process
 * and on any number of threads.
 *
 * <p>{@link #next()} returns the keys of the process's seed, which {@link #seed} sets; layers and
 * shuffles without a seed of their own use it. While a function is traced it returns a symbolic
 * key: each run of the graph gets its own.
 */
public final class RandomKey {
  static final TensorSpec SPEC = new TensorSpec(DType.INT64, Shape.of(2));
  private static final AtomicLong ASIDE = new AtomicLong();
  private static final ThreadLocal<KeySequence> SEQUENCE = new ThreadLocal<>();
  private static final ThreadLocal<Tensor> PART = new ThreadLocal<>();

  /** More than the draws of a seed. */
  private static final long PARTS_APART = 1L << 40;

  private final long seed;
  private final long stream;
  private final SymbolicTensor symbol;

  private RandomKey(long seed, long stream, SymbolicTensor symbol) {
    this.seed = seed;
    this.stream = stream;
    this.symbol = symbol;
  }

  /**
   * Makes a key.
   *
   * @param seed the Philox key
   * @param stream the number of the draw
   */
  public RandomKey(long seed, long stream) {
    this(seed, stream, null);
  }

  /** Returns the key in a tensor that {@link #tensor} made. */
  static RandomKey of(Tensor tensor) {
    return switch (tensor) {
      case SymbolicTensor traced -> new RandomKey(0, 0, traced);
      case EagerTensor known -> {
        long[] words = known.toLongArray();
        yield new RandomKey(words[0], words[1]);
      }
    };
  }

  /** Returns the key as a tensor, the input of ops that draw: int64, seed and stream. */
  public Tensor tensor() {
    if (symbol != null) {
      return symbol;
    }
    EagerTensor tensor = EagerTensor.allocate(SPEC);
    writeTo(tensor);
    return tensor;
  }

  private void writeTo(EagerTensor tensor) {
    MemorySegment memory = tensor.elements();
    memory.setAtIndex(Elements.LONG, 0, seed());
    memory.setAtIndex(Elements.LONG, 1, stream());
  }

  /** Returns the Philox key. */
  public long seed() {
    requireKnown();
    return seed;
  }

  /** Returns the number of the draw. */
  public long stream() {
    requireKnown();
    return stream;
  }

  private void requireKnown() {
    if (symbol != null) {
      throw new IllegalStateException(
          "RandomKey: "
              + symbol
              + " gets its value when the graph runs, so its numbers are not known while the function"
              + " is traced; draw with the functions of Randoms, or make the key by RandomKey.of(seed)");
    }
  }

  /** Returns the first key of a seed. */
  public static RandomKey of(long seed) {
    return new RandomKey(seed, 0);
  }

  /** Sets the process's seed, initially 0: all later draws are determined by it. */
  public static void seed(long seed) {
    RandomGenerator.ofProcess().reset(seed);
    ASIDE.set(0);
  }

  /** Returns the next key of the process's seed, which no other call returns. */
  public static RandomKey next() {
    KeySequence own = SEQUENCE.get();
    // Values that are made once while a function is traced cannot depend on runs of the graph.
    while (own != null && own.key.symbol != null && Dispatch.executingEagerly()) {
      own = own.outer;
    }
    return own == null ? RandomGenerator.ofProcess().next() : own.key.foldIn(own.count++);
  }

  /**
   * Runs an action in which {@link #next} on this thread returns keys derived from a key, so that
   * it draws the same numbers each time it runs.
   */
  public static <T> T withKey(RandomKey key, Supplier<T> action) {
    KeySequence outer = SEQUENCE.get();
    SEQUENCE.set(new KeySequence(key, outer));
    try {
      return action.get();
    } finally {
      SEQUENCE.set(outer);
    }
  }

  /** Runs an action with a key as {@link #tensor} made it, which may be symbolic. */
  public static <T> T withKey(Tensor key, Supplier<T> action) {
    return withKey(of(key), action);
  }

  /**
   * Runs an action in which keys of generators on this thread are those of a part, such as a shard
   * of a batch: the parts of a step, which begin with the same state, draw other numbers each.
   *
   * @param part number of the part: int64, a scalar
   */
  public static <T> T inPart(Tensor part, Supplier<T> action) {
    Tensor outer = PART.get();
    PART.set(part);
    try {
      return action.get();
    } finally {
      PART.set(outer);
    }
  }

  /** Returns a generator's key as that of the present part, if there is one. */
  RandomKey ofPart() {
    Tensor part = PART.get();
    if (part == null || (part instanceof SymbolicTensor && Dispatch.executingEagerly())) {
      return this;
    }
    Tensor apart = part.mul(Tensor.of(new long[] {0, PARTS_APART}));
    return of(tensor().add(apart)).foldIn(0);
  }

  /**
   * Runs an action in which {@link #next} on this thread returns keys aside from the process's
   * sequence, though dependent on its seed: later draws are the same as without the action.
   */
  public static void aside(Runnable action) {
    RandomKey key = RandomGenerator.ofProcess().peek().foldIn(ASIDE.getAndIncrement());
    withKey(
        key,
        () -> {
          action.run();
          return null;
        });
  }

  /** Returns the key derived from this one and a number, as JAX's {@code fold_in}. */
  public RandomKey foldIn(long number) {
    return symbol == null ? folded(number) : of(new FoldIn(number).applyTo(symbol));
  }

  private RandomKey folded(long number) {
    int[] words = {(int) number, (int) (number >>> 32), (int) stream, (int) (stream >>> 32)};
    Philox.block(words, seed ^ 0x5DEECE66DL);
    return new RandomKey(pair(words[0], words[1]), pair(words[2], words[3]));
  }

  /** Returns the {@code index}-th whole number in {@code [0, bound)} of this key. */
  public int number(long index, int bound) {
    int[] words = words(index);
    return (int) Math.unsignedMultiplyHigh(pair(words[0], words[1]), bound);
  }

  /** Returns the four random words at an index of this key's stream. */
  int[] words(long index) {
    int[] words = {(int) index, (int) (index >>> 32), (int) stream, (int) (stream >>> 32)};
    Philox.block(words, seed);
    return words;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RandomKey key
        && key.seed == seed
        && key.stream == stream
        && key.symbol == symbol;
  }

  @Override
  public int hashCode() {
    return Objects.hash(seed, stream);
  }

  @Override
  public String toString() {
    return "RandomKey(" + (symbol == null ? seed + ", " + stream : symbol) + ")";
  }

  private static long pair(int low, int high) {
    return (long) high << 32 | (low & 0xffffffffL);
  }

  /** The keys {@code key.foldIn(0), key.foldIn(1), ..}. */
  private static final class KeySequence {
    private final RandomKey key;
    private final KeySequence outer;
    private long count;

    KeySequence(RandomKey key, KeySequence outer) {
      this.key = key;
      this.outer = outer;
    }
  }

  private record FoldIn(long number) implements SimpleOp {
    @Override
    public String name() {
      return "foldIn";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.spec(name(), SPEC, inputs[0]);
      return SPEC;
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      of(inputs[0]).folded(number).writeTo(output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }

  /** The next key of a generator, whose state it advances. */
  record NextKey(Variable state) implements SimpleOp {
    NextKey {
      Objects.requireNonNull(state, "nextKey: state");
    }

    @Override
    public String name() {
      return "nextKey";
    }

    @Override
    public Effect effect() {
      return Effect.WRITE;
    }

    @Override
    public List<Variable> written() {
      return List.of(state);
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 0, inputs);
      Checks.spec(name(), SPEC, state.spec());
      return SPEC;
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      RandomGenerator.next(state).writeTo(output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[0];
    }
  }
}
