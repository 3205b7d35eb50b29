package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Each element, mapped by a function on other threads, {@code threads} elements at once.
 *
 * <p>Whoever asks for an element starts so many tasks that as many are under way; no thread waits,
 * so an iterator can be dropped at any time. A task draws random numbers of a key of its element's
 * own, the same on any thread.
 *
 * @param ordered whether results come in the order of their elements; else as they are ready
 */
record ParallelMapStage<E, F>(
    Stage<E> upstream,
    MapStage.Function<E, F> function,
    RandomKey key,
    int threads,
    boolean ordered)
    implements Stage<F> {
  private static final Executor THREADS = DataThreads.named("tapedeck-map-");

  @Override
  public long cardinality() {
    return upstream.cardinality();
  }

  @Override
  public String whyNotResumed() {
    return ordered ? "" : "map with threads and without order gives elements as they are ready";
  }

  @Override
  public Iterator<F> iterator(RandomKey pass) {
    RandomKey draws = key.foldIn(pass.seed()).foldIn(pass.stream());
    return new FoundIterator<>(new Mapping<>(this, upstream.iterator(pass), draws)::find);
  }

  /** The elements of a pass that are under way. */
  private static final class Mapping<E, F> {
    private final ParallelMapStage<E, F> stage;
    private final Iterator<E> elements;
    private final RandomKey draws;
    private final BlockingQueue<Future<F>> results = new LinkedBlockingQueue<>();
    private Future<F> next; // the first result, which is waited for
    private long begun;
    private long taken;

    Mapping(ParallelMapStage<E, F> stage, Iterator<E> elements, RandomKey draws) {
      this.stage = stage;
      this.elements = elements;
      this.draws = draws;
    }

    F find() {
      while (begun - taken < stage.threads && elements.hasNext()) {
        begin(elements.next(), begun++);
      }
      if (begun == taken) {
        return null;
      }
      try {
        if (next == null) {
          next = results.take();
        }
        F result = next.get();
        next = null;
        taken++;
        return result;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PrefetchStage.InterruptedWaitException(e);
      } catch (ExecutionException e) {
        throw ElementErrors.rethrown("map", e.getCause());
      }
    }

    private void begin(E element, long place) {
      FutureTask<F> task =
          new FutureTask<>(
              () ->
                  ElementErrors.at(
                      "map",
                      place,
                      () ->
                          RandomKey.withKey(
                              draws.foldIn(place), () -> stage.function.apply(place, element)))) {
            @Override
            protected void done() {
              if (!stage.ordered) {
                results.add(this);
              }
            }
          };
      if (stage.ordered) {
        results.add(task);
      }
      THREADS.execute(task);
    }
  }
}
