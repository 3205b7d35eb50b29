package dev.tapedeck.train;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.NumericsReport.AppliedOp;
import dev.tapedeck.train.NumericsReport.DeadUnits;
import dev.tapedeck.train.NumericsReport.Values;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A check of the numbers of one step, which runs eagerly while all ops are recorded with their
 * layers and values; no variable is changed by it.
 */
final class NumericsCheck implements Dispatch.Recorder, LayerInterceptor {
  private static final int FEWEST_EXAMPLES = 8;

  private final Map<AbstractLayer<?, ?>, String> places;
  private final Deque<AbstractLayer<?, ?>> calling = new ArrayDeque<>();
  private final List<Step> steps = new ArrayList<>();
  private final Map<Tensor, Values> values = new HashMap<>();
  private final Map<String, Tensor> gradientsOfStep = new LinkedHashMap<>();
  private Tensor lossOfStep;
  private Call differentiated;

  /**
   * An op that ran, and where.
   *
   * @param of the op whose gradient it is part of; null for none
   */
  private record Step(Call call, String place, String of) {}

  private NumericsCheck(AbstractLayer<?, ?> model) {
    places = LayerNames.places(model);
  }

  /**
   * Returns what is found in a step.
   *
   * @param training whether the step trains: then gradients are checked, too
   * @param loss computes the loss; null if there is none
   */
  static <I, O> NumericsReport of(
      AbstractLayer<I, O> model,
      Example batch,
      boolean training,
      BiFunction<Example, O, Tensor> loss) {
    try (Scope _ = new Scope()) {
      if (model.isAwaitingState()) {
        output(model, batch, false); // makes the variables
      }
      NumericsCheck check = new NumericsCheck(model);
      return check.apart(model, () -> check.run(model, batch, training, loss));
    }
  }

  /**
   * Returns what is found in a step of a model's own; what it gives to optimizers is looked at, and
   * not applied.
   */
  static NumericsReport ofStep(
      AbstractLayer<?, ?> model, Example batch, Function<Example, Map<String, Tensor>> step) {
    try (Scope _ = new Scope()) {
      if (model.isAwaitingState()) { // makes the variables
        NumericsCheck making = new NumericsCheck(model);
        NumericsReport _ = making.apart(model, () -> making.run(model, batch, step));
      }
      NumericsCheck check = new NumericsCheck(model);
      return check.apart(model, () -> check.run(model, batch, step));
    }
  }

  /** Returns the check that this thread runs a step for; null for none. */
  static NumericsCheck current() {
    return LayerInterceptor.current() instanceof NumericsCheck check ? check : null;
  }

  /** Takes the loss that a step reports. */
  void lossIs(Tensor loss) {
    lossOfStep = loss;
  }

  /** Takes the gradients that a step gives to an optimizer. */
  void gradientsAre(List<Tensor> gradients, List<Variable> variables) {
    for (int i = 0; i < variables.size(); i++) {
      gradientsOfStep.put(NamedVariables.name(variables, i), gradients.get(i));
    }
  }

  /** Runs a check eagerly, without a change to a model's variables or the random generator. */
  private NumericsReport apart(AbstractLayer<?, ?> model, Supplier<NumericsReport> run) {
    StateSnapshot before = StateSnapshot.of(model);
    try {
      return Dispatch.eagerly(
          () ->
              RandomKey.withKey(
                  RandomKey.of(0), () -> ScopedValue.where(CURRENT, this).call(run::get)));
    } finally {
      before.restore();
      before.release();
    }
  }

