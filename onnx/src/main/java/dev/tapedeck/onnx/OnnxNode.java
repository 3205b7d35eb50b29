package dev.tapedeck.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A node of an ONNX graph.
 *
 * @param type operator, {@code MatMul}
 * @param scope name of the traced node that it is written for; several nodes may have one
 * @param inputs inputs; null for one that is left out
 * @param attributes numbers, texts, arrays of numbers, and graphs, by name
 */
record OnnxNode(
    String type,
    String scope,
    List<Value> inputs,
    List<Value> outputs,
    Map<String, Object> attributes) {
  OnnxNode {
    inputs = Collections.unmodifiableList(new ArrayList<>(inputs)); // may have nulls
    outputs = List.copyOf(outputs);
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  OnnxNode(
      String type, String scope, Map<String, Object> attributes, Value output, Value... inputs) {
    this(type, scope, Arrays.asList(inputs), List.of(output), attributes);
  }

  Value input(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  Value output() {
    return outputs.getFirst();
  }

  boolean is(String other) {
    return type.equals(other);
  }

  /** Returns an attribute of whole numbers. */
  long[] numbers(String attribute) {
    return (long[]) attributes.get(attribute);
  }

  /** Returns the graphs among the attributes. */
  List<OnnxGraph> graphs() {
    return attributes.values().stream()
        .filter(OnnxGraph.class::isInstance)
        .map(OnnxGraph.class::cast)
        .toList();
  }

  /** Returns this node with other inputs, also in its graphs. */
  OnnxNode map(UnaryOperator<Value> change) {
    Map<String, Object> mapped = new LinkedHashMap<>(attributes);
    mapped.replaceAll((name, value) -> value instanceof OnnxGraph g ? g.map(change) : value);
    List<Value> others = new ArrayList<>();
    inputs.forEach(input -> others.add(input == null ? null : change.apply(input)));
    return new OnnxNode(type, scope, others, outputs, mapped);
  }

  /** Returns this node without a prefix of its name, and of those in its graphs. */
  OnnxNode within(String prefix) {
    Map<String, Object> inner = new LinkedHashMap<>(attributes);
    inner.replaceAll((name, value) -> value instanceof OnnxGraph g ? g.within(prefix) : value);
    String rest = scope.startsWith(prefix) ? scope.substring(prefix.length()) : scope;
    return new OnnxNode(type, rest, inputs, outputs, inner);
  }

  /** Returns this node with an attribute set. */
  OnnxNode with(String attribute, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(attributes);
    more.put(attribute, value);
    return new OnnxNode(type, scope, inputs, outputs, more);
  }
}
