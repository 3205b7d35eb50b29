package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Op;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a function of tensors does, as a list of calls in order: made by running it once with
 * symbolic tensors, and run any number of times.
 *
 * <pre>{@code
 * Graph graph = Graph.trace(in -> List.of(in.getFirst().matmul(w)), List.of(spec));
 * Tensor y = graph.run(x).getFirst();
 * }</pre>
 *
 * <p>Running applies the calls' ops as eager code does, so tapes record them.
 */
public final class Graph {
  private final List<SymbolicTensor> inputs;
  private final List<Call> calls;
  private final List<Tensor> outputs;

  private Graph(List<SymbolicTensor> inputs, List<Call> calls, List<Tensor> outputs) {
    this.inputs = inputs;
    this.calls = List.copyOf(calls);
    this.outputs = outputs;
  }

  /**
   * Runs a function once with symbolic inputs of these types and shapes, and returns what it did.
   */
  public static Graph trace(UnaryOperator<List<Tensor>> function, List<TensorSpec> specs) {
    Tracer tracer = new Tracer();
    List<SymbolicTensor> inputs = new ArrayList<>();
    for (TensorSpec spec : specs) {
      inputs.add(tracer.output("Input", spec));
    }
    List<Tensor> outputs = new ArrayList<>();
    try (Scope none = Scope.none()) { // the graph keeps the constants
      Dispatch.staging(tracer, () -> outputs.addAll(function.apply(List.copyOf(inputs))));
    }
    outputs.forEach(output -> tracer.requireOwn("graph", output));
    return new Graph(List.copyOf(inputs), tracer.calls, List.copyOf(outputs));
  }

  /** Names outputs and writes down calls. */
  private static final class Tracer implements Dispatch.Stager {
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final Set<Tensor> own = new HashSet<>();

    SymbolicTensor output(String name, TensorSpec spec) {
      int number = names.merge(name, 1, Integer::sum) - 1;
      SymbolicTensor made =
          new SymbolicTensor(name + (number == 0 ? "" : "_" + number) + ":0", spec);
      own.add(made);
      return made;
    }

    void requireOwn(String who, Tensor tensor) {
      if (tensor instanceof SymbolicTensor && !own.contains(tensor)) {
        throw new IllegalStateException(
            who + ": " + tensor + " was used outside the function it was traced in");
      }
    }

    @Override
    public Tensor[] stage(Op op, Tensor[] in) {
      for (Tensor tensor : in) {
        requireOwn(op.name(), tensor);
      }
      TensorSpec[] specs = Arrays.stream(in).map(Tensor::spec).toArray(TensorSpec[]::new);
      String name = op.name().substring(0, 1).toUpperCase(Locale.ROOT) + op.name().substring(1);
      Tensor[] out =
          Arrays.stream(op.infer(specs)).map(spec -> output(name, spec)).toArray(Tensor[]::new);
      calls.add(new Call(op, in, out, new boolean[in.length]));
      return out;
    }
  }

  /** Returns the calls, in the order they run. */
  public List<Call> calls() {
    return calls;
  }

  /**
   * Computes the outputs for inputs.
   *
   * @throws IllegalArgumentException if they differ in number, type or shape from what was traced
   */
  public List<Tensor> run(Tensor... arguments) {
    Map<Tensor, Tensor> values = new HashMap<>();
    if (arguments.length != inputs.size()) {
      throw new IllegalArgumentException(
          "graph: traced with " + inputs.size() + " inputs, received " + arguments.length);
    }
    for (int i = 0; i < arguments.length; i++) {
      if (!arguments[i].spec().equals(inputs.get(i).spec())) {
        throw new IllegalArgumentException(
            "graph: input "
                + i
                + " was traced as "
                + inputs.get(i).spec()
                + ", received "
                + arguments[i].spec()
                + "; trace again for it");
      }
      values.put(inputs.get(i), arguments[i]);
    }
    for (Call call : calls) {
      Tensor[] in = Arrays.stream(call.inputs()).map(t -> value(values, t)).toArray(Tensor[]::new);
      Tensor[] out = call.op().apply(in);
      for (int i = 0; i < out.length; i++) {
        values.put(call.outputs()[i], out[i]);
      }
    }
    return outputs.stream().map(t -> value(values, t)).toList();
  }

  private static Tensor value(Map<Tensor, Tensor> values, Tensor tensor) {
    return tensor instanceof EagerTensor ? tensor : values.get(tensor);
  }

  /** Returns a call a line: {@code Add:0 = add(Input:0, Read:0)}. */
  @Override
  public String toString() {
    return calls.stream()
        .map(
            call ->
                names(call.outputs()) + " = " + call.op().name() + "(" + names(call.inputs()) + ")")
        .collect(Collectors.joining("\n"));
  }

  private static String names(Tensor... tensors) {
    return Arrays.stream(tensors).map(Graph::name).collect(Collectors.joining(", "));
  }

  private static String name(Tensor tensor) {
    return switch (tensor) {
      case SymbolicTensor symbol -> symbol.name();
      case EagerTensor constant ->
          constant.shape().isScalar() ? constant.toString() : constant.spec().toString();
    };
  }
}
