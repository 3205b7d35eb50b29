package dev.tapedeck.layers;

import dev.tapedeck.config.Records;
import dev.tapedeck.nn.Activations;
import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.neural.Attention;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.WeightSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * An attention layer of several heads, each of which compares projections of its own.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class HeadAttention<
        A extends Record & HeadAttention.Arguments, L extends HeadAttention<A, L>>
    extends AttentionLayer<A, L> {
  /** The linear layers by name, which {@link #parts} has: one name is not that of a field. */
  private final transient Map<String, Projection> projections = new LinkedHashMap<>();

  /** The arguments that both layers have. */
  interface Arguments extends AttentionLayer.Arguments {
    boolean useBias();

    Integer slidingWindow();

    Boolean flashAttention();

    Initializer kernelInitializer();

    Initializer biasInitializer();

    Regularizer kernelRegularizer();

    Regularizer biasRegularizer();

    Regularizer activityRegularizer();

    Constraint kernelConstraint();

    Constraint biasConstraint();

    boolean useGate();
  }

  HeadAttention(A arguments) {
    super(arguments);
  }

  /** Checks the arguments that both layers have. */
  static void check(
      String who,
      double dropout,
      Integer slidingWindow,
      Boolean flashAttention,
      Initializer kernelInitializer,
      Initializer biasInitializer) {
    checkDropout(who, dropout);
    if (slidingWindow != null) {
      LayerOptions.requirePositive(who, "slidingWindow", slidingWindow);
    }
    if (Boolean.TRUE.equals(flashAttention) && dropout > 0) {
      throw Refusal.of(
          who,
          "flashAttention has no scores that dropout could set to 0",
          "a dropout of " + dropout,
          "leave one of them out");
    }
    LayerOptions.requireGiven(
        who, "kernelInitializer", kernelInitializer, "Initializers.heNormal()");
    LayerOptions.requireGiven(who, "biasInitializer", biasInitializer, "Initializers.zeros()");
  }

  /** Sets whether the linear layers have a bias; by default they have. */
  public final L useBias(boolean use) {
    return with("useBias", use);
  }

  /**
   * Sets how near a key must be to a query: at fewer than this number of positions; by default all
   * are.
   */
  public final L slidingWindow(int positions) {
    return with("slidingWindow", positions);
  }

  /**
   * Sets whether one op computes the means, in memory that does not grow with the square of the
   * number of steps; by default it does where that is possible.
   */
  public final L flashAttention(Boolean use) {
    return with("flashAttention", use);
  }

  /** Sets the initializer of the kernels; by default Glorot uniform. */
  public final L kernelInitializer(Initializer initializer) {
    return with("kernelInitializer", initializer);
  }

  /** Sets the initializer of the biases; by default zeros. */
  public final L biasInitializer(Initializer initializer) {
    return with("biasInitializer", initializer);
  }

  /** Sets a penalty on each kernel that is added to the loss; by default none. */
  public final L kernelRegularizer(Regularizer regularizer) {
    return with("kernelRegularizer", regularizer);
  }

  /** Sets a penalty on each bias that is added to the loss; by default none. */
  public final L biasRegularizer(Regularizer regularizer) {
    return with("biasRegularizer", regularizer);
  }

  /** Sets a penalty on each linear layer's output that is added to the loss; by default none. */
  public final L activityRegularizer(Regularizer regularizer) {
    return with("activityRegularizer", regularizer);
  }

  /** Sets a projection of the kernels after each step of the optimizer; by default none. */
  public final L kernelConstraint(Constraint constraint) {
    return with("kernelConstraint", constraint);
  }

  /** Sets a projection of the biases after each step of the optimizer; by default none. */
  public final L biasConstraint(Constraint constraint) {
    return with("biasConstraint", constraint);
  }

  /**
   * Sets whether the heads' means are multiplied by the sigmoid of a projection of the queries; by
   * default they are not.
   */
  public final L useGate(boolean use) {
    return with("useGate", use);
  }

  @Override
  public final Map<String, Object> parts() {
    Map<String, Object> parts = super.parts();
    parts.putAll(projections);
    return parts;
  }

  /** Makes the linear layers, by {@link #project}, in Keras's order. */
  @Override
  abstract void create(AttentionInputs inputs);

  /** Makes a linear layer from the last axes of a tensor to others. */
  final void project(String name, UnaryOperator<Tensor> activation, int from, long... to) {
    Projection made = new Projection(args(), activation, from, to);
    made.dtype(dtypePolicy()).trainable(trainable());
    projections.put(name, made);
  }

  /** Makes a linear layer from features to heads. */
  final void project(String name, long heads, long size) {
    project(name, Activations::linear, 1, heads, size);
  }

  /** Makes the linear layer of {@link #useGate}, if there is one. */
  final void projectGate(long heads, long size) {
    if (args().useGate()) {
      project("gate", Activations::sigmoid, 1, heads, size);
    }
  }

  /** Returns the axes of inputs. */
  abstract AttentionAxes axes(Shape query);

  /** Returns the number of the queries' heads that share one of keys and values. */
  long group() {
    return 1;
  }

  /** Returns the number by which products of queries and keys are multiplied. */
  abstract double scale();

  @Override
  final AttentionOutput attend(AttentionInputs inputs, boolean scored, boolean training) {
    Tensor query = inputs.query();
    Tensor key = inputs.keys();
    AttentionAxes axes = axes(query.shape());
    Tensor gate = args().useGate() ? projections.get("gate").apply(query) : null;
    Tensor q = axes.split(projections.get("query").apply(query));
    Tensor k = axes.split(projections.get("key").apply(key));
    Tensor v = axes.split(projections.get("value").apply(inputs.value()));
    AttentionOutput heads = heads(q, k, v, inputs, axes, scored, training);
    Tensor mean = axes.merge(heads.output(), query.shape());
    Tensor output = projections.get("attention_output").apply(gate == null ? mean : mean.mul(gate));
    return new AttentionOutput(
        query.mask() == null ? output : output.withMask(query.mask()),
        scored ? axes.apart(heads.scores(), query.shape(), key.shape()) : null);
  }

  /** Returns the means and, if they are asked for, the scores, of projections. */
  private AttentionOutput heads(
      Tensor q,
      Tensor k,
      Tensor v,
      AttentionInputs inputs,
      AttentionAxes axes,
      boolean scored,
      boolean training) {
    if (scored && Boolean.TRUE.equals(args().flashAttention())) {
      throw Refusal.of(
          who(),
          "flashAttention computes no scores",
          "a call of applyWithScores",
          "leave it out: one op is used wherever that is possible");
    }
    boolean fused = isFused(scored, training) && !Boolean.FALSE.equals(args().flashAttention());
    // As in Keras, a query that may attend to nothing has the mean of all values, or else 0.
    boolean zero = scored || args().dropout() > 0 || inputs.query().shape().rank() != 3;
    Tensor queries = headsFirst(q, 1);
    Tensor keys = headsFirst(k, group());
    Tensor mask = mask(queries, keys, inputs, axes);
    boolean causal = inputs.causal() && fused && !zero;
    if (inputs.causal() && !causal) {
      mask = AttentionMasks.and(mask, Attention.causalMask(queries, keys));
    }
    if (fused) {
      Tensor means = Attention.dotProductAttention(q, k, v, mask, causal, scale());
      Tensor any = mask == null ? null : Reductions.any(mask, true, -1);
      return new AttentionOutput(
          zero ? where(any == null ? null : ofOutputs(any), means) : means, null);
    }
    Tensor scores = Linalg.matmul(queries.mul(scale()), keys, false, true);
    Tensor all = Attention.maskedSoftmax(scores, mask);
    Tensor weights = zero ? where(mask, all) : all;
    Tensor means = Linalg.matmul(dropped(weights, training), headsFirst(v, group()));
    return new AttentionOutput(headsFirst(means, 1), weights);
  }

  /**
   * Returns {@code [.., n, heads, size]} as {@code [.., heads, n, size]}, and the other way round.
   *
   * @param times how often each head is repeated
   */
  private static Tensor headsFirst(Tensor x, long times) {
    return Shaping.swapAxes(times == 1 ? x : Rearranging.repeat(x, times, -2), -2, -3);
  }

  /** Returns a mask {@code [.., heads, n, 1]}, or of any head, as {@code [.., n, heads, 1]}. */
  private static Tensor ofOutputs(Tensor mask) {
    return mask.shape().rank() < 3 ? Shaping.expandDims(mask, -2) : headsFirst(mask, 1);
  }

  private static Tensor where(Tensor mask, Tensor x) {
    return mask == null ? x : Logic.where(mask, x, 0);
  }

  /** Returns the pairs of query and key that all masks but the causal one allow; null for all. */
  private Tensor mask(Tensor q, Tensor k, AttentionInputs inputs, AttentionAxes axes) {
    Tensor mask =
        axes.pairs(who(), inputs.attentionMask(), inputs.query().shape(), inputs.keys().shape());
    mask = AttentionMasks.and(mask, AttentionMasks.ofQueries(places(inputs.query(), axes)));
    mask = AttentionMasks.and(mask, AttentionMasks.ofKeys(places(inputs.value(), axes)));
    if (inputs.key() != null) {
      mask = AttentionMasks.and(mask, AttentionMasks.ofKeys(places(inputs.key(), axes)));
    }
    Integer window = args().slidingWindow();
    if ((inputs.causal() || window != null) && axes.attended().size() > 1) {
      throw Refusal.of(
          who(),
          "needs one attention axis, along which there is an order, for a causal mask or a"
              + " sliding window",
          axes.attended(),
          "give an attentionMask");
    }
    return window == null ? mask : AttentionMasks.and(mask, Attention.windowMask(q, k, window));
  }

  private static Tensor places(Tensor x, AttentionAxes axes) {
    return axes.places(AttentionMasks.ofPlaces(x), x.shape());
  }

  /** A linear layer from the last axes of a tensor to others, with an activation. */
  private static final class Projection extends Layer {
    private final Arguments options;
    private final UnaryOperator<Tensor> activation;
    private final int from;
    private final long[] to;
    private Variable kernel;
    private Variable bias;

    Projection(Arguments options, UnaryOperator<Tensor> activation, int from, long... to) {
      this.options = options;
      this.activation = activation;
      this.from = from;
      this.to = to;
    }

    @Override
    protected Regularizer activityRegularizer() {
      return options.activityRegularizer();
    }

    @Override
    protected void build(Shape input) {
      Shape shape = input.slice(input.rank() - from, input.rank()).concat(to);
      kernel =
          addVariable(
              new WeightSpec("kernel", initializer(shape.rank()), shape.toArray())
                  .regularizer(options.kernelRegularizer())
                  .constraint(options.kernelConstraint()));
      bias =
          options.useBias()
              ? addVariable(
                  new WeightSpec("bias", options.biasInitializer(), to)
                      .regularizer(options.biasRegularizer())
                      .constraint(options.biasConstraint()))
              : null;
    }

    /** Returns the kernels' initializer; a random one counts the axes from which, and to which. */
    private Initializer initializer(int rank) {
      Initializer given = options.kernelInitializer();
      if (!(given instanceof Record random)) {
        return given;
      }
      List<Object> values = Records.components(random);
      int inputs = Records.names(random.getClass()).indexOf("inputAxes");
      if (inputs < 0 || values.get(inputs) != null) {
        return given;
      }
      values.set(inputs, IntStream.range(0, from).boxed().toList());
      values.set(inputs + 1, IntStream.range(from, rank).boxed().toList());
      return (Initializer) Records.construct(random.getClass(), values);
    }

    @Override
    protected Tensor call(Tensor x) {
      Shape kept = x.shape().slice(0, x.shape().rank() - from);
      long inputs = kernel.shape().slice(0, from).count();
      long outputs = Shape.of(to).count();
      // One product of matrices, unless the graph could not tell the sizes apart again.
      boolean open = LongStream.of(kept.toArray()).filter(n -> n == Shape.UNKNOWN).count() > 1;
      Shape rows = open ? kept.concat(inputs) : Shape.of(Shape.UNKNOWN, inputs);
      Tensor product =
          Linalg.matmul(Shaping.reshape(x, rows), Shaping.reshape(kernel, inputs, outputs));
      Tensor y = Shaping.reshape(product, kept.concat(to));
      return activation.apply(bias == null ? y : y.add(bias));
    }

    @Override
    protected boolean supportsMasking() {
      return true;
    }
  }
}