  private NumericsReport run(
      AbstractLayer<?, ?> model, Example batch, Function<Example, Map<String, Tensor>> step) {
    List<String> data = notFinite(batch);
    List<String> weights = weightsNotFinite(model);
    Dispatch.open(this);
    List<Tensor> results;
    try {
      Map<String, Tensor> reports = step.apply(batch);
      results = new ArrayList<>(reports.values());
      lossOfStep = lossOfStep == null ? reports.get(MetricNames.LOSS) : lossOfStep;
    } finally {
      Dispatch.close(this);
    }
    double loss =
        lossOfStep == null ? results.stream().mapToDouble(Tensor::item).sum() : lossOfStep.item();
    if (lossOfStep != null) {
      results.add(lossOfStep);
    }
    Optional<AppliedOp> output = first(results).map(this::applied);
    List<String> gradients =
        output.isPresent()
            ? List.of()
            : gradientsOfStep.entrySet().stream()
                .filter(gradient -> !areFinite(gradient.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    return new NumericsReport(
        data,
        weights,
        output,
        gradients,
        first(gradients.stream().map(gradientsOfStep::get).toList()).map(this::applied),
        loss,
        deadUnits());
  }

  @SuppressWarnings("unchecked") // a dataset's inputs are the model's, or the model refuses them
  private static <I, O> O output(AbstractLayer<I, O> model, Example batch, boolean training) {
    return model.run((I) batch.inputs(), training);
  }

  private <I, O> NumericsReport run(
      AbstractLayer<I, O> model,
      Example batch,
      boolean training,
      BiFunction<Example, O, Tensor> lossFunction) {
    List<String> data = notFinite(batch);
    List<String> weights = weightsNotFinite(model);
    Dispatch.open(this);
    try (GradientTape tape = new GradientTape()) {
      O predictions;
      Tensor loss;
      try {
        predictions = output(model, batch, training);
        loss = loss(batch, predictions, lossFunction);
      } finally {
        Dispatch.close(this);
      }
      Optional<AppliedOp> output =
          first(
                  Stream.concat(TensorTree.tensorsOf(predictions).stream(), Stream.ofNullable(loss))
                      .toList())
              .map(this::applied);
      Optional<AppliedOp> gradient = Optional.empty();
      List<String> gradients = List.of();
      if (training && loss != null && areFinite(loss)) {
        Map<Tensor, Tensor> ofOutputs = new HashMap<>();
        gradients = gradients(tape, loss, model.trainableVariables(), ofOutputs);
        gradient = gradients.isEmpty() ? gradient : firstGradient(ofOutputs);
      }
      return new NumericsReport(
          data,
          weights,
          output,
          gradients,
          gradient,
          loss == null ? Double.NaN : loss.item(),
          deadUnits());
    }
  }

  private List<String> notFinite(Example batch) {
    List<String> data = new ArrayList<>();
    requireFinite("inputs", batch.inputs(), data);
    requireFinite("labels", batch.labels(), data);
    return data;
  }

  private List<String> weightsNotFinite(AbstractLayer<?, ?> model) {
    return model.namedVariables().entrySet().stream()
        .filter(named -> !areFinite(named.getValue().reading()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private void requireFinite(String what, Object tensors, List<String> notFinite) {
    if (tensors != null && !TensorTree.tensorsOf(tensors).stream().allMatch(this::areFinite)) {
      notFinite.add(what);
    }
  }

  /** Returns the loss; null if it refuses outputs that are not finite. */
  private <O> Tensor loss(
      Example batch, O predictions, BiFunction<Example, O, Tensor> lossFunction) {
    try {
      return lossFunction.apply(batch, predictions);
    } catch (RuntimeException e) {
      if (TensorTree.tensorsOf(predictions).stream().allMatch(this::areFinite)) {
        throw e;
      }
      return null;
    }
  }

  @Override
  public <O> O call(AbstractLayer<?, ?> layer, Object input, Supplier<O> call) {
    calling.push(layer);
    try {
      return call.get();
    } finally {
      calling.pop();
    }
  }

  @Override
  public void record(Differentiable op, Tensor[] inputs, Tensor[] outputs) {
    if (op instanceof Operands.ReadVariable) {
      return;
    }
    boolean[] needed = new boolean[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      needed[i] = inputs[i].dtype().isFloating() && Dispatch.isWatched(inputs[i]);
      look(inputs[i]);
    }
    Stream.of(outputs).forEach(this::look);
    steps.add(
        new Step(
            new Call(op, inputs, outputs, needed),
            differentiated == null ? place() : placeOf(differentiated),
            differentiated == null ? null : differentiated.op().name()));
  }

  @Override
  public void differentiating(Call call) {
    differentiated = call;
  }

  private String place() {
    return calling.isEmpty() ? "the loss" : places.getOrDefault(calling.peek(), "a layer");
  }

  private String placeOf(Call call) {
    return steps.stream()
        .filter(step -> List.of(step.call().outputs()).contains(call.outputs()[0]))
        .map(Step::place)
        .findFirst()
        .orElse("the loss");
  }

  /** Returns the values of a tensor; null for text, and for what the op has overwritten. */
  private Values look(Tensor tensor) {
    Values known = values.get(tensor);
    boolean stale = tensor instanceof EagerTensor eager && eager.isStale();
    return known != null || stale || tensor.dtype() == DType.STRING
        ? known
        : values.computeIfAbsent(tensor, Values::of);
  }

  private boolean areFinite(Tensor tensor) {
    Values found = look(tensor);
    return found == null || found.areFinite();
  }

  /** Returns the first op of those from which the numbers of targets that are not finite come. */
  private Optional<Step> first(List<Tensor> targets) {
    Set<Tensor> followed = new HashSet<>(notFinite(targets));
    Optional<Step> first = Optional.empty();
    for (Step step : steps.reversed()) {
      if (Stream.of(step.call().outputs()).anyMatch(followed::contains)) {
        first = Optional.of(step);
        List<Tensor> inputs = notFinite(List.of(step.call().inputs()));
        List<Tensor> nans = inputs.stream().filter(input -> look(input).nans() > 0).toList();
        followed.addAll(nans.isEmpty() ? inputs : nans); // infinities may be those of a mask
      }
    }
    return first;
  }

  private List<Tensor> notFinite(List<Tensor> tensors) {
    return tensors.stream().filter(tensor -> !areFinite(tensor)).toList();
  }

  private AppliedOp applied(Step step) {
    Tensor result =
        Stream.of(step.call().outputs()).filter(output -> !areFinite(output)).findFirst().get();
    return applied(step, look(result));
  }

  private AppliedOp applied(Step step, Values result) {
    List<Values> inputs =
        Stream.of(step.call().inputs()).map(this::look).filter(Objects::nonNull).toList();
    String op = step.call().op().name();
    String name = step.of() == null ? op : op + ", a part of the gradient of " + step.of() + ",";
    return new AppliedOp(name, step.place(), inputs, result);
  }

  /**
   * Returns the paths of variables whose gradients are not finite.
   *
   * @param ofOutputs is given the gradients for the outputs of all ops
   */
  private List<String> gradients(
      GradientTape tape, Tensor loss, List<Variable> variables, Map<Tensor, Tensor> ofOutputs) {
    List<Object> sources = new ArrayList<>(variables);
    steps.forEach(step -> Collections.addAll(sources, step.call().outputs()));
    List<Tensor> gradients = tape.gradient(loss, sources);
    for (int i = variables.size(); i < sources.size(); i++) {
      ofOutputs.put((Tensor) sources.get(i), gradients.get(i));
    }
    return IntStream.range(0, variables.size())
        .filter(i -> gradients.get(i) != null && !areFinite(gradients.get(i)))
        .mapToObj(i -> NamedVariables.name(variables, i))
        .toList();
  }

  /** Returns the last op whose gradients are not finite though those of its outputs are. */
  private Optional<AppliedOp> firstGradient(Map<Tensor, Tensor> ofOutputs) {
    return steps.reversed().stream()
        .flatMap(
            step -> {
              Tensor[] upstream =
                  Stream.of(step.call().outputs()).map(ofOutputs::get).toArray(Tensor[]::new);
              return badGradients(step.call(), upstream)
                  .map(gradient -> applied(step, Values.of(gradient)));
            })
        .findFirst();
  }

  private Stream<Tensor> badGradients(Call call, Tensor... upstream) {
    boolean known = Stream.of(upstream).anyMatch(Objects::nonNull);
    boolean finite = Stream.of(upstream).allMatch(g -> g == null || areFinite(g));
    if (!known || !finite) {
      return Stream.empty();
    }
    Tensor[] gradients = call.op().gradient(call, upstream);
    return IntStream.range(0, gradients.length)
        .filter(i -> call.needs(i) && gradients[i] != null && !areFinite(gradients[i]))
        .mapToObj(i -> gradients[i]);
  }

  private List<DeadUnits> deadUnits() {
    return steps.stream()
        .filter(step -> step.call().op().name().equals("relu"))
        .map(step -> deadUnits(step.place(), step.call().output()))
        .filter(units -> units.dead() > 0)
        .toList();
  }

  private static DeadUnits deadUnits(String place, Tensor output) {
    long examples = output.shape().rank() < 2 ? 0 : output.shape().size(0);
    if (examples < FEWEST_EXAMPLES) {
      return new DeadUnits(place, 0, 0); // they may be 0 by chance
    }
    int units = (int) (output.shape().count() / examples);
    double[] elements = output.toDoubleArray();
    long dead =
        IntStream.range(0, units)
            .filter(
                u -> IntStream.range(0, (int) examples).allMatch(i -> elements[i * units + u] == 0))
            .count();
    // A place in an image may be 0 in all of them.
    return new DeadUnits(place, output.shape().rank() == 2 || dead == units ? dead : 0, units);
  }
}
