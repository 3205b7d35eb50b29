package dev.tapedeck.train;

import dev.tapedeck.function.Delivery;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.kernels.OneThread;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A compiled model as a {@link Distribution} trains it: by the sums of shards, which are parts of a
 * batch, and an update from the sums of all.
 *
 * <p>The gradient of a step is {@code sum(n_s g_s) / sum(n_s)} over shards of n_s examples, whose
 * mean loss has the gradient g_s. Loss and metrics add up in the same way. Other state that the
 * forward pass changes, such as the statistics of a batch normalization, begins each shard with its
 * value before the step, and becomes the mean over the examples. A shard is computed by one thread,
 * so that its sums have the same bits wherever that is done.
 *
 * <p>The mean loss of a shard counts what its own masks leave, so that with padded sequences a step
 * differs from that of the whole batch, whose mean is over the places of all examples.
 */
public final class Replica {
  private final Trainable<?, ?> model;
  private final Overrides<?> overrides;
  private final ModelLogs logs;
  private final LossWatch watch;
  private final GradientNorms norms;
  private final Objective objective;
  private final Optimizer optimizer;
  private final StepFunction<Shard, List<Tensor>> gradients;
  private final Variable order = Variable.untrainable(0L, "order");
  private final StepFunction<Total, List<Tensor>> update;
  private final Set<Variable> written = new LinkedHashSet<>();
  private List<Variable> trained = List.of();
  private List<GradientBucket> buckets = List.of();
  private Receiver receiver;
  private ShardState state;
  private boolean writesNorms;

  /** The arguments of the function that computes a shard. */
  private record Shard(Example rows, Tensor key, Tensor number) {
    Shard(Example rows, RandomKey key, long number) {
      this(rows, key.foldIn(number).tensor(), Tensor.of(number));
    }
  }

