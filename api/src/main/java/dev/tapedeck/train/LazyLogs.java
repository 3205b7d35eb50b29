package dev.tapedeck.train;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Logs that are computed when one of them is first asked for, so that a training which nobody
 * watches does not read them.
 */
final class LazyLogs extends AbstractMap<String, Double> {
  private final Supplier<Map<String, Double>> source;
  private Map<String, Double> values;

  LazyLogs(Supplier<Map<String, Double>> source) {
    this.source = source;
  }

  private Map<String, Double> read() {
    if (values == null) {
      values = Collections.unmodifiableMap(source.get());
    }
    return values;
  }

  /** Computes the logs now, since a callback may have kept them. */
  void keep() {
    read();
  }

  @Override
  public Double get(Object name) {
    return read().get(name);
  }

  @Override
  public boolean containsKey(Object name) {
    return read().containsKey(name);
  }

  @Override
  public Set<Entry<String, Double>> entrySet() {
    return read().entrySet();
  }
}
