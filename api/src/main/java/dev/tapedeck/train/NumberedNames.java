package dev.tapedeck.train;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Distinct names: of those that are taken already, the first of name_1, name_2 and so on. */
final class NumberedNames {
  private final Set<String> taken = new HashSet<>();

  /** The number that each name is tried with next, since those before it are taken. */
  private final Map<String, Integer> next = new HashMap<>();

  String of(String name) {
    String free = name;
    while (!taken.add(free)) {
      free = name + "_" + next.merge(name, 1, Integer::sum);
    }
    return free;
  }
}