  /** What takes the sums of a shard, part by part, as soon as each is computed. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * Takes a part of the sums: of the gradients, those of the last layers first, and at the end
     * the other numbers.
     */
    void accept(int part, EagerTensor sums);
  }

  /** The arguments of the function that updates. */
  private record Total(List<Tensor> gradients, Tensor examples) {}

  Replica(
      Trainable<?, ?> model,
      Overrides<?> overrides,
      ModelLogs logs,
      LossWatch watch,
      GradientNorms norms,
      Objective objective,
      Optimizer optimizer) {
    this.model = model;
    this.overrides = overrides;
    this.logs = logs;
    this.watch = watch;
    this.norms = norms;
    this.objective = objective;
    this.optimizer = optimizer;
    gradients = new StepFunction<>("shard", this::gradients);
    update = new StepFunction<>("update", this::update);
    requireShards();
  }

  /**
   * Returns a compiled model as a worker of a distribution trains it.
   *
   * @throws IllegalStateException if the model is not compiled, or has steps of its own
   */
  public static Replica of(Trainable<?, ?> model) {
    return model.trainer().unwatched();
  }

  private void requireShards() {
    if (Overrides.change(model.getClass(), Set.of("trainStep"))) {
      throw new IllegalStateException(
          "fit: a distribution takes the steps, and "
              + model.getClass().getSimpleName()
              + " has a trainStep of its own; override computeGradients and applyGradients instead");
    }
    if (model.trainer().runsEagerly()) {
      throw new IllegalStateException(
          "fit: a distribution traces the steps, and the model runs eagerly; call"
              + " model.runEagerly(false), or leave the distribution out");
    }
    for (Objective.OfOutput output : objective.outputs().values()) {
      if (output.loss() != null && !output.loss().reduction().isMean()) {
        throw Refusal.of(
            "fit",
            "needs a loss that is a mean over the examples to distribute them",
            output.loss().reduction(),
            "use SUM_OVER_BATCH_SIZE");
      }
    }
    Objective _ = objective.copy(); // refuses metrics that do not add up
  }

  /**
   * Returns a replica of a copy of the model, with the same optimizer, that computes shards; {@link
   * #follow} gives it the variables' values.
   *
   * @throws IllegalStateException if the model, or a layer, keeps no arguments to copy it by
   */
  public Replica copy() {
    Trainable<?, ?> copy = (Trainable<?, ?>) model.layer().copy();
    copy.trainer().compile(optimizer, objective.copy());
    return copy.trainer().unwatched();
  }

  /** Creates the variables that steps need, by tracing one on a shard such as this. */
  public void build(Example rows) {
    if (state != null) {
      return;
    }
    gradients.trace(new Shard(rows, RandomKey.of(0), 0));
    logs.metrics().find(model.layer());
    Set<Variable> sums =
        StateSnapshot.variables(List.of(logs.training().parts(), logs.metrics().all()));
    state =
        new ShardState(
            List.copyOf(sums),
            written.stream()
                .filter(v -> !sums.contains(v) && !watch.isCounter(v) && !v.equals(order))
                .toList());
  }

  /**
   * Returns all variables of the model and its optimizer, in the same order wherever the model was
   * made, after {@link #build}.
   */
  public List<Variable> variables() {
    optimizer.build(trained);
    List<Object> parts = new ArrayList<>(List.of(model.layer(), optimizer));
    trained.forEach(variable -> parts.add(optimizer.slots().getOrDefault(variable, Map.of())));
    return List.copyOf(StateSnapshot.variables(parts));
  }

  /** Takes over the variables of a replica of the same model. */
  public void follow(Replica other) {
    for (int i = 0; i < trained.size(); i++) {
      trained.get(i).write(other.trained.get(i).memory());
    }
    state.follow(other.state);
  }

  /** Begins a step from the present state. */
  public void begin() {
    state.beginStep();
  }

  /** Returns the number of parts that the sums have. */
  public int parts() {
    return buckets.size() + 1;
  }

  /**
   * Computes the sums of a shard.
   *
   * @param rows its examples, at least one
   * @param number its number in the batch
   * @param key the step's key, from which its random numbers follow
   */
  public void shard(Example rows, long number, RandomKey key, Receiver takes) {
    receiver = takes;
    OneThread.run(
        () -> {
          try (Scope scope = new Scope()) {
            state.beginShard();
            List<Tensor> _ = gradients.call(new Shard(rows, key, number));
            Tensor added = scope.keep(Tensor.of(state.added(rows.size())));
            takes.accept(buckets.size(), (EagerTensor) added);
            return null;
          }
        });
  }

  /** Returns a part of the sums of no shard, which changes no others when it is added. */
  public EagerTensor noSums(int part) {
    return part == buckets.size()
        ? nothing(DType.FLOAT64, 1 + state.size())
        : nothing(buckets.get(part).dtype(), buckets.get(part).size(trained));
  }

  /** Returns zeros that are negative, since x + 0 is not x if that is -0. */
  private static EagerTensor nothing(DType dtype, long size) {
    EagerTensor zeros = EagerTensor.allocate(new TensorSpec(dtype, Shape.of(size)));
    Elements.fill(zeros, -0.0);
    return zeros;
  }

  /** Delivers the sums of a shard's gradients, and returns nothing. */
  private List<Tensor> gradients(Shard shard) {
    Dispatch.Recorder writes =
        (op, _, _) -> {
          if (op instanceof Op write && write.effect() == Effect.WRITE) {
            written.addAll(write.written());
          }
        };
    Dispatch.open(writes);
    try {
      GradientsAndVariables found =
          RandomKey.withKey(
              shard.key,
              () ->
                  RandomKey.inPart(
                      shard.number, () -> BatchCheck.of(shard.rows, overrides.computeGradients())));
      GradientCheck.requireFit(found.gradients(), found.variables());
      trained = found.variables();
      buckets = GradientBucket.of(trained);
      deliver(found.gradients(), shard.rows.size());
      return List.of();
    } finally {
      Dispatch.close(writes);
    }
  }

  private void deliver(List<Tensor> gradients, double examples) {
    for (int i = 0; i < buckets.size(); i++) {
      int part = i;
      List<Tensor> vectors =
          buckets.get(i).variables().stream()
              .map(each -> gradients.get(each).mul(examples).reshape(-1))
              .toList();
      Tensor sums = vectors.size() == 1 ? vectors.getFirst() : Joining.concat(0, vectors.toArray());
      Tensor[] _ =
          new Delivery(value -> receiver.accept(part, StateSnapshot.copy(value)), order)
              .apply(sums);
    }
  }

  /**
   * Takes the step that follows from the sums of all shards of the batch, which are released: adds
   * to loss and metrics, and applies the gradients.
   */
  public void update(ShardSums total) {
    report(total.added());
    if (norms.isOn() != writesNorms) {
      writesNorms = norms.isOn();
      update.forgetTraces();
    }
    OneThread.sameBits(
        () -> {
          try (Scope _ = new Scope()) {
            Tensor examples = Tensor.of(total.added()[0]);
            return update.call(new Total(separate(total), examples));
          }
        });
    total.release();
  }

  /**
   * Adds to loss and metrics what all shards of the batch add, for a replica whose weights change
   * elsewhere.
   *
   * @param added {@link ShardSums#added}
   */
  public void report(double... added) {
    // The sums of the loss and of its weights come first.
    if (added[2] > 0) {
      watch.check(Tensor.of(added[1] / added[2]));
    }
    state.endStep(added);
  }

  /** Returns the sums of the gradients in the order of the variables. */
  private List<Tensor> separate(ShardSums total) {
    Tensor[] separate = new Tensor[trained.size()];
    for (int i = 0; i < buckets.size(); i++) {
      EagerTensor sums = total.tensors().get(i);
      long place = sums.offset();
      for (int each : buckets.get(i).variables()) {
        Shape shape = trained.get(each).shape();
        separate[each] = sums.view(shape, shape.strides(), place);
        place += shape.count();
      }
    }
    return List.of(separate);
  }

  /** Applies the sums of the gradients, and returns nothing. */
  private List<Tensor> update(Total total) {
    List<Tensor> means =
        total.gradients.stream()
            .map(sum -> sum.div(Casting.cast(total.examples, sum.dtype())))
            .toList();
    GradientsAndVariables step = new GradientsAndVariables(means, trained);
    if (writesNorms) {
      norms.write(step, optimizer, logs::checkGradients);
    }
    overrides.applyGradients().accept(step);
    return List.of();
  }
}
