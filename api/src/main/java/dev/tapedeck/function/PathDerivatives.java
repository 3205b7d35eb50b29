package dev.tapedeck.function;

import dev.tapedeck.function.Segment.Place;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Differentiable;
import dev.tapedeck.ops.Differentiation;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The gradients of a path through a traced function, for outer tapes: the gradient is traced after
 * the path, and the forward pass keeps the values that it uses, the residuals.
 */
final class PathDerivatives {
  private final Tracer tracer;
  private final Differentiation.Recording recording;
  private final List<SymbolicTensor> inputs;
  private final List<Tensor> outputs;
  private final Map<SymbolicTensor, Place> places;
  private final Map<List<Boolean>, Backward> found = new HashMap<>();
  private Forward forward;

  PathDerivatives(
      Tracer tracer,
      Differentiation.Recording recording,
      List<SymbolicTensor> inputs,
      List<Tensor> outputs,
      Map<SymbolicTensor, Place> places) {
    this.tracer = tracer;
    this.recording = recording;
    this.inputs = inputs;
    this.outputs = outputs;
    this.places = places;
  }

  /**
   * The forward pass as tapes record it: one call of the whole path.
   *
   * @param sources the inputs and variables that have gradients
   * @param symbols outputs of the recorded call: what the function returns, and the residuals
   * @param readings the variable of each reading of one that is not assigned to
   * @param extended plan of the last segment, which returns what the function returns, and then
   *     {@code made}
   * @param made symbols that the last segment computes
   * @param captured the constants of the path
   */
  private record Forward(
      List<Object> sources,
      List<SymbolicTensor> symbols,
      Map<SymbolicTensor, Variable> readings,
      ExecutionPlan extended,
      List<SymbolicTensor> made,
      List<Tensor> captured) {}

  /**
   * A traced gradient of a path.
   *
   * @param uses the residuals: values of the forward pass
   * @param read variables that the gradient reads itself, as that of {@code recompute} does
   * @param sources indices of the sources whose gradients it returns
   */
  private record Backward(
      GraphCall op, List<SymbolicTensor> uses, List<Variable> read, List<Integer> sources) {}

  private synchronized Forward forward(Segment last, List<Segment> path) {
    if (forward == null) {
      List<Node> calls = path.stream().flatMap(s -> s.traced().stream()).toList();
      Map<SymbolicTensor, Variable> readings = readings(calls);
      List<Object> sources = new ArrayList<>();
      inputs.stream().filter(input -> input.dtype().isFloating()).forEach(sources::add);
      sources.addAll(recording.variables());
      Set<SymbolicTensor> symbols = new LinkedHashSet<>();
      for (Tensor output : outputs) {
        if (output instanceof SymbolicTensor symbol
            && symbol.dtype().isFloating()
            && !inputs.contains(symbol)
            && !readings.containsKey(symbol)) {
          symbols.add(symbol);
        }
      }
      // For higher derivatives residuals have gradients too, which may use more residuals.
      for (int known = -1; known < symbols.size(); ) {
        known = symbols.size();
        List<Boolean> all = new ArrayList<>(Collections.nCopies(sources.size(), true));
        symbols.forEach(symbol -> all.add(symbol.dtype().isFloating()));
        for (SymbolicTensor used : differentiate(sources, List.copyOf(symbols), all).uses) {
          if (!inputs.contains(used) && !readings.containsKey(used)) {
            symbols.add(used);
          }
        }
      }
      List<SymbolicTensor> made = symbols.stream().filter(s -> !places.containsKey(s)).toList();
      Graph graph = last.whole();
      List<Tensor> more = new ArrayList<>(graph.outputs());
      more.addAll(made);
      Graph extended = new Graph(graph.inputs(), graph.nodes(), more);
      forward =
          new Forward(
              sources,
              List.copyOf(symbols),
              readings,
              ExecutionPlan.of(GraphReport.optimise(extended).graph()),
              made,
              captured(calls));
    }
    return forward;
  }

  private static List<Tensor> captured(List<Node> calls) {
    return calls.stream()
        .flatMap(call -> call.inputs().stream())
        .filter(input -> input instanceof EagerTensor && input.dtype().isFloating())
        .distinct()
        .toList();
  }

  private static Map<SymbolicTensor, Variable> readings(List<Node> calls) {
    Map<SymbolicTensor, Variable> readings = new HashMap<>();
    for (Node call : calls) {
      if (call.op() instanceof Operands.ReadVariable(Variable variable)) {
        readings.put(call.outputs().getFirst(), variable);
      }
    }
    readings.values().removeIf(WriteSet.of(calls)::may);
    return readings;
  }

