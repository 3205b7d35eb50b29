package dev.tapedeck.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Changes of one value somewhere in JSON: by a little, by another of the file's, or by nonsense.
 */
final class Mutations {
  private static final Object[] HOSTILE = {
    null,
    true,
    false,
    -1L,
    0L,
    1L,
    2L,
    1L << 31,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0.5,
    "NaN",
    "x",
    "../x",
    "java.lang.Runtime",
    "MatMul.1",
    "Mul:0",
    List.of(),
    Map.of(),
    Map.of("constant", 0L),
    List.of(List.of(List.of()))
  };

  private static final Long[] LONGS = {
    0L,
    -1L,
    -2L,
    7L,
    1000L,
    1L << 31,
    (1L << 31) - 1,
    1L << 32,
    1L << 61,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final Object[] DOUBLES = {
    "NaN", "Infinity", "-Infinity", 0.0, 1e300, Double.MIN_VALUE, -1.0
  };

  private Mutations() {}

  /** Returns how many values there are, one within the other. */
  static int count(Object json) {
    return switch (json) {
      case Map<?, ?> map -> 1 + map.values().stream().mapToInt(v -> count(v)).sum();
      case List<?> list -> 1 + list.stream().mapToInt(v -> count(v)).sum();
      case null, default -> 1;
    };
  }

  /** Returns a copy with one value changed. */
  static Object changed(Object json, Random random) {
    int[] left = {random.nextInt(count(json))};
    return changed(json, left, random, List.of());
  }

  /** Returns a copy with one value changed, texts mostly to others of some. */
  static Object changed(Object json, Random random, List<String> texts) {
    int[] left = {random.nextInt(count(json))};
    return changed(json, left, random, texts);
  }

  private static Object changed(Object json, int[] left, Random random, List<String> texts) {
    if (left[0]-- == 0) {
      return other(json, random, texts);
    }
    return switch (json) {
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(key, changed(value, left, random, texts)));
        yield copy;
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(value -> copy.add(changed(value, left, random, texts)));
        yield copy;
      }
      case null, default -> json;
    };
  }

  private static Object other(Object json, Random random, List<String> texts) {
    if (!texts.isEmpty() && random.nextInt(20) > 0) {
      return alike(json, random, texts);
    }
    int choice = random.nextInt(3);
    if (choice == 0 && json instanceof Long number) {
      return number + random.nextInt(-2, 3);
    }
    if (choice == 0 && json instanceof List<?> list && !list.isEmpty()) {
      return rearranged(list, random);
    }
    if (choice == 0 && json instanceof Map<?, ?> map && !map.isEmpty()) {
      Map<Object, Object> copy = new LinkedHashMap<>(map);
      copy.remove(List.copyOf(map.keySet()).get(random.nextInt(map.size())));
      return copy;
    }
    return HOSTILE[random.nextInt(HOSTILE.length)];
  }

  private static Object rearranged(List<?> list, Random random) {
    List<Object> copy = new ArrayList<>(list);
    int at = random.nextInt(list.size());
    switch (random.nextInt(3)) {
      case 0 -> copy.remove(at);
      case 1 -> copy.add(random.nextInt(list.size()), copy.get(at));
      default -> Collections.swap(copy, at, random.nextInt(list.size()));
    }
    return copy;
  }

  /** Returns a value of the same JSON type; of texts one that is spelled in the same way. */
  private static Object alike(Object json, Random random, List<String> texts) {
    return switch (json) {
      case Boolean truth -> !truth;
      case Long number when random.nextInt(4) > 0 -> number + random.nextInt(-2, 3);
      case Long _ -> LONGS[random.nextInt(LONGS.length)];
      case Double number when random.nextBoolean() -> -2 * number;
      case Double _ -> DOUBLES[random.nextInt(DOUBLES.length)];
      case String text -> {
        List<String> others = texts.stream().filter(t -> spelling(t) == spelling(text)).toList();
        yield others.isEmpty() ? text : others.get(random.nextInt(others.size()));
      }
      case Map<?, ?> map when !map.isEmpty() -> {
        Map<Object, Object> copy = new LinkedHashMap<>(map);
        Object key = List.copyOf(map.keySet()).get(random.nextInt(map.size()));
        copy.put(key, changed(copy.get(key), random, texts));
        yield copy;
      }
      case List<?> list when !list.isEmpty() -> rearranged(list, random);
      case null, default -> json;
    };
  }

  private static int spelling(String text) {
    return text.contains(":")
        ? 0
        : text.matches("\\w+\\.\\d+") ? 1 : text.matches("[A-Z_]+") ? 2 : 3;
  }
}
