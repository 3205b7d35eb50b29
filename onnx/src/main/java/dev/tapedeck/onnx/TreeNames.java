package dev.tapedeck.onnx;

import dev.tapedeck.config.Records;
import dev.tapedeck.function.TensorTree;
import java.util.ArrayList;
import java.util.List;

/** Names of the tensors of a structure: components of records and keys of maps. */
final class TreeNames {
  private TreeNames() {}

  /**
   * Returns a name for each tensor.
   *
   * @param name name of a single tensor; numbered in lists
   */
  static List<String> of(String name, TensorTree tree) {
    List<String> names = new ArrayList<>();
    collect(name, "", tree, names);
    return names;
  }

  private static void collect(String name, String path, TensorTree tree, List<String> names) {
    switch (tree) {
      case TensorTree.Leaf _ -> names.add(path.isEmpty() ? name : path);
      case TensorTree.Value _ -> {}
      case TensorTree.Items(List<TensorTree> parts) -> numbered(name, path, parts, names);
      case TensorTree.Elements(Class<?> _, List<TensorTree> parts) ->
          numbered(name, path, parts, names);
      case TensorTree.Entries(List<Object> keys, List<TensorTree> parts) -> {
        for (int i = 0; i < parts.size(); i++) {
          collect(name, below(path, keys.get(i)), parts.get(i), names);
        }
      }
      case TensorTree.Components(Class<?> type, List<TensorTree> parts) -> {
        List<String> components = Records.names(type);
        for (int i = 0; i < parts.size(); i++) {
          collect(name, below(path, components.get(i)), parts.get(i), names);
        }
      }
    }
  }

  private static void numbered(
      String name, String path, List<TensorTree> parts, List<String> names) {
    for (int i = 0; i < parts.size(); i++) {
      collect(name, (path.isEmpty() ? name : path) + "_" + i, parts.get(i), names);
    }
  }

  private static String below(String path, Object part) {
    return path.isEmpty() ? part.toString() : path + "_" + part;
  }
}
