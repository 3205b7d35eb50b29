package dev.tapedeck.checkpoint;

import dev.tapedeck.function.Graph;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.WireNames;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reader of ops from the JSON of {@link AttributeWriter}. Attributes must have the types that the
 * op's class declares, whatever the file says.
 */
final class AttributeReader {
  private final FunctionReader function;

  AttributeReader(FunctionReader function) {
    this.function = function;
  }

  /**
   * Returns the op of a name and its attributes.
   *
   * @throws IllegalArgumentException if there is no such op, or it has other attributes
   */
  Op op(String name, Object attributes) {
    Class<?> type = WireNames.find(name, Op.class);
    if (type == null) {
      throw new IllegalArgumentException(
          "unknown op "
              + Mismatch.quoted(name)
              + "; the file needs the version of Tapedeck that it was saved by, or a later one, or"
              + " the op's class on the class path");
    }
    return op(record(type, attributes));
  }

  private static Op op(Object made) {
    return made instanceof SerializableOp.Definition definition ? definition.toOp() : (Op) made;
  }

  private Object record(Class<?> type, Object written) {
    RecordComponent[] components = type.getRecordComponents();
    List<String> names = Arrays.stream(components).map(RecordComponent::getName).toList();
    Map<?, ?> values = StrictJson.as(Map.class, written, WireNames.of(type));
    if (!values.keySet().equals(Set.copyOf(names))) {
      throw new IllegalArgumentException(
          WireNames.of(type)
              + " is made of "
              + names
              + " here, in the file of "
              + Mismatch.oneLine(values.keySet().toString()));
    }
    Object[] arguments = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      arguments[i] = value(values.get(names.get(i)), components[i].getGenericType());
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type.getName() + " cannot be made", e);
    }
  }

  private Object value(Object written, Type declared) {
    Class<?> type = AttributeWriter.raw(declared);
    if (written == null && AttributeWriter.isBoxed(type)) {
      return null;
    }
    if (type == Optional.class) {
      return Optional.ofNullable(written).map(w -> value(w, AttributeWriter.element(declared)));
    } else if (type == DType.class) {
      return FunctionReader.dtype(written);
    } else if (type == Shape.class) {
      return FunctionReader.shape(written);
    } else if (type == Variable.class) {
      return function.variable(written);
    } else if (Tensor.class.isAssignableFrom(type)) {
      return requireFixed(type, function.constant(written));
    } else if (type == Graph.class) {
      return function.graph(written);
    } else if (type == Formula.class) {
      return FormulaJson.read(written);
    } else if (type == boolean.class || type == Boolean.class) {
      return StrictJson.as(Boolean.class, written, "it");
    } else if (type == String.class) {
      return StrictJson.as(String.class, written, "it");
    } else if (type == List.class) {
      List<Object> list = new ArrayList<>();
      Type element = AttributeWriter.element(declared);
      for (Object part : StrictJson.as(List.class, written, "it")) {
        list.add(value(part, element));
      }
      return List.copyOf(list);
    } else if (type.isArray()) {
      List<?> list = StrictJson.as(List.class, written, "it");
      Object array = Array.newInstance(type.getComponentType(), list.size());
      for (int i = 0; i < list.size(); i++) {
        Array.set(array, i, value(list.get(i), type.getComponentType()));
      }
      return array;
    } else if (type.isPrimitive() || (AttributeWriter.isBoxed(type) && type != Number.class)) {
      return number(written, type.getSimpleName());
    } else if (type.isEnum()) {
      return constant(type, written);
    } else if (SerializableOp.class.isAssignableFrom(type) && !type.isInterface()) {
      return op(record(WireNames.definition(type), written));
    } else if (type.isRecord()) {
      return record(type, written);
    }
    return typed(StrictJson.as(Map.class, written, "it"), type);
  }

  /** Returns a value whose type is written beside it, since the declared type leaves it open. */
  private Object typed(Map<?, ?> written, Class<?> type) {
    String name = StrictJson.get(String.class, written, "type");
    if (!name.contains(".")) {
      return requireFixed(type, number(written.get("value"), name));
    }
    Class<?> found = type == Object.class ? null : WireNames.find(name, type);
    if (found == null) {
      throw new IllegalArgumentException(
          "unknown " + type.getSimpleName() + " " + Mismatch.quoted(name));
    }
    Object value = written.get("value");
    if (found.isEnum()) {
      return constant(found, value);
    }
    Object made = record(found, value);
    return made instanceof SerializableOp.Definition definition ? definition.toOp() : made;
  }

  private static Object requireFixed(Class<?> type, Object value) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "expected a "
              + type.getSimpleName()
              + ", received a "
              + value.getClass().getSimpleName());
    }
    return value;
  }

  private static Object number(Object written, String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "byte" -> (byte) JsonNumbers.whole(written, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case "short" -> (short) JsonNumbers.whole(written, Short.MIN_VALUE, Short.MAX_VALUE);
      case "int", "integer" ->
          (int) JsonNumbers.whole(written, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "long" -> JsonNumbers.whole(written, Long.MIN_VALUE, Long.MAX_VALUE);
      case "float" -> (float) JsonNumbers.real(written);
      case "double" -> JsonNumbers.real(written);
      default -> throw new IllegalArgumentException("unknown number " + Mismatch.quoted(type));
    };
  }

  private static Object constant(Class<?> type, Object name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> ((Enum<?>) constant).name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Mismatch.quoted(String.valueOf(name)) + " is no " + WireNames.of(type)));
  }
}
