package dev.tapedeck.function;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The structure of what a function takes or returns: tensors in lists, arrays, maps and records.
 * Other Java values among them are part of the structure.
 */
sealed interface TensorTree {
  /** A tensor, or what is one as soon as it is given to an op. */
  record Leaf(TensorSpec spec) implements TensorTree {
    @Override
    public String toString() {
      return spec.dtype() + " Tensor, shape=" + spec.shape();
    }
  }

  /** Anything else; equal ones are the same. */
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
      return parts.toString();
    }
  }

  /** An array of objects. */
  record Elements(Class<?> type, List<TensorTree> parts) implements TensorTree {
    @Override
    public String toString() {
      return parts.toString();
    }
  }

  /** A map, by the order of its entries. */
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
    /** Kept, since Java makes them anew for each who asks, which takes longer than a small step. */
    private static final ClassValue<List<Method>> ACCESSORS =
        new ClassValue<>() {
          @Override
          protected List<Method> computeValue(Class<?> type) {
            List<Method> accessors =
                Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getAccessor)
                    .toList();
            accessors.forEach(accessor -> accessor.setAccessible(true));
            return accessors;
          }
        };

    @Override
    public String toString() {
      RecordComponent[] components = type.getRecordComponents();
      return IntStream.range(0, components.length)
          .mapToObj(i -> components[i].getName() + "=" + parts.get(i))
          .collect(Collectors.joining(", ", type.getSimpleName() + "[", "]"));
    }
  }

  /** Returns arguments: Java takes a nested array that is the only one for all of them. */
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
      case Map<?, ?> map ->
          new Entries(new ArrayList<>(map.keySet()), all(new ArrayList<>(map.values()), tensors));
      case TensorSpec spec -> new Leaf(spec); // stands for a tensor that is not there yet
      case Record parts -> new Components(parts.getClass(), all(components(parts), tensors));
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
   * Returns whether a value has this structure, where an unknown size is any; adds its tensors to a
   * list as far as it has.
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
              && new ArrayList<>(map.keySet()).equals(entries.keys)
              && collect(entries.parts, new ArrayList<>(map.values()), tensors);
      case Components components ->
          value instanceof Record parts
              && parts.getClass() == components.type
              && collect(components.parts, components(parts), tensors);
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
   * Returns the tensors of what the body of a loop has returned.
   *
   * @throws IllegalArgumentException if it has another structure than this, which the body takes;
   *     types and shapes of tensors are not compared
   */
  default List<Tensor> tensors(String who, Object returned) {
    List<Tensor> tensors = new ArrayList<>();
    TensorTree found = of(returned, tensors);
    List<TensorSpec> given = found.specs();
    if (given.size() != specs().size() || !with(given.iterator()).equals(found)) {
      throw new IllegalArgumentException(
          who
              + ": the body must return the structure it takes, "
              + this
              + ", received "
              + found
              + "; what changes must be a tensor");
    }
    return tensors;
  }

  /** Returns a value of this structure, with tensors, as the type that it was found in. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the type was that value's
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

  private static List<Object> components(Record parts) {
    List<Object> values = new ArrayList<>();
    for (Method accessor : Components.ACCESSORS.get(parts.getClass())) {
      try {
        values.add(accessor.invoke(parts));
      } catch (ReflectiveOperationException e) {
        throw unreadable(parts.getClass(), e);
      }
    }
    return values;
  }

  private static Object construct(Components components, List<Object> values) {
    try {
      Class<?>[] types =
          Arrays.stream(components.type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<?> constructor = components.type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "function: the record "
              + components.type.getName()
              + " refuses the tensors of a trace: "
              + e.getCause().getMessage(),
          e);
    } catch (ReflectiveOperationException e) {
      throw unreadable(components.type, e);
    }
  }

  private static IllegalStateException unreadable(Class<?> type, Exception cause) {
    return new IllegalStateException(
        "function: the record " + type.getName() + " cannot be taken apart; make it public", cause);
  }
}
