package dev.tapedeck.function;

import dev.tapedeck.config.Records;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Structure of what a function, layer or model takes or returns, as a JAX pytree: tensors in lists,
 * arrays, maps and records. Other Java values among them are part of the structure.
 */
public sealed interface TensorTree {
  /** Parts of a list in a message: a list of a data set's texts would fill the screen. */
  int SHOWN = 20;

  /** A tensor, or a Java value that ops take as one. */
  record Leaf(TensorSpec spec) implements TensorTree {
    @Override
    public String toString() {
      return spec.dtype() + " Tensor, shape=" + spec.shape();
    }
  }

  /** Any other value; equal ones make equal structures. */
  record Value(Object value) implements TensorTree {
    @Override
    public String toString() {
      return switch (value) {
        case Variable variable -> "Variable " + variable.name();
        case String text -> '"' + text + '"';
        case null, default -> String.valueOf(value);
      };
    }
  }

  /** A list. */
  record Items(List<TensorTree> parts) implements TensorTree {
    @Override
    public String toString() {
      return shown(parts);
    }
  }

  /** Returns the first parts, for messages, and the number of the others. */
  private static String shown(List<TensorTree> parts) {
    int more = parts.size() - SHOWN;
    return more <= 0 ? parts.toString() : parts.subList(0, SHOWN) + " and " + more + " more";
  }

  /** An array of objects. */
  record Elements(Class<?> type, List<TensorTree> parts) implements TensorTree {
    @Override
    public String toString() {
      return shown(parts);
    }
  }

  /** A map; string keys are in ascending order, whatever order the map has. */
  record Entries(List<Object> keys, List<TensorTree> parts) implements TensorTree {
    @Override
    public String toString() {
      return IntStream.range(0, keys.size())
          .mapToObj(i -> keys.get(i) + "=" + parts.get(i))
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }

  /** A record. */
  record Components(Class<?> type, List<TensorTree> parts) implements TensorTree {
    @Override
    public String toString() {
      List<String> names = Records.names(type);
      return IntStream.range(0, names.size())
          .mapToObj(i -> names.get(i) + "=" + parts.get(i))
          .collect(Collectors.joining(", ", type.getSimpleName() + "[", "]"));
    }
  }

  /**
   * Returns the arguments of a call: Java passes a nested array that is the only argument as the
   * array of arguments.
   */
  static Object[] arguments(Object... given) {
    if (given == null) {
      return new Object[] {null};
    }
    return given.getClass().getComponentType().isArray() ? new Object[] {given} : given;
  }

  /** Returns a value's structure, and adds its tensors to a list. */
  static TensorTree of(Object value, List<Tensor> tensors) {
    if (Operands.isTensor(value)) {
      Tensor tensor = Tensor.of(value);
      tensors.add(tensor);
      return new Leaf(tensor.spec());
    }
    return switch (value) {
      case List<?> list -> new Items(all(list, tensors));
      case Object[] array ->
          new Elements(array.getClass().getComponentType(), all(Arrays.asList(array), tensors));
      case Map<?, ?> map -> {
        List<Object> keys = sorted(map);
        yield new Entries(keys, all(values(map, keys), tensors));
      }
      case TensorSpec spec -> new Leaf(spec); // stands for a tensor that is not there yet
      case Record parts ->
          new Components(parts.getClass(), all(Records.components(parts), tensors));
      case null, default -> new Value(value);
    };
  }

  /** Returns the structures of values, and adds their tensors to a list. */
  static List<TensorTree> all(List<?> values, List<Tensor> tensors) {
    List<TensorTree> parts = new ArrayList<>();
    values.forEach(part -> parts.add(of(part, tensors)));
    return parts;
  }

  /**
   * Returns whether a value has this structure, where an unknown size fits any, and adds the
   * tensors found to a list.
   */
  default boolean collect(Object value, List<Tensor> tensors) {
    return switch (this) {
      case Leaf leaf ->
          Operands.isTensor(value)
              && tensors.add(Tensor.of(value))
              && tensors.getLast().spec().fits(leaf.spec);
      case Value other -> !Operands.isTensor(value) && Objects.equals(value, other.value);
      case Items items -> value instanceof List<?> list && collect(items.parts, list, tensors);
      case Elements elements ->
          value instanceof Object[] array
              && array.getClass().getComponentType() == elements.type
              && collect(elements.parts, Arrays.asList(array), tensors);
      case Entries entries ->
          value instanceof Map<?, ?> map
              && map.size() == entries.keys.size()
              && map.keySet().containsAll(entries.keys)
              && collect(entries.parts, values(map, entries.keys), tensors);
      case Components components ->
          value instanceof Record parts
              && parts.getClass() == components.type
              && collect(components.parts, Records.components(parts), tensors);
    };
  }

  /** Returns whether values have structures, one each; see {@link #collect(Object, List)}. */
  static boolean collect(List<TensorTree> parts, List<?> values, List<Tensor> tensors) {
    boolean fit = parts.size() == values.size();
    for (int i = 0; fit && i < parts.size(); i++) {
      fit = parts.get(i).collect(values.get(i), tensors);
    }
    return fit;
  }

