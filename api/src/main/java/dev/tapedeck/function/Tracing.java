package dev.tapedeck.function;

import dev.tapedeck.function.Segment.Place;
import dev.tapedeck.ops.Differentiation;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Errors;
import dev.tapedeck.ops.array.Identity;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A trace of a function in progress. If the arguments have values, the segment traced so far runs
 * as soon as Java code reads the value of a tensor.
 */
final class Tracing {
  private final TraceTree tree;

  /**
   * The trace of the same function that Java code was run for when it called the function again; or
   * null.
   */
  private final Tracing outer;

  private final Tracer tracer;
  private final List<SymbolicTensor> inputs;

  /** The segments so far; the first {@link #known} ones had been traced, and run, before. */
  private final List<Segment> path;

  private final int known;

  /** The values of the arguments, and then of each segment's outputs; null if nothing runs. */
  private final List<Tensor[]> values;

  private final Map<SymbolicTensor, Place> places = new HashMap<>();
  private final Map<SymbolicTensor, EagerTensor> read = new HashMap<>();
  private int repeated;

  Tracing(TraceTree tree, List<Segment> path, List<Tensor[]> values) {
    this.tree = tree;
    this.path = new ArrayList<>(path);
    this.known = path.size();
    Object trace = known == 0 ? tree : this;
    this.tracer = new Tracer(tree::read, made -> tree.maker().accept(trace, made), null);
    this.values = values;
    this.outer = tree.tracing();
    this.inputs = tree.begin(this, tracer);
    place(0, inputs);
  }

  private void place(int segment, List<? extends Tensor> tensors) {
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i) instanceof SymbolicTensor symbol) {
        places.putIfAbsent(symbol, new Place(segment, i));
      }
    }
  }

  /** Runs the function with symbolic tensors, to its end. */
  void go(Function<List<Tensor>, Object> code) {
    Differentiation.Recording[] recording = new Differentiation.Recording[1];
    TensorTree[] result = new TensorTree[1];
    List<Tensor> tensors = new ArrayList<>();
    if (known > 0) {
      tracer.repeat(path.getFirst().traced());
    }
    try {
      tracer.run(
          () -> {
            recording[0] = Differentiation.provider().record();
            recording[0].watch(inputs.toArray(Tensor[]::new));
            result[0] = TensorTree.of(code.apply(List.copyOf(inputs)), tensors);
            tensors.replaceAll(this::apart);
          });
      List<Tensor> outputs = tracer.outputs("function", tensors);
      List<Node> nodes = tracer.cut();
      PathDerivatives derivatives =
          new PathDerivatives(tracer, recording[0], inputs, outputs, Map.copyOf(places));
      add(nodes, outputs, null, new TraceResult(result[0], outputs, derivatives));
    } catch (IllegalArgumentException e) {
      throw inputs.stream().allMatch(input -> input.shape().isKnown())
          ? e
          : Errors.withMessage(
              e, e.getMessage() + "; sizes that a signature leaves unknown are (?) in a trace");
    } finally {
      tree.end(outer);
    }
  }

  /**
   * Returns a tensor that outer tapes do not mistake for their own reading of the same variable.
   */
  private Tensor apart(Tensor returned) {
    return tracer.isReading(returned) ? new Identity().applyTo(returned) : returned;
  }

  /** Returns the segments, to the one that ends the function. */
  List<Segment> path() {
    return path;
  }

  /** Returns the value of a symbol, on which the trace depends from here on. */
  EagerTensor read(SymbolicTensor symbol) {
    if (values == null) {
      throw Tracer.noValue(symbol);
    }
    EagerTensor value = read.get(symbol);
    if (value == null) {
      value = repeated < known ? again(symbol) : first(symbol);
      Segment.key(symbol, value); // refuses one that is too large
      read.put(symbol, value);
    }
    return value;
  }

  private EagerTensor again(SymbolicTensor symbol) {
    Segment segment = path.get(repeated++);
    place(repeated, segment.traced().stream().flatMap(n -> n.outputs().stream()).toList());
    tracer.requireRepeated();
    if (repeated < known) {
      tracer.repeat(path.get(repeated).traced());
    }
    return (EagerTensor) places.get(symbol).in(values);
  }

  private EagerTensor first(SymbolicTensor symbol) {
    List<Node> nodes = tracer.cut();
    List<SymbolicTensor> made = nodes.stream().flatMap(n -> n.outputs().stream()).toList();
    place(path.size() + 1, made);
    Segment segment = add(nodes, made, places.get(symbol), null);
    values.add(Dispatch.eagerly(() -> segment.run(values)));
    return segment.guarded(values);
  }

  private Segment add(
      List<Node> nodes, List<? extends Tensor> outputs, Place guard, TraceResult ending) {
    boolean whole = path.isEmpty();
    List<SymbolicTensor> taken = whole ? inputs : taken(nodes, outputs);
    Segment segment =
        new Segment(
            nodes,
            new Graph(taken, nodes, List.copyOf(outputs)),
            whole ? null : taken.stream().map(places::get).toList(),
            guard,
            ending);
    Segment before = whole ? null : path.getLast();
    tree.add(before, whole ? null : Segment.key(before.guarded(values)), segment);
    path.add(segment);
    return segment;
  }

  /** Returns the tensors of earlier segments that a segment uses. */
  private List<SymbolicTensor> taken(List<Node> nodes, List<? extends Tensor> outputs) {
    List<Tensor> used = new ArrayList<>(outputs);
    nodes.forEach(node -> used.addAll(node.inputs()));
    List<SymbolicTensor> taken = new ArrayList<>();
    for (Tensor tensor : used) {
      boolean earlier =
          tensor instanceof SymbolicTensor symbol
              && places.containsKey(symbol)
              && places.get(symbol).segment() <= path.size();
      if (earlier && !taken.contains(tensor)) {
        taken.add((SymbolicTensor) tensor);
      }
    }
    return taken;
  }
}
