package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.config.Records;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.tensor.Refusal;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Maker of objects of a class whose arguments are a record, from Keras's arguments by name.
 *
 * <p>If all arguments are given, the object is made of their record. Otherwise it is made by the
 * constructor, or the function of {@link Losses}, that takes the most of them, whose defaults the
 * other ones have, and then made again with those that the constructor does not take.
 */
final class Factory {
  private final Class<?> type;
  private final Class<?> arguments;

  /** Converter of a value of a file to one of a component or parameter. */
  interface Conversion {
    /**
     * Returns a Java value.
     *
     * @param owner class whose argument it is
     */
    Object value(JsonNode json, java.lang.reflect.Type type, Class<?> owner);
  }

  private Factory(Class<?> type, Class<?> arguments) {
    this.type = type;
    this.arguments = arguments;
  }

  /**
   * Returns the maker of a class.
   *
   * @throws IllegalArgumentException if its arguments are no record
   */
  static Factory of(Class<?> type) {
    if (type.isRecord()) {
      return new Factory(type, type);
    }
    return Arrays.stream(type.getDeclaredConstructors())
        .filter(one -> one.getParameterCount() == 1 && one.getParameterTypes()[0].isRecord())
        .map(one -> new Factory(type, one.getParameterTypes()[0]))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.of(
                    "KerasFiles",
                    "needs layers whose arguments are a record",
                    type.getName(),
                    "give it a constructor that takes their record alone, or register it"));
  }

  /** Returns the names of the arguments. */
  Set<String> names() {
    return Set.copyOf(Records.names(arguments));
  }

  /**
   * Makes an object of arguments by their names in Java; those that are not given have defaults.
   */
  Object make(Map<String, JsonNode> values, Conversion conversion) {
    RecordComponent[] components = arguments.getRecordComponents();
    boolean complete = Arrays.stream(components).allMatch(c -> values.containsKey(c.getName()));
    Record record = complete ? null : defaults(values, conversion);
    List<Object> converted = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      JsonNode value = values.get(component.getName());
      converted.add(
          value == null
              ? Records.components(record).get(i)
              : conversion.value(value, component.getGenericType(), type));
    }
    Record all = (Record) Records.construct(arguments, converted);
    return type.isRecord() ? all : Records.owner(type, all);
  }

  private Record defaults(Map<String, JsonNode> values, Conversion conversion) {
    Executable best =
        Stream.concat(
                Arrays.stream(type.getConstructors()),
                Arrays.stream(Losses.class.getMethods())
                    .filter(method -> method.getReturnType() == type))
            .filter(
                one ->
                    Arrays.stream(one.getParameters())
                        .allMatch(p -> fits(p, values.get(p.getName()))))
            .max(Comparator.comparingInt(Executable::getParameterCount))
            .orElseThrow(
                () ->
                    new KerasFileException(
                        type.getSimpleName()
                            + ": the file lacks arguments that it needs, it has "
                            + values.keySet()));
    Object[] given =
        Arrays.stream(best.getParameters())
            .map(p -> conversion.value(values.get(p.getName()), p.getParameterizedType(), type))
            .toArray();
    Object made = call(best, given);
    return made instanceof Record record ? record : argumentsOf(made);
  }

  private static boolean fits(Parameter parameter, JsonNode value) {
    boolean several = parameter.getType() == List.class || parameter.getType().isArray();
    return value != null
        && several == value.isArray()
        && !(value.isNull() && parameter.getType().isPrimitive());
  }

  private static Object call(Executable called, Object... values) {
    try {
      return called instanceof Constructor<?> constructor
          ? constructor.newInstance(values)
          : ((Method) called).invoke(null, values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(called + " cannot be called", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(called + " cannot be called", e);
    }
  }

  /** Returns the record of an object's arguments, by its method {@code arguments}. */
  static Record argumentsOf(Object object) {
    try {
      Method method = object.getClass().getMethod("arguments");
      method.setAccessible(true); // public, but its class may not be
      return (Record) method.invoke(object);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(object.getClass().getName() + " has no arguments", e);
    }
  }
}
