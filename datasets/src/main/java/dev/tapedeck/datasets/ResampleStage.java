package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The elements that a random choice accepts, so that classes have other shares.
 *
 * <p>With shares {@code q} of the classes before and {@code p} wanted, an element of class {@code
 * c} is accepted with probability {@code (p_c / q_c) / max_i (p_i / q_i)}.
 *
 * @param before shares of the classes before; null to count them as they come, beginning with 10 of
 *     each as {@code tf.data}
 */
record ResampleStage<E>(
    Stage<E> upstream,
    Collator<E> collator,
    ToIntFunction<Example> classOf,
    List<Double> wanted,
    List<Double> before,
    RandomKey key)
    implements Stage<E> {
  private static final String STEP = "rejectionResample";
  private static final int SMOOTHING = 10;

  @Override
  public long cardinality() {
    return Stage.atMost(upstream.cardinality());
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    Uniform draws = new Uniform(key, pass);
    double[] shares = new double[wanted.size()];
    Arrays.setAll(shares, i -> before == null ? SMOOTHING : before.get(i));
    long[] number = {0};
    return new FoundIterator<>(
        () -> {
          while (elements.hasNext()) {
            E element = elements.next();
            int own = ElementErrors.at(STEP, number[0]++, () -> requireClass(element));
            if (before == null) {
              shares[own]++;
            }
            if (draws.next() < acceptance(own, shares)) {
              return element;
            }
            collator.discard(element);
          }
          return null;
        });
  }

  private int requireClass(E element) {
    try (Scope _ = new Scope()) {
      int own = classOf.applyAsInt(collator.look(element));
      if (own < 0 || own >= wanted.size()) {
        throw Refusal.of(
            STEP,
            "needs classes from 0 to " + (wanted.size() - 1),
            own,
            "give a share for each class");
      }
      return own;
    }
  }

  /** Returns the probability; the sum of the shares cancels out. */
  private double acceptance(int own, double[] shares) {
    double largest = 0;
    for (int i = 0; i < shares.length; i++) {
      if (wanted.get(i) > 0 && shares[i] > 0) {
        largest = Math.max(largest, wanted.get(i) / shares[i]);
      }
    }
    return shares[own] == 0 ? 0 : wanted.get(own) / shares[own] / largest;
  }
}
