package dev.tapedeck.tensor;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What may have state in an object's fields, and in lists, arrays and maps. */
public final class Parts {
  private static final ClassValue<Boolean> HAS_VARIABLES =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return type.getClassLoader() != null
              && Arrays.stream(type.getDeclaredFields())
                  .anyMatch(
                      f -> f.getType() == Variable.class && !Modifier.isStatic(f.getModifiers()));
        }
      };

  private Parts() {}

  /**
   * Returns the fields that hold something that may have state, by name, in the order they are
   * declared, those of the classes above first; not those that are {@code static} or {@code
   * transient}.
   *
   * @throws IllegalStateException if a field cannot be read, or two are named alike, or one holds
   *     an object that has variables and is not {@link Trackable}
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
        boolean outer = field.isSynthetic() && field.getName().startsWith("this$");
        int skipped = field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT);
        if (skipped == 0 && !field.getType().isPrimitive() && !outer) {
          Object value = read(field, owner);
          refuseHiddenVariables(field, value);
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

  /** What would be lost in silence: variables in an object that does not say it has any. */
  private static void refuseHiddenVariables(Field field, Object value) {
    if (value != null && !mayHaveState(value) && HAS_VARIABLES.get(value.getClass())) {
      throw new IllegalStateException(
          "field %s holds a %s, whose variables would not be found; let it implement Trackable, or make the field transient to leave them out"
              .formatted(field, value.getClass().getSimpleName()));
    }
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

  /** Returns whether a value is a variable or a trackable object, or a collection with one. */
  public static boolean mayHaveState(Object value) {
    return switch (value) {
      case Variable _ -> true;
      case Trackable _ -> true;
      case Object[] array -> mayHaveState(Arrays.asList(array));
      case List<?> list -> list.stream().anyMatch(Parts::mayHaveState);
      case Map<?, ?> map -> map.values().stream().anyMatch(Parts::mayHaveState);
      case null, default -> false;
    };
  }

  /**
   * Returns what may have state directly within a trackable object, a list or array (by index) or a
   * map (by key); of anything else, nothing.
   */
  public static Map<String, Object> within(Object value) {
    Map<String, Object> parts = new LinkedHashMap<>();
    switch (value) {
      case Trackable trackable -> parts.putAll(trackable.parts());
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
