package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.BundleReader.Entry;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Optimizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The checks of a restore, which throw {@link IllegalArgumentException}: variables and values
 * correspond and agree in type and shape, and optimizers are of the class that was saved.
 *
 * @param partial whether variables without values, and values without variables, are accepted
 */
record RestoreChecks(Path prefix, SavedGraph saved, ObjectMatcher matcher, boolean partial) {
  /** Checks the class of an optimizer. */
  void requireSameClass(Object object) {
    if (!partial && object instanceof Optimizer && matcher.node(object) != null) {
      String there = object.getClass().getSimpleName();
      String found = saved.optimizerClass(matcher.node(object)).orElse(there);
      if (!found.equals(there)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "restore: the optimizer is %s, in %s it is %s; restore into that, or use expectPartial()",
                there,
                prefix,
                found));
      }
    }
  }

  /**
   * Checks the variables of objects against their values.
   *
   * @param extra the nodes of values that no variable takes, now or later
   */
  void requireFit(TrackedGraph tracked, Set<Integer> extra) {
    Map<String, Object> expected = new LinkedHashMap<>();
    Map<String, Object> found = new LinkedHashMap<>();
    tracked
        .variables()
        .forEach(
            (variable, path) -> {
              Entry entry = matcher.value(variable);
              if (entry != null) {
                found.put(path, spec(entry));
              }
              if (entry != null || !(partial || path.equals(Keys.SAVE_COUNTER))) {
                expected.put(path, variable.spec());
              }
            });
    if (!partial) {
      for (int node : extra) {
        Entry entry = saved.values().get(node);
        // The path of a missing variable may be that of another one in the file: use the key.
        found.put(
            expected.containsKey(matcher.name(node)) ? entry.key() : matcher.name(node),
            spec(entry));
      }
    }
    new Mismatch(expected, found).requireNone("restore: " + prefix, "the objects");
  }

  private static Object spec(Entry entry) {
    return entry.dtype().isPresent()
        ? new TensorSpec(entry.dtype().get(), entry.shape())
        : entry.type() + " " + entry.shape();
  }

  /** Checks that the slots saved for a variable, if any, include all that the optimizer has. */
  void requireAllSlots(Optimizer optimizer) {
    Integer node = matcher.node(optimizer);
    Map<Integer, Map<String, Integer>> slots = node == null ? Map.of() : saved.slots(node);
    optimizer
        .slots()
        .forEach(
            (variable, kinds) -> {
              Map<String, Integer> saves = slots.getOrDefault(matcher.node(variable), Map.of());
              if (!partial && !saves.isEmpty() && !saves.keySet().containsAll(kinds.keySet())) {
                throw new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "restore: %s keeps %s for the variable \"%s\", in %s there is %s; restore into the optimizer it was saved from, or use expectPartial()",
                        optimizer.getClass().getSimpleName(),
                        kinds.keySet(),
                        variable.name(),
                        prefix,
                        saves.keySet()));
              }
            });
  }
}
