package dev.tapedeck.onnx;

import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A pass that moves transposes behind the nodes that take them, as far as possible, where they meet
 * others and cancel: between convolutions images stay as ONNX has them.
 */
final class Transposes {
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<Value, Value> replaced = new IdentityHashMap<>();

  private final Map<Value, String> scopes = new IdentityHashMap<>();

  /** The transposes by output. */
  private final Map<Value, OnnxNode> made = new IdentityHashMap<>();

  /** The outputs of transposes by input and order. */
  private final Map<List<Object>, Value> known = new HashMap<>();

  /** Whether inputs that are not transposed are, so that a node can be moved. */
  private final boolean eager;

  private Transposes(boolean eager) {
    this.eager = eager;
  }

  /** Returns a graph with fewer transposes. */
  static OnnxGraph on(OnnxGraph graph) {
    OnnxGraph plain = new Transposes(false).of(graph);
    OnnxGraph more = new Transposes(true).of(graph);
    return more.nodes().size() < plain.nodes().size() ? more : plain;
  }

  private OnnxGraph of(OnnxGraph graph) {
    graph.nodes().forEach(this::add);
    return graph.with(nodes, this::resolve).withoutUnused();
  }

  /** Returns the type and shape of a transposed tensor. */
  static TensorSpec spec(TensorSpec spec, long... order) {
    long[] sizes = Arrays.stream(order).map(axis -> spec.shape().size((int) axis)).toArray();
    return new TensorSpec(spec.dtype(), Shape.of(sizes));
  }

  private Value resolve(Value value) {
    return replaced.getOrDefault(value, value);
  }

  private void add(OnnxNode node) {
    OnnxNode resolved = inGraphs(node.map(this::resolve));
    if (resolved.is("Transpose")) {
      replaced.put(node.output(), transposed(resolved.input(0), resolved.numbers("perm")));
    } else if (!moves(resolved)) {
      write(resolved);
    }
  }

  private static OnnxNode inGraphs(OnnxNode node) {
    OnnxNode changed = node;
    for (Map.Entry<String, Object> attribute : node.attributes().entrySet()) {
      if (attribute.getValue() instanceof OnnxGraph graph) {
        changed = changed.with(attribute.getKey(), on(graph));
      }
    }
    return changed;
  }

  /** Returns a transposed value; of a transposed one, its input in one step. */
  private Value transposed(Value x, long... order) {
    OnnxNode before = made.get(x);
    if (before != null) {
      long[] first = before.numbers("perm");
      long[] both = Arrays.stream(order).map(axis -> first[(int) axis]).toArray();
      return transposed(before.input(0), both);
    }
    if (isIdentity(order)) {
      return x;
    }
    if (x.isConstant()) {
      return Constants.transposed(x, Arrays.stream(order).mapToInt(axis -> (int) axis).toArray());
    }
    return known.computeIfAbsent(
        key(x, order),
        key -> {
          Value output = Value.output(spec(x.spec(), order));
          OnnxNode node = new OnnxNode("Transpose", scope(x), Map.of("perm", order), output, x);
          write(node);
          made.put(output, node);
          return output;
        });
  }

  private void write(OnnxNode node) {
    nodes.add(node);
    node.outputs().forEach(output -> scopes.put(output, node.scope()));
  }

  private String scope(Value x) {
    return scopes.getOrDefault(x, x.name() == null ? "transpose" : x.name());
  }

  private static List<Object> key(Value x, long... order) {
    return List.of(x, Arrays.toString(order));
  }

  private static boolean isIdentity(long... order) {
    return IntStream.range(0, order.length).allMatch(i -> order[i] == i);
  }

  private static long[] inverse(long... order) {
    long[] inverse = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[(int) order[i]] = i;
    }
    return inverse;
  }

  /** Writes a node before the transposes of its inputs, if that is possible. */
  private boolean moves(OnnxNode node) {
    OnnxNode transpose =
        node.inputs().stream()
            .filter(input -> input != null && made.containsKey(input))
            .map(made::get)
            .findFirst()
            .orElse(null);
    Movable movable = transpose == null ? null : Movable.of(node.type());
    if (movable == null) {
      return false;
    }
    long[] order = transpose.numbers("perm");
    List<Value> inputs = inputs(node, movable.transposed(node), order);
    Movable.Moved moved = inputs == null ? null : movable.move(node, order);
    if (moved == null) {
      return false;
    }
    moved.inputs().forEach(inputs::set);
    Map<String, Object> attributes = new LinkedHashMap<>(node.attributes());
    attributes.putAll(moved.attributes());
    List<Value> outputs =
        node.outputs().stream()
            .map(output -> Value.output(spec(output.spec(), inverse(moved.order()))))
            .toList();
    write(new OnnxNode(node.type(), node.scope(), inputs, outputs, attributes));
    for (int i = 0; i < outputs.size(); i++) {
      replaced.put(node.outputs().get(i), transposed(outputs.get(i), moved.order()));
    }
    return true;
  }

  /** Returns the inputs before they are transposed; null if one of them is not. */
  private List<Value> inputs(OnnxNode node, int count, long... order) {
    List<Value> before = new ArrayList<>(node.inputs());
    for (int i = 0; i < Math.min(count, before.size()); i++) {
      Value input = before.get(i);
      if (input == null || input.rank() == 0) {
        continue;
      }
      Value source = source(input, order);
      if (source == null) {
        return null;
      }
      before.set(i, source);
    }
    return before;
  }

  private Value source(Value input, long... order) {
    OnnxNode transpose = made.get(input);
    if (transpose != null && Arrays.equals(transpose.numbers("perm"), order)) {
      return transpose.input(0);
    }
    long[] back = inverse(order);
    if (input.isConstant() && input.rank() <= order.length) {
      long[] sizes = new long[order.length - input.rank()];
      Arrays.fill(sizes, 1);
      Shape shape = Shape.of(sizes).concat(input.shape().toArray());
      Value full = shape.equals(input.shape()) ? input : Constants.reshaped(input, shape);
      return transposed(full, back);
    }
    return eager && input.rank() == order.length
        ? transposed(input, back)
        : known.get(key(input, back));
  }
}
