package dev.tapedeck.tracking;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A finder of the state in an object's fields, and in lists, arrays, maps and records.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class TrackedFields {
  /** Whether a class has a field with state that would not be found. */
  private static final ClassValue<Boolean> HIDES_STATE =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          // A lambda that captures a variable is not expected to be tracked.
          return !type.isHidden()
              && !type.isEnum()
              && type.getClassLoader() != null
              && (Arrays.stream(type.getDeclaredFields()).anyMatch(TrackedFields::hasState)
                  || HIDES_STATE.get(type.getSuperclass()));
        }
      };

  /** Whether a record has a component that can be more than a number, a string or an enum. */
  private static final ClassValue<Boolean> RECORDS =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .anyMatch(
                  component ->
                      !component.isPrimitive()
                          && !component.isEnum()
                          && component != String.class
                          && !Number.class.isAssignableFrom(component));
        }
      };

  private static boolean hasState(Field field) {
    Class<?> type = field.getType();
    return !isSkipped(field)
        && (State.class.isAssignableFrom(type) || Trackable.class.isAssignableFrom(type));
  }

  private static boolean isSkipped(Field field) {
    return (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) != 0
        || field.getType().isPrimitive()
        || (field.isSynthetic() && field.getName().startsWith("this$"));
  }

  private TrackedFields() {}

  /**
   * Returns the fields that hold something that may have state, by name, in the order they are
   * declared, those of the classes above first; not those that are {@code static} or {@code
   * transient}.
   *
   * @throws IllegalStateException if a field cannot be read, or two have the same name, or one
   *     holds an object that has variables and is not {@link Trackable}
   */
  public static Map<String, Object> of(Object owner) {
    return of(owner, Object.class);
  }

  /** Returns the fields as {@link #of(Object)}, without those of a class and the ones above it. */
  public static Map<String, Object> of(Object owner, Class<?> above) {
    Deque<Class<?>> classes = new ArrayDeque<>();
    for (Class<?> c = owner.getClass(); c != above; c = c.getSuperclass()) {
      classes.push(c);
    }
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Class<?> c : classes) {
      for (Field field : c.getDeclaredFields()) {
        if (!isSkipped(field)) {
          Object value = read(field, owner);
          refuseHiddenState(field, value);
          if (mayHaveState(value) && parts.putIfAbsent(field.getName(), value) != null) {
            throw new IllegalStateException(
                owner.getClass().getSimpleName()
                    + ": two fields with variables are named \""
                    + field.getName()
                    + "\"; rename one");
          }
        }
      }
    }
    return parts;
  }

  /** Throws for variables in an object that is not trackable, which would be lost silently. */
  private static void refuseHiddenState(Field field, Object value) {
    if (hidesState(value)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "field %s holds variables or layers in a %s, where they would not be found; let that implement Trackable, use a list or a map, or make the field transient to leave them out",
              field,
              value.getClass().getName()));
    }
  }

  private static boolean hidesState(Object value) {
    return switch (value) {
      case State _, Trackable _, Record _ -> false; // looked into
      case Object[] array -> hidesState(Arrays.asList(array));
      case List<?> list -> list.stream().anyMatch(TrackedFields::hidesState);
      case Map<?, ?> map -> map.values().stream().anyMatch(TrackedFields::hidesState);
      case Collection<?> others -> others.stream().anyMatch(TrackedFields::hasOrHidesState);
      case Optional<?> optional -> optional.filter(TrackedFields::hasOrHidesState).isPresent();
      case null -> false;
      default -> HIDES_STATE.get(value.getClass());
    };
  }

  private static boolean hasOrHidesState(Object value) {
    return mayHaveState(value) || hidesState(value);
  }

  private static Object read(Field field, Object owner) {
    try {
      field.setAccessible(true);
      return field.get(owner);
    } catch (IllegalAccessException | RuntimeException e) {
      throw new IllegalStateException(
          "field " + field + " cannot be read to look for variables; open its module to Tapedeck",
          e);
    }
  }

  /**
   * Returns whether a value is a variable or trackable, or a list, array, map or record with one.
   */
  public static boolean mayHaveState(Object value) {
    return switch (value) {
      case State _ -> true;
      case Trackable _ -> true;
      case Object[] array -> mayHaveState(Arrays.asList(array));
      case List<?> list -> list.stream().anyMatch(TrackedFields::mayHaveState);
      case Map<?, ?> map -> map.values().stream().anyMatch(TrackedFields::mayHaveState);
      case Record part -> RECORDS.get(part.getClass()) && !of(part).isEmpty();
      case null, default -> false;
    };
  }

  /**
   * Returns the direct parts that may have state of a trackable object or a record (by field), a
   * list or array (by index) or a map (by key); an empty map for anything else.
   */
  public static Map<String, Object> within(Object value) {
    Map<String, Object> parts = new LinkedHashMap<>();
    switch (value) {
      case Trackable trackable -> parts.putAll(trackable.parts());
      case Record fields -> parts.putAll(of(fields));
      case Object[] array -> parts.putAll(within(Arrays.asList(array)));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          parts.put(Integer.toString(i), list.get(i));
        }
      }
      case Map<?, ?> map ->
          map.forEach(
              (key, part) -> {
                if (parts.putIfAbsent(String.valueOf(key), part) != null) {
                  throw new IllegalStateException(
                      "a map with variables has two keys that read \"" + key + "\"; rename one");
                }
              });
      case null, default -> {}
    }
    parts.values().removeIf(part -> !mayHaveState(part));
    return parts;
  }
}
