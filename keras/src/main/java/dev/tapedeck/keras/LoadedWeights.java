package dev.tapedeck.keras;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a partial load of weights did, by Keras's paths, {@code layers/dense/vars/0}.
 *
 * @param loaded paths whose values were assigned
 * @param missing variables that the file does not have
 * @param differing variables that the file has in another shape, with both shapes
 * @param unused what the file has and the model does not
 */
public record LoadedWeights(
    List<String> loaded, List<String> missing, Map<String, String> differing, List<String> unused) {
  /** Keeps copies. */
  public LoadedWeights {
    loaded = List.copyOf(loaded);
    missing = List.copyOf(missing);
    differing = Collections.unmodifiableMap(new TreeMap<>(differing));
    unused = List.copyOf(unused);
  }
}
