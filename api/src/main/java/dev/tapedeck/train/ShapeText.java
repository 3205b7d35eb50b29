package dev.tapedeck.train;

import dev.tapedeck.config.Records;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Shapes as Keras prints them: {@code (None, 28, 28, 1)}, with None for what is not known. */
final class ShapeText {
  private ShapeText() {}

  /** Returns the shapes of tensors: one as it is, several as a list. */
  static String of(List<TensorSpec> specs) {
    List<TensorTree> leaves = specs.stream().<TensorTree>map(TensorTree.Leaf::new).toList();
    return of(leaves.size() == 1 ? leaves.getFirst() : new TensorTree.Items(leaves));
  }

  /** Returns the shapes in a structure: one as it is, several in lists and maps as they are. */
  static String of(TensorTree tree) {
    List<TensorSpec> specs = tree.specs();
    return specs.size() == 1 ? of(specs.getFirst().shape()) : structure(tree);
  }

  /**
   * Returns the shapes of what a layer returned for some batch, whose first axis is of any size.
   *
   * @param tree null before the first call
   */
  static String ofBatches(TensorTree tree) {
    return tree == null
        ? "?"
        : of(tree.with(tree.specs().stream().map(ShapeText::anyBatch).iterator()));
  }

  /** Returns a type and shape with an unknown first axis, that of the batch. */
  static TensorSpec anyBatch(TensorSpec spec) {
    return spec.shape().isScalar()
        ? spec
        : new TensorSpec(spec.dtype(), spec.shape().with(0, Shape.UNKNOWN));
  }

  /** Returns a shape. */
  static String of(Shape shape) {
    return LongStream.of(shape.toArray())
        .mapToObj(size -> size == Shape.UNKNOWN ? "None" : Long.toString(size))
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String structure(TensorTree tree) {
    return switch (tree) {
      case TensorTree.Leaf(TensorSpec spec) -> of(spec.shape());
      case TensorTree.Value(Object value) -> String.valueOf(value);
      case TensorTree.Items(List<TensorTree> parts) -> list(parts);
      case TensorTree.Elements(Class<?> _, List<TensorTree> parts) -> list(parts);
      case TensorTree.Entries(List<Object> keys, List<TensorTree> parts) -> named(keys, parts);
      case TensorTree.Components(Class<?> type, List<TensorTree> parts) ->
          named(Records.names(type), parts);
    };
  }

  private static String list(List<TensorTree> parts) {
    return parts.stream().map(ShapeText::structure).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String named(List<?> names, List<TensorTree> parts) {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < parts.size(); i++) {
      text.add(names.get(i) + ": " + structure(parts.get(i)));
    }
    return text.toString();
  }
}
