package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Dataset;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Elements of several stages, each of one that is drawn at random.
 *
 * @param weights of the stages, in proportion to their probabilities
 * @param key determines the draws, together with the pass
 * @param stopOnEmpty whether the first draw of a stage without more elements is the end; else the
 *     others go on
 */
record SampleStage<E>(
    List<Stage<E>> stages, List<Double> weights, RandomKey key, boolean stopOnEmpty)
    implements Stage<E> {
  @Override
  public Stage<?> upstream() {
    return null;
  }

  @Override
  public List<Stage<?>> upstreams() {
    return List.copyOf(stages);
  }

  @Override
  public long cardinality() {
    long[] counts =
        IntStream.range(0, stages.size())
            .filter(i -> weights.get(i) > 0)
            .mapToLong(i -> stages.get(i).cardinality())
            .toArray();
    long least = IntStream.range(0, counts.length).mapToLong(i -> counts[i]).min().orElse(0);
    if (!stopOnEmpty) {
      return least < 0 ? least : IntStream.range(0, counts.length).mapToLong(i -> counts[i]).sum();
    }
    return least == Dataset.INFINITE && counts.length == 1 ? least : Dataset.UNKNOWN;
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    return new FoundIterator<>(new Sampling<>(this, pass)::find);
  }

  /** The draws of a pass. */
  private static final class Sampling<E> {
    private final SampleStage<E> stage;
    private final List<Iterator<E>> elements;
    private final double[] weights;
    private final Uniform draws;
    private int chosen = -1; // by a draw whose element has not been taken

    Sampling(SampleStage<E> stage, RandomKey pass) {
      this.stage = stage;
      elements = stage.stages.stream().map(each -> each.iterator(pass)).toList();
      weights = stage.weights.stream().mapToDouble(weight -> weight).toArray();
      draws = new Uniform(stage.key, pass);
    }

    E find() {
      while (chosen >= 0 || draw()) {
        if (elements.get(chosen).hasNext()) {
          E next = elements.get(chosen).next();
          chosen = -1;
          return next;
        }
        if (stage.stopOnEmpty) {
          return null;
        }
        weights[chosen] = 0;
        chosen = -1;
      }
      return null;
    }

    /** Draws a stage; returns whether there is one. */
    private boolean draw() {
      double left =
          draws.next() * IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
      for (int i = 0; i < weights.length; i++) {
        if (weights[i] > 0) {
          chosen = i;
          left -= weights[i];
          if (left < 0) {
            break;
          }
        }
      }
      return chosen >= 0;
    }
  }
}
