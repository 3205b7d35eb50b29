package dev.tapedeck.checkpoint;

import dev.tapedeck.function.Graph;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.WireNames;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writer of an op's attributes, the components of its record, as JSON. */
final class AttributeWriter {
  private final FunctionWriter function;

  AttributeWriter(FunctionWriter function) {
    this.function = function;
  }

  /** Returns the components of a record by name. */
  Map<String, Object> components(Record record) {
    Map<String, Object> written = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        Object value = component.getAccessor().invoke(record);
        written.put(
            component.getName(), value(value, component.getGenericType(), component.getName()));
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException("it cannot be taken apart", e);
      }
    }
    return written;
  }

  /** Returns the raw class of a declared type. */
  static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> known -> known;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      default -> Object.class;
    };
  }

  /** Returns the element type of a declared list or optional type. */
  static Type element(Type type) {
    return type instanceof ParameterizedType generic
        ? generic.getActualTypeArguments()[0]
        : Object.class;
  }

  private Object value(Object value, Type declared, String where) {
    Class<?> type = raw(declared);
    if (value == null && isBoxed(type)) {
      return null;
    }
    return switch (value) {
      case Boolean truth -> truth;
      case String text -> text;
      case Number number -> number(number, type);
      case DType dtype -> dtype.toString();
      case Shape shape -> Arrays.stream(shape.toArray()).boxed().toList();
      case Variable variable -> function.variable(variable);
      case EagerTensor tensor -> function.constant(tensor);
      case Graph graph -> function.graph(graph);
      case Optional<?> optional ->
          optional.isPresent() ? value(optional.get(), element(declared), where) : null;
      case Formula formula -> FormulaJson.write(formula);
      case Enum<?> constant ->
          constant.getDeclaringClass() == type
              ? constant.name()
              : typed(constant.getDeclaringClass(), constant.name());
      case SerializableOp op -> value(op.definition(), declared, where);
      case Record record ->
          record.getClass() == type || isDefinition(record, type)
              ? components(record)
              : typed(record.getClass(), components(record));
      case List<?> list when type == List.class -> {
        List<Object> written = new ArrayList<>();
        list.forEach(part -> written.add(value(part, element(declared), where)));
        yield written;
      }
      case Object array when array.getClass().isArray() && array.getClass() == type -> {
        List<Object> written = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
          written.add(value(Array.get(array, i), type.getComponentType(), where));
        }
        yield written;
      }
      case null, default ->
          throw new IllegalArgumentException(
              "its "
                  + where
                  + " holds "
                  + (value == null ? "nothing" : "Java code or data of " + value.getClass())
                  + ", which cannot be saved; compute with Tapedeck's ops in its place, or do this"
                  + " outside the function");
    };
  }

  /** Returns whether a declared type is the class of an op that a definition record makes. */
  private static boolean isDefinition(Record record, Class<?> type) {
    return WireNames.isDefinition(record.getClass())
        && record.getClass().getDeclaringClass() == type;
  }

  static boolean isBoxed(Class<?> type) {
    return Number.class.isAssignableFrom(type) || type == Boolean.class;
  }

  private static Object number(Number number, Class<?> type) {
    Object written =
        switch (number) {
          case Double value -> JsonNumbers.write(value);
          case Float value -> JsonNumbers.write(value);
          case Byte _, Short _, Integer _, Long _ -> number.longValue();
          default ->
              throw new IllegalArgumentException(
                  "numbers of " + number.getClass() + " are not kept");
        };
    return type.isPrimitive() || type == number.getClass()
        ? written
        : Map.of("type", number.getClass().getSimpleName(), "value", written);
  }

  private static Object typed(Class<?> type, Object value) {
    Map<String, Object> typed = new LinkedHashMap<>();
    typed.put("type", WireNames.of(type));
    typed.put("value", value);
    return typed;
  }
}