  /** Runs the last segment, and records the whole path as one call. */
  Tensor[] run(List<Segment> path, List<Tensor[]> values) {
    Segment last = path.getLast();
    Forward way = forward(last, path);
    Map<Variable, Tensor> read = new HashMap<>();
    List<Tensor> taken = new ArrayList<>();
    for (Object source : way.sources) {
      switch (source) {
        case SymbolicTensor input -> taken.add(values.getFirst()[inputs.indexOf(input)]);
        case Variable variable -> {
          read.put(variable, Operands.reading(variable));
          taken.add(read.get(variable));
        }
        default -> throw new AssertionError(source);
      }
    }
    way.captured.stream().filter(Dispatch::isWatched).forEach(taken::add);
    Tensor[] results = way.extended.run(last.arguments(values));
    int returned = outputs.size();
    Tensor[] known = new Tensor[way.symbols.size()];
    for (int i = 0; i < known.length; i++) {
      SymbolicTensor symbol = way.symbols.get(i);
      int made = way.made.indexOf(symbol);
      Tensor value = made < 0 ? places.get(symbol).in(values) : results[returned + made];
      // Tapes compare tensors by identity, so an output must not be a tensor that is in use
      // elsewhere.
      known[i] = outputs.contains(symbol) ? value : ((EagerTensor) value).alias();
    }
    Dispatch.record(new PathGradient(values.getFirst(), read), taken.toArray(Tensor[]::new), known);
    return Arrays.copyOf(results, returned);
  }

  private Backward differentiate(
      List<Object> sources, List<SymbolicTensor> symbols, List<Boolean> asked) {
    List<Object> needed = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      if (asked.get(i)) {
        needed.add(sources.get(i));
        numbers.add(i);
      }
    }
    List<Tensor> targets = new ArrayList<>();
    for (int i = 0; i < symbols.size(); i++) {
      if (asked.get(sources.size() + i)) {
        targets.add(symbols.get(i));
      }
    }
    TracedGradient traced = TracedGradient.of(tracer, recording, targets, needed);
    List<SymbolicTensor> upstream = traced.upstream();
    List<Tensor> gradients = traced.gradients();
    List<Node> nodes = tracer.cut();
    List<Integer> present = new ArrayList<>();
    List<Tensor> found = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      if (gradients.get(i) != null) {
        present.add(numbers.get(i));
        found.add(gradients.get(i));
      }
    }
    Set<Tensor> own = new HashSet<>(upstream);
    Set<SymbolicTensor> uses = new LinkedHashSet<>();
    Map<SymbolicTensor, Variable> read = new LinkedHashMap<>();
    List<Node> live = new ArrayList<>();
    for (Node node : new DeadCode().on(new Graph(upstream, nodes, found)).nodes()) {
      if (node.op() instanceof Operands.ReadVariable(Variable variable)) {
        read.put(node.outputs().getFirst(), variable); // read outside, where tapes record it
      } else {
        live.add(node);
        uses(node.inputs(), own, uses);
      }
      own.addAll(node.outputs());
    }
    uses(found, own, uses);
    List<SymbolicTensor> taken = new ArrayList<>(uses);
    taken.addAll(read.keySet());
    taken.addAll(upstream);
    return new Backward(
        GraphCall.of("functionGradient", Subgraph.of(new Graph(taken, live, found))),
        List.copyOf(uses),
        List.copyOf(read.values()),
        present);
  }

  private static void uses(List<Tensor> tensors, Set<Tensor> own, Set<SymbolicTensor> uses) {
    for (Tensor tensor : tensors) {
      if (tensor instanceof SymbolicTensor symbol && !own.contains(symbol)) {
        uses.add(symbol);
      }
    }
  }

  private synchronized Backward backward(List<Boolean> asked) {
    return found.computeIfAbsent(
        asked, key -> differentiate(forward.sources, forward.symbols, key));
  }

  /** The gradient of one run of the path. */
  private final class PathGradient implements Differentiable {
    private final Tensor[] arguments;
    private final Map<Variable, Tensor> read;

    PathGradient(Tensor[] arguments, Map<Variable, Tensor> read) {
      this.arguments = arguments;
      this.read = read;
    }

    @Override
    public String name() {
      return "function";
    }

    @Override
    public Effect effect() {
      return Effect.WRITE;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      List<Boolean> asked = new ArrayList<>();
      int sources = forward.sources.size();
      for (int i = 0; i < call.inputs().length; i++) {
        if (i < sources) {
          asked.add(call.needs(i));
        } else if (call.needs(i)) {
          throw new IllegalStateException(
              "function: has no gradient for a captured tensor, "
                  + call.input(i).spec()
                  + "; pass it as an argument");
        }
      }
      List<Tensor> given = new ArrayList<>();
      for (Tensor up : upstream) {
        asked.add(up != null);
        if (up != null) {
          given.add(up);
        }
      }
      Backward backward = backward(asked);
      List<Tensor> inputsOfIt = new ArrayList<>();
      backward.uses.forEach(symbol -> inputsOfIt.add(value(symbol, call)));
      for (Variable variable : backward.read) {
        boolean changes = !forward.readings.containsValue(variable);
        inputsOfIt.add(changes ? Operands.reading(variable) : read.get(variable));
      }
      inputsOfIt.addAll(given);
      List<Tensor> computed = backward.op.results(inputsOfIt);
      Tensor[] gradients = new Tensor[call.inputs().length];
      for (int i = 0; i < computed.size(); i++) {
        gradients[backward.sources.get(i)] = computed.get(i);
      }
      return gradients;
    }

    private Tensor value(SymbolicTensor symbol, Call call) {
      if (inputs.contains(symbol)) {
        return arguments[inputs.indexOf(symbol)];
      }
      Variable variable = forward.readings.get(symbol);
      return variable != null
          ? read.get(variable)
          : call.outputs()[forward.symbols.indexOf(symbol)];
    }
  }
}
