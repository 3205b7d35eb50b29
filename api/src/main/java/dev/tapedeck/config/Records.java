package dev.tapedeck.config;

import dev.tapedeck.tensor.Refusal;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Records taken apart into their components and put together again.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class Records {
  /** Kept, since Java makes them anew for each who asks, which takes longer than a small step. */
  private static final ClassValue<List<Method>> ACCESSORS =
      new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
          List<Method> accessors =
              Arrays.stream(type.getRecordComponents()).map(RecordComponent::getAccessor).toList();
          accessors.forEach(accessor -> accessor.setAccessible(true));
          return accessors;
        }
      };

  private Records() {}

  /** Returns the names of a record class's components, in order. */
  public static List<String> names(Class<?> type) {
    return ACCESSORS.get(type).stream().map(Method::getName).toList();
  }

  /** Returns a record's components, in order. */
  public static List<Object> components(Record parts) {
    List<Object> values = new ArrayList<>();
    for (Method accessor : ACCESSORS.get(parts.getClass())) {
      try {
        values.add(accessor.invoke(parts));
      } catch (ReflectiveOperationException e) {
        throw unreadable(parts.getClass(), e);
      }
    }
    return values;
  }

  /**
   * Returns a component of a record.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Object component(Record parts, String name) {
    return components(parts).get(index(parts, name));
  }

  private static int index(Record parts, String name) {
    List<String> names = names(parts.getClass());
    int index = names.indexOf(name);
    if (index < 0) {
      throw Refusal.of(
          parts.getClass().getSimpleName(), "has arguments " + names, name, "choose one of them");
    }
    return index;
  }

  /**
   * Returns a record of components.
   *
   * @throws RuntimeException that the record's constructor throws
   * @throws IllegalStateException if the class is not accessible
   */
  public static Object construct(Class<?> type, List<Object> components) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(components.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw unreadable(type, e);
    } catch (ReflectiveOperationException e) {
      throw unreadable(type, e);
    }
  }

  /**
   * Returns a record with one component replaced.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  @SuppressWarnings("unchecked") // of the record's own class
  public static <R extends Record> R with(R parts, String name, Object value) {
    List<Object> components = components(parts);
    components.set(index(parts, name), value);
    return (R) construct(parts.getClass(), components);
  }

  /**
   * Returns a new object of a class whose constructor takes a record of its arguments alone.
   *
   * @throws RuntimeException that the constructor throws
   * @throws IllegalStateException if there is no such constructor
   */
  public static <T> T owner(Class<T> type, Record arguments) {
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(arguments.getClass());
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw withoutConstructor(type, e);
    } catch (ReflectiveOperationException e) {
      throw withoutConstructor(type, e);
    }
  }

  private static IllegalStateException withoutConstructor(Class<?> type, Exception cause) {
    return new IllegalStateException(
        type.getName()
            + " cannot be made of its arguments; give it a constructor that takes their record alone",
        cause);
  }

  private static IllegalStateException unreadable(Class<?> type, Exception cause) {
    return new IllegalStateException(
        "the record " + type.getName() + " has components that cannot be read; make it public",
        cause);
  }
}
