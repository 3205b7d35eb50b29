package dev.tapedeck.datasets;

import dev.tapedeck.config.Records;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Structure of an example: those of its inputs, its labels and its weights. */
record ExampleTree(TensorTree inputs, TensorTree labels, TensorTree weights) {
  private static final TensorSpec ANY = new TensorSpec(DType.FLOAT32, Shape.of());

  /** Returns an example's structure, and adds its tensors to a list. */
  static ExampleTree of(Example example, List<Tensor> tensors) {
    return new ExampleTree(
        TensorTree.of(example.inputs(), tensors),
        TensorTree.of(example.labels(), tensors),
        TensorTree.of(example.weights(), tensors));
  }

  /** Returns an example of this structure, with the next tensors. */
  Example build(Iterator<? extends Tensor> tensors) {
    return new Example(inputs.build(tensors), labels.build(tensors), weights.build(tensors));
  }

  /** Returns the number of tensors. */
  int size() {
    return Stream.of(inputs, labels, weights).mapToInt(tree -> tree.specs().size()).sum();
  }

  /** Returns whether another structure differs in types and shapes of tensors alone. */
  boolean isLike(ExampleTree other) {
    return with(spec -> ANY).equals(other.with(spec -> ANY));
  }

  /** Returns the structure with other types and shapes of its tensors. */
  ExampleTree with(UnaryOperator<TensorSpec> change) {
    return new ExampleTree(with(inputs, change), with(labels, change), with(weights, change));
  }

  private static TensorTree with(TensorTree tree, UnaryOperator<TensorSpec> change) {
    return tree.with(tree.specs().stream().map(change).iterator());
  }

  /** Returns the parts of the structure by name, {@code labels.click}; the innermost come first. */
  Map<String, TensorTree> parts() {
    Map<String, TensorTree> named = new LinkedHashMap<>();
    add("inputs", inputs, named);
    add("labels", labels, named);
    add("weights", weights, named);
    return named;
  }

  private static void add(String name, TensorTree tree, Map<String, TensorTree> named) {
    switch (tree) {
      case TensorTree.Items(var parts) -> addIndexed(name, parts, named);
      case TensorTree.Elements(_, var parts) -> addIndexed(name, parts, named);
      case TensorTree.Entries(var keys, var parts) -> addKeyed(name, keys, parts, named);
      case TensorTree.Components(var type, var parts) ->
          addKeyed(name, Records.names(type), parts, named);
      case TensorTree.Leaf _, TensorTree.Value _ -> {}
    }
    named.put(name, tree);
  }

  private static void addIndexed(
      String name, List<TensorTree> parts, Map<String, TensorTree> named) {
    IntStream.range(0, parts.size()).forEach(i -> add(name + "[" + i + "]", parts.get(i), named));
  }

  private static void addKeyed(
      String name, List<?> keys, List<TensorTree> parts, Map<String, TensorTree> named) {
    IntStream.range(0, parts.size())
        .forEach(i -> add(name + "." + keys.get(i), parts.get(i), named));
  }

  /** Returns a part of a structure for messages, {@code float32 (2, 3)}. */
  static String describe(TensorTree part) {
    return part instanceof TensorTree.Leaf(var spec) ? spec.toString() : String.valueOf(part);
  }
}
