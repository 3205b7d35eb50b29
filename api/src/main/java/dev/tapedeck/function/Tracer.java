package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** A tracer that adds ops to a graph as nodes with unique names, instead of running them. */
final class Tracer implements Dispatch.Stager {
  /** The reader for traces without values of the arguments, which refuses every read. */
  static final SymbolicTensor.Reader UNREADABLE =
      tensor -> {
        throw noValue(tensor);
      };

  private final SymbolicTensor.Reader reader;
  private final Consumer<String> maker;
  private final Map<String, Integer> names = new HashMap<>();
  private final Deque<String> parts = new ArrayDeque<>();
  private final Set<Tensor> own = new HashSet<>();
  private final Set<Tensor> readings = new HashSet<>();

  /** The surrounding trace, whose tensors this one may capture; or null. */
  private final Tracer outer;

  private final Map<Tensor, SymbolicTensor> captured = new LinkedHashMap<>();
  private Consumer<Tensor> capturing = tensor -> {};

  private List<Node> nodes = new ArrayList<>();
  private Iterator<Node> known = List.<Node>of().iterator();

  /** Makes a tracer of a function that captures no tensors. */
  Tracer(SymbolicTensor.Reader reader) {
    this(reader, variable -> {}, null);
  }

  /**
   * Makes a tracer.
   *
   * @param maker called with the name of each variable that the function makes itself
   * @param outer tracer of the surrounding function, if this one traces a part of it such as a loop
   *     body; or null
   */
  Tracer(SymbolicTensor.Reader reader, Consumer<String> maker, Tracer outer) {
    this.reader = reader;
    this.maker = maker;
    this.outer = outer;
  }

  static IllegalStateException noValue(SymbolicTensor tensor) {
    return new IllegalStateException(
        tensor
            + " has no value while its function is being traced without arguments, or as a part of a"
            + " graph; use cond, switchCase, whileLoop or scan, or call the function with arguments");
  }

  /** Traces code; a later call continues the trace. */
  void run(Runnable code) {
    try (Scope none = Scope.none()) { // the graph keeps the constants
      Dispatch.staging(this, code);
    }
  }

  SymbolicTensor input(String name, TensorSpec spec) {
    return output(unique(name) + ":0", spec);
  }

  /** Takes over the inputs of another trace of the function. */
  void adopt(List<SymbolicTensor> inputs) {
    inputs.forEach(input -> unique("Input"));
    own.addAll(inputs);
  }

  private SymbolicTensor output(String name, TensorSpec spec) {
    SymbolicTensor made = new SymbolicTensor(name, spec, reader);
    own.add(made);
    return made;
  }

  private String unique(String title) {
    String name = parts.isEmpty() ? title : parts.getLast() + "/" + title;
    int number = names.merge(name, 1, Integer::sum) - 1;
    // A name that was given with a number already is taken as well.
    return number == 0 ? name : unique(title + "_" + number);
  }

  /**
   * Returns the tensor of this trace that stands for a tensor: itself, or the input that captures
   * it.
   */
  private Tensor own(String who, Tensor tensor) {
    if (own.contains(tensor)) {
      return tensor;
    }
    // A constant that an outer tape watches is captured like a symbol.
    if (tensor instanceof EagerTensor constant && (outer == null || !Dispatch.isWatched(tensor))) {
      constant.share();
      own.add(tensor); // it stays a constant, even if a tape watches it in a later call
      return tensor;
    }
    if (outer == null) {
      throw new IllegalStateException(
          who + ": " + tensor + " was used outside the function it was traced in");
    }
    return captured.computeIfAbsent(
        tensor,
        outside -> {
          outer.own(who, outside);
          capturing.accept(outside);
          return input("Captured", outside.spec());
        });
  }

  void requireOwn(String who, Tensor tensor) {
    own(who, tensor);
  }

  /** Returns the tensors of this trace that stand for what a function returned. */
  List<Tensor> outputs(String who, List<Tensor> returned) {
    return returned.stream().map(tensor -> own(who, tensor)).toList();
  }

