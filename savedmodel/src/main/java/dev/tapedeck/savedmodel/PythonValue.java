package dev.tapedeck.savedmodel;

import dev.tapedeck.checkpoint.TensorFlowTypes;
import dev.tapedeck.savedmodel.proto.StructuredValue;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What Python takes or returns: tensors in lists, and in dicts, whose keys TensorFlow has in
 * ascending order.
 */
sealed interface PythonValue {
  /**
   * A tensor.
   *
   * @param number its place among the tensors of the Java value
   * @param key its name in signatures
   */
  record Leaf(int number, String key) implements PythonValue {}

  /** A list. */
  record Items(List<PythonValue> parts) implements PythonValue {}

  /** A dict. */
  record Entries(Map<String, PythonValue> parts) implements PythonValue {}

  /** Returns the tensors in Python's order. */
  default List<Leaf> leaves() {
    return switch (this) {
      case Leaf leaf -> List.of(leaf);
      case Items items -> items.parts.stream().flatMap(part -> part.leaves().stream()).toList();
      case Entries entries ->
          entries.parts.values().stream().flatMap(part -> part.leaves().stream()).toList();
    };
  }

  /** Returns the value with specs in the places of tensors. */
  default StructuredValue write(List<TensorSpec> specs) {
    return switch (this) {
      case Leaf leaf -> spec(leaf.key, specs.get(leaf.number));
      case Items items -> {
        StructuredValue.Sequence.Builder list = StructuredValue.Sequence.newBuilder();
        items.parts.forEach(part -> list.addValues(part.write(specs)));
        yield StructuredValue.newBuilder().setListValue(list).build();
      }
      case Entries entries -> {
        StructuredValue.Dict.Builder dict = StructuredValue.Dict.newBuilder();
        entries.parts.forEach((key, part) -> dict.putFields(key, part.write(specs)));
        yield StructuredValue.newBuilder().setDictValue(dict).build();
      }
    };
  }

  static StructuredValue spec(String name, TensorSpec spec) {
    return StructuredValue.newBuilder()
        .setTensorSpecValue(
            StructuredValue.Spec.newBuilder()
                .setName(name)
                .setShape(Protos.shape(spec.shape()))
                .setDtype(TensorFlowTypes.number(spec.dtype())))
        .build();
  }

  static StructuredValue tuple(List<StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setTupleValue(StructuredValue.Sequence.newBuilder().addAllValues(values))
        .build();
  }

  static StructuredValue dict(Map<String, StructuredValue> fields) {
    return StructuredValue.newBuilder()
        .setDictValue(StructuredValue.Dict.newBuilder().putAllFields(fields))
        .build();
  }

  /** Reader of the structures in the definitions of functions. */
  final class Reader {
    private final List<String> names;
    private final Set<String> keys = new HashSet<>();
    private int count;

    /**
     * Makes a reader.
     *
     * @param names names of the tensors in signatures; null to make them of the structure
     */
    Reader(List<String> names) {
      this.names = names;
    }

    /**
     * Returns a structure without what is no tensor; null if nothing is left.
     *
     * @param key the name of the tensor, or the beginning of the names of several
     */
    PythonValue read(Object json, String key) {
      Map<?, ?> map = (Map<?, ?>) json;
      if (map.containsKey("tensor")) {
        int number = count++;
        return new Leaf(number, unique(Names.keyword(names == null ? key : names.get(number))));
      }
      for (String kind : List.of("list", "array", "map", "record")) {
        if (map.get(kind) instanceof List<?> parts) {
          return map.get("keys") instanceof List<?> keys
              ? entries(parts, keys, key)
              : items(parts, key);
        }
      }
      return null;
    }

    private String unique(String key) {
      String unique = key;
      for (int i = 1; !keys.add(unique); i++) {
        unique = key + "_" + i;
      }
      return unique;
    }

    private PythonValue items(List<?> parts, String key) {
      List<PythonValue> read = new ArrayList<>();
      for (Object part : parts) {
        PythonValue one = read(part, key + "_" + read.size());
        if (one != null) {
          read.add(one);
        }
      }
      return read.isEmpty() ? null : new Items(read);
    }

    private PythonValue entries(List<?> parts, List<?> keys, String key) {
      Map<String, PythonValue> read = new TreeMap<>();
      for (int i = 0; i < parts.size(); i++) {
        String name = text(keys.get(i));
        PythonValue one = read(parts.get(i), key.isEmpty() ? name : key + "_" + name);
        if (one != null) {
          read.put(name, one);
        }
      }
      return read.isEmpty() ? null : new Entries(read);
    }

    /** Returns the key of a map, as it is or as a structure of one value, or a component's name. */
    private static String text(Object key) {
      return key instanceof Map<?, ?> scalar
          ? String.valueOf(scalar.values().iterator().next())
          : String.valueOf(key);
    }
  }
}
