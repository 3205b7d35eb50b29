package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.List;

/**
 * Base of the layers that learn from data before they are used.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class Adaptive<A extends Record, L extends Adaptive<A, L>> extends BuiltIn<A, L> {
  Adaptive(A arguments) {
    super(arguments);
  }

  /** What is learned from data, batch after batch. */
  interface Learning<L> {
    /** Learns from a batch. */
    void take(EagerTensor batch);

    /** Gives the layer what was learned, and returns it. */
    L end();
  }

  /** Returns what begins to learn, with nothing known. */
  abstract Learning<L> learning();

  /** Returns the data as batches, where they were given at once. */
  Tensor batch(Tensor all) {
    return all;
  }

  /**
   * Learns from data, in place of what was learned before, and returns this layer.
   *
   * @param data a tensor, or what tensors are made of; or batches of those, as a list, or a dataset
   *     of whose examples the inputs are taken
   * @throws IllegalArgumentException if there is nothing to learn from, or there is no end of it
   */
  public final L adapt(Object data) {
    Learning<L> learning = learning();
    Iterator<?> batches =
        data instanceof Iterable<?> iterable
            ? finite(iterable).iterator()
            : List.of(batch(Operands.tensor(data))).iterator();
    if (!batches.hasNext()) {
      throw Refusal.of(who() + ": adapt", "needs data", "none", "give at least one batch");
    }
    while (batches.hasNext()) {
      try (Scope scope = new Scope()) {
        learning.take(values(batches.next()));
      }
    }
    return learning.end();
  }

  private Iterable<?> finite(Iterable<?> batches) {
    if (batches instanceof Dataset dataset && dataset.cardinality() == Dataset.INFINITE) {
      throw Refusal.of(
          who() + ": adapt", "needs data that ends", "a dataset without end", "take(n) of it");
    }
    return batches;
  }

  private EagerTensor values(Object batch) {
    Tensor tensor = Operands.tensor(batch instanceof Example example ? example.x() : batch);
    if (tensor instanceof EagerTensor values) {
      return values;
    }
    throw Refusal.of(
        who() + ": adapt", "needs values", tensor, "call it before the layer is part of a model");
  }

  /** Checks that the layer was not called, since what was traced keeps what it had learned. */
  final void requireUncalled() {
    if (!isAwaitingState()) {
      throw new IllegalStateException(
          who() + ": adapt comes before the first call; adapt a copy() of the layer");
    }
  }

  /** Returns the error of a layer that was called without anything learned. */
  final IllegalStateException unadapted(String argument) {
    return new IllegalStateException(
        who() + ": has learned nothing; call adapt(data) first, or give it " + argument);
  }

  final String who() {
    return getClass().getSimpleName();
  }
}