  @Override
  public Tensor[] stage(Op op, Tensor[] in) {
    Tensor[] inputs = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      inputs[i] = own(op.name(), in[i]);
    }
    String name = unique(op.title());
    Node node = known.hasNext() ? again(op, inputs) : staged(name, op, inputs);
    if (op instanceof Operands.ReadVariable) {
      readings.addAll(node.outputs());
    }
    return node.outputs().toArray(Tensor[]::new);
  }

  @Override
  public boolean isReading(Tensor tensor) {
    return readings.contains(tensor);
  }

  private Node staged(String name, Op op, Tensor... inputs) {
    TensorSpec[] given = Arrays.stream(inputs).map(Tensor::spec).toArray(TensorSpec[]::new);
    Dispatch.requireNumbers(op, given);
    TensorSpec[] specs = op.infer(given);
    List<SymbolicTensor> outputs = new ArrayList<>();
    for (int i = 0; i < specs.length; i++) {
      outputs.add(output(name + ":" + i, specs[i]));
    }
    Node node = new Node(name, op, Arrays.asList(inputs), outputs);
    nodes.add(node);
    return node;
  }

  /** Expects the next calls to be these, which have run already. */
  void repeat(List<Node> calls) {
    known = calls.iterator();
    calls.forEach(call -> own.addAll(call.outputs()));
  }

  /** Refuses a function that made fewer calls than when it was traced before. */
  void requireRepeated() {
    if (known.hasNext()) {
      throw changed("read a value", known.next());
    }
  }

  private Node again(Op op, Tensor... inputs) {
    Node node = known.next();
    boolean same =
        node.op().name().equals(op.name())
            && node.inputs().size() == inputs.length
            && (!(op instanceof Operands.ReadVariable) || op.equals(node.op()))
            && op.written().equals(node.op().written());
    for (int i = 0; same && i < inputs.length; i++) {
      same = inputs[i] instanceof EagerTensor || inputs[i] == node.inputs().get(i);
    }
    if (!same) {
      throw changed("called " + op.name(), node);
    }
    return node;
  }

  private static IllegalStateException changed(String did, Node before) {
    return new IllegalStateException(
        "function: it "
            + did
            + " where it called "
            + before.op().name()
            + " when it was traced before, for the same values; what it does must depend on its"
            + " arguments and on tensors that it reads, not on other Java state");
  }

  @Override
  public void enter(String name) {
    parts.add(unique(name));
  }

  @Override
  public void leave() {
    parts.removeLast();
  }

  @Override
  public void variableMade(String variable) {
    maker.accept(variable);
  }

  @Override
  public Tensor recompute(String name, Function<Tensor[], Tensor> function, Tensor... arguments) {
    List<TensorSpec> specs = Arrays.stream(arguments).map(Tensor::spec).toList();
    Subgraph.Traced traced =
        Subgraph.trace(name, this, specs, in -> List.of(function.apply(in.toArray(Tensor[]::new))));
    Subgraph.Traced part = traced.withReadsCaptured(traced);
    List<Tensor> inputs = new ArrayList<>(List.of(arguments));
    inputs.addAll(part.captures());
    return GraphCall.of(name, part.part()).results(inputs).getFirst();
  }

  @Override
  public Tensor customGradient(
      String name,
      Function<Tensor[], Tensor> function,
      Function<Tensor, List<Tensor>> gradient,
      Tensor... arguments) {
    return CustomGradientCall.apply(name, this, function, gradient, arguments);
  }

  /** Sets an action on each tensor of the surrounding trace, when it is first captured. */
  void whenCapturing(Consumer<Tensor> action) {
    capturing = action;
  }

  /** Returns the captured tensors of the surrounding trace. */
  List<Tensor> used() {
    return List.copyOf(captured.keySet());
  }

  /** Returns the inputs that stand for the captured tensors. */
  List<SymbolicTensor> captured() {
    return List.copyOf(captured.values());
  }

  Consumer<String> maker() {
    return maker;
  }

  List<Node> nodes() {
    return nodes;
  }

  /** Returns the calls since the last cut. */
  List<Node> cut() {
    List<Node> since = nodes;
    nodes = new ArrayList<>();
    return since;
  }
}
