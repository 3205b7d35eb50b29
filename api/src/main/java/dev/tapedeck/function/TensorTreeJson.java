package dev.tapedeck.function;

import dev.tapedeck.ops.WireNames;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The JSON form of a {@link TensorTree}: maps with one key each, lists, texts and numbers; see
 * docs/saved-functions.md.
 */
final class TensorTreeJson {
  private static final List<String> STRUCTURES =
      List.of("tensor", "list", "array", "map", "record");
  private static final List<String> SCALARS =
      List.of(
          "none", "boolean", "text", "byte", "short", "integer", "long", "float", "double", "enum");

  private TensorTreeJson() {}

  static Map<String, Object> of(TensorTree structure) {
    return switch (structure) {
      case TensorTree.Leaf(TensorSpec spec) ->
          Map.of(
              "tensor",
              map(
                  "dtype",
                  spec.dtype().toString(),
                  "shape",
                  Arrays.stream(spec.shape().toArray()).boxed().toList()));
      case TensorTree.Value(Object value) -> scalar(value);
      case TensorTree.Items(List<TensorTree> parts) -> Map.of("list", all(parts));
      case TensorTree.Elements(Class<?> type, List<TensorTree> parts) ->
          map("array", all(parts), "class", WireNames.of(type));
      case TensorTree.Entries(List<Object> keys, List<TensorTree> parts) ->
          map("map", all(parts), "keys", keys.stream().map(TensorTreeJson::scalar).toList());
      case TensorTree.Components(Class<?> type, List<TensorTree> parts) ->
          map("record", all(parts), "keys", names(type), "class", WireNames.of(type));
    };
  }

  private static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private static List<Object> all(List<TensorTree> parts) {
    return parts.stream().<Object>map(TensorTreeJson::of).toList();
  }

  private static List<String> names(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  private static Map<String, Object> scalar(Object value) {
    return switch (value) {
      case null -> map("none", true);
      case Boolean truth -> Map.of("boolean", truth);
      case String text -> Map.of("text", text);
      case Enum<?> constant ->
          map("enum", constant.name(), "class", WireNames.of(constant.getDeclaringClass()));
      case Byte _, Short _, Integer _, Long _ -> map(kind(value), ((Number) value).longValue());
      // Texts, since numbers in files are finite.
      case Float _, Double _ -> map(kind(value), value.toString());
      default ->
          throw Refusal.of(
              "function",
              "needs arguments and results that are tensors, numbers, texts, booleans, enums, or lists, arrays, maps and records of them",
              new TensorTree.Value(value) + " of " + value.getClass().getName(),
              "keep it in a field");
    };
  }

  private static String kind(Object number) {
    return number.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the structure of a JSON form. Where a class is missing, an array is a list, a record is
   * a map, and the constant of an enum is its name.
   *
   * @throws IllegalArgumentException if it is not the form of a structure
   */
  static TensorTree structure(Object description) {
    Map<?, ?> map = as(Map.class, description);
    String kind = kind(map, STRUCTURES);
    return switch (kind) {
      case "tensor" -> leaf(as(Map.class, map.get(kind)));
      case "list" -> new TensorTree.Items(parts(map.get(kind)));
      case "array" -> {
        Class<?> type = WireNames.find(as(String.class, map.get("class")));
        List<TensorTree> parts = parts(map.get(kind));
        yield type == null || type.isPrimitive()
            ? new TensorTree.Items(parts)
            : new TensorTree.Elements(type, parts);
      }
      case "map" ->
          entries(
              list(map.get("keys")).stream().map(TensorTreeJson::value).toList(), map.get(kind));
      case "record" -> {
        Class<?> type = WireNames.find(as(String.class, map.get("class")));
        List<?> keys = list(map.get("keys"));
        yield type != null && type.isRecord() && names(type).equals(keys)
            ? new TensorTree.Components(type, parts(map.get(kind)))
            : entries(keys, map.get(kind));
      }
      default -> new TensorTree.Value(value(description));
    };
  }

  private static TensorTree entries(List<?> keys, Object parts) {
    TensorTree.Entries entries = new TensorTree.Entries(new ArrayList<>(keys), parts(parts));
    if (keys.size() != entries.parts().size() || keys.stream().distinct().count() < keys.size()) {
      throw new IllegalArgumentException("function: a map or record has other keys than values");
    }
    return entries;
  }

  private static TensorTree leaf(Map<?, ?> spec) {
    long[] sizes =
        list(spec.get("shape")).stream().mapToLong(size -> as(Long.class, size)).toArray();
    return new TensorTree.Leaf(
        new TensorSpec(
            DType.valueOf(as(String.class, spec.get("dtype")).toUpperCase(Locale.ROOT)),
            Shape.of(sizes)));
  }

  private static List<TensorTree> parts(Object parts) {
    return list(parts).stream().<TensorTree>map(TensorTreeJson::structure).toList();
  }

  private static Object value(Object description) {
    Map<?, ?> map = as(Map.class, description);
    String kind = kind(map, SCALARS);
    Object value = map.get(kind);
    return switch (kind) {
      case "none" -> null;
      case "boolean" -> as(Boolean.class, value);
      case "text" -> as(String.class, value);
      case "byte" -> as(Long.class, value).byteValue();
      case "short" -> as(Long.class, value).shortValue();
      case "integer" -> as(Long.class, value).intValue();
      case "long" -> as(Long.class, value);
      case "float" -> Float.valueOf(as(String.class, value));
      case "double" -> Double.valueOf(as(String.class, value));
      case "enum" ->
          constant(WireNames.find(as(String.class, map.get("class"))), as(String.class, value));
      default ->
          throw new IllegalArgumentException("function: unknown kind of value " + map.keySet());
    };
  }

  private static String kind(Map<?, ?> map, List<String> kinds) {
    return kinds.stream().filter(map::containsKey).findFirst().orElse("");
  }

  private static Object constant(Class<?> type, String name) {
    Object[] constants = type == null || !type.isEnum() ? new Object[0] : type.getEnumConstants();
    return Arrays.stream(constants)
        .filter(constant -> ((Enum<?>) constant).name().equals(name))
        .findFirst()
        .orElse(name);
  }

  private static List<?> list(Object value) {
    return as(List.class, value);
  }

  private static <T> T as(Class<T> type, Object value) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "function: a description needs a "
              + type.getSimpleName()
              + ", received "
              + (value == null ? "nothing" : "a " + value.getClass().getSimpleName()));
    }
    return type.cast(value);
  }
}