  /**
   * Returns the tensors in the result of a loop's body.
   *
   * @throws IllegalArgumentException if the result has another structure than this; types and
   *     shapes of tensors are not compared
   */
  default List<Tensor> tensors(String who, Object returned) {
    List<Tensor> tensors = new ArrayList<>();
    TensorTree found = of(returned, tensors);
    List<TensorSpec> given = found.specs();
    if (given.size() != specs().size() || !with(given.iterator()).equals(found)) {
      throw Refusal.of(
          who,
          "needs a body that returns the structure it takes, " + this,
          found,
          "use tensors for values that change");
    }
    return tensors;
  }

  /** Returns a value of this structure with tensors, as the type of the original value. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the type of the original value
  default <T> T rebuild(List<Tensor> tensors) {
    return (T) build(tensors.iterator());
  }

  /** Returns a value of this structure, with the next tensors. */
  default Object build(Iterator<? extends Tensor> tensors) {
    return switch (this) {
      case Leaf _ -> tensors.next();
      case Value other -> other.value;
      case Items items -> Collections.unmodifiableList(build(items.parts, tensors));
      case Elements elements ->
          build(elements.parts, tensors)
              .toArray((Object[]) Array.newInstance(elements.type, elements.parts.size()));
      case Entries entries -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        entries.keys.forEach(key -> map.put(key, entries.parts.get(map.size()).build(tensors)));
        yield Collections.unmodifiableMap(map);
      }
      case Components components -> construct(components, build(components.parts, tensors));
    };
  }

  /** Returns values of structures, with the next tensors. */
  static List<Object> build(List<TensorTree> parts, Iterator<? extends Tensor> tensors) {
    List<Object> values = new ArrayList<>();
    parts.forEach(part -> values.add(part.build(tensors)));
    return values;
  }

  /** Returns the structure with other types and shapes of its tensors, in order. */
  default TensorTree with(Iterator<TensorSpec> specs) {
    return switch (this) {
      case Leaf _ -> new Leaf(specs.next());
      case Value other -> other;
      case Items items -> new Items(with(items.parts, specs));
      case Elements elements -> new Elements(elements.type, with(elements.parts, specs));
      case Entries entries -> new Entries(entries.keys, with(entries.parts, specs));
      case Components components -> new Components(components.type, with(components.parts, specs));
    };
  }

  /** Returns structures with other types and shapes of their tensors, in order. */
  static List<TensorTree> with(List<TensorTree> parts, Iterator<TensorSpec> specs) {
    return parts.stream().map(part -> part.with(specs)).toList();
  }

  /** Returns the types and shapes of the tensors, in order. */
  default List<TensorSpec> specs() {
    return switch (this) {
      case Leaf leaf -> List.of(leaf.spec);
      case Value _ -> List.of();
      case Items(List<TensorTree> parts) -> specs(parts);
      case Elements(Class<?> _, List<TensorTree> parts) -> specs(parts);
      case Entries(List<Object> _, List<TensorTree> parts) -> specs(parts);
      case Components(Class<?> _, List<TensorTree> parts) -> specs(parts);
    };
  }

  /** Returns the types and shapes of the tensors of structures, in order. */
  static List<TensorSpec> specs(List<TensorTree> parts) {
    return parts.stream().flatMap(part -> part.specs().stream()).toList();
  }

  /** Returns the keys of a map; strings in ascending order, as Keras has them. */
  private static List<Object> sorted(Map<?, ?> map) {
    List<Object> keys = new ArrayList<>(map.keySet());
    if (keys.stream().allMatch(String.class::isInstance)) {
      keys.sort(Comparator.comparing(String.class::cast));
    }
    return keys;
  }

  private static List<Object> values(Map<?, ?> map, List<Object> keys) {
    List<Object> values = new ArrayList<>(keys.size());
    keys.forEach(key -> values.add(map.get(key)));
    return values;
  }

  private static Object construct(Components components, List<Object> values) {
    try {
      return Records.construct(components.type, values);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new IllegalStateException(
          "function: the record "
              + components.type.getName()
              + " refuses the tensors of a trace: "
              + e.getMessage(),
          e);
    }
  }

  /** Returns whether a value has this structure, where an unknown size is any. */
  default boolean fits(Object value) {
    return collect(value, new ArrayList<>());
  }

  /** Returns the structure of a value, for messages. */
  static String describe(Object value) {
    return of(value, new ArrayList<>()).toString();
  }

  /** Returns the tensors of a value, in the order of its structure. */
  static List<Tensor> tensorsOf(Object value) {
    List<Tensor> tensors = new ArrayList<>();
    TensorTree _ = of(value, tensors);
    return tensors;
  }

  /**
   * Returns a value of the same structure, with other tensors.
   *
   * @param change what becomes of each tensor
   */
  @SuppressWarnings("unchecked") // of the same structure
  static <T> T map(T value, UnaryOperator<Tensor> change) {
    List<Tensor> tensors = new ArrayList<>();
    TensorTree tree = of(value, tensors);
    return (T) tree.build(tensors.stream().map(change).iterator());
  }
}
