package dev.tapedeck.distributed;

import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.History;
import dev.tapedeck.train.Trainable;
import java.util.Optional;
import java.util.ServiceLoader;

/** A kind of cluster that trains a model, found by {@link ServiceLoader}. */
public interface Cluster {
  /** Returns the cluster whose kind an address is of; empty if none is on the class path. */
  static Optional<Cluster> of(String master) {
    return ServiceLoader.load(Cluster.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(cluster -> cluster.has(master))
        .findFirst();
  }

  /** Returns whether an address is of this kind, {@code spark://host:7077}. */
  boolean has(String master);

  /**
   * Trains a compiled model on datasets of shards.
   *
   * @param workers number of workers, a power of two
   * @param shards number of shards of a batch, a power of two
   */
  History fit(
      String master,
      int workers,
      int shards,
      Trainable<?, ?> model,
      ShardDatasets datasets,
      FitOptions options);
}
