package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * The elements of pipelines that a function makes of each element: {@code block} of one, then of
 * the next, over {@code cycle} that are open at once.
 *
 * <p>What the function makes is released when its pipeline ends. A pipeline's pass depends on the
 * number of the element it is made of.
 *
 * @param step name of the step, for errors
 */
record InterleaveStage<E>(
    Stage<E> upstream,
    String step,
    Collator<E> collator,
    Function<Example, TypedPipeline<?>> function,
    int cycle,
    int block)
    implements Stage<DetachedExample> {
  @Override
  public long cardinality() {
    return Stage.atMost(upstream.cardinality());
  }

  @Override
  public Iterator<DetachedExample> iterator(RandomKey pass) {
    return new FoundIterator<>(new Interleaving<>(this, pass)::find);
  }

  /** An open pipeline, and the memory of what it is made of. */
  private record Open(Iterator<DetachedExample> elements, Scope scope, Scope.Detached memory) {
    /** Returns the next element, which outlives what the pipeline is made of. */
    DetachedExample next() {
      DetachedExample next = elements.next();
      boolean shares = next.tensors().stream().anyMatch(tensor -> scope.owns((EagerTensor) tensor));
      if (!shares) {
        return next;
      }
      DetachedExample copy = next.copy();
      next.discard();
      return copy;
    }

    void release() {
      try (Scope _ = new Scope()) {
        memory.attach();
      }
    }
  }

  /** An iteration, which goes round the open pipelines as {@code tf.data}'s. */
  private static final class Interleaving<E> {
    private final InterleaveStage<E> stage;
    private final RandomKey pass;
    private final Iterator<E> elements;
    private final List<Open> cycle;
    private int open;
    private int place;
    private int taken; // of the present block
    private long opened;

    Interleaving(InterleaveStage<E> stage, RandomKey pass) {
      this.stage = stage;
      this.pass = pass;
      elements = stage.upstream.iterator(pass);
      cycle = new ArrayList<>(Collections.nCopies(stage.cycle, null));
    }

    DetachedExample find() {
      while (true) {
        Open present = cycle.get(place);
        if (present == null && elements.hasNext()) {
          cycle.set(place, open(elements.next()));
          open++;
        } else if (present == null) {
          if (open == 0) {
            return null;
          }
          advance();
        } else if (present.elements.hasNext()) {
          DetachedExample next = present.next();
          taken++;
          if (taken == stage.block) {
            advance();
          }
          return next;
        } else {
          present.release();
          cycle.set(place, null);
          open--;
          advance();
        }
      }
    }

    private void advance() {
      place = (place + 1) % stage.cycle;
      taken = 0;
    }

    private Open open(E element) {
      long number = opened++;
      return ElementErrors.at(
          stage.step,
          number,
          () -> {
            try (Scope scope = new Scope()) {
              TypedPipeline<?> made = stage.function.apply(stage.collator.example(element));
              return new Open(
                  made.made(stage.step).iterator(pass.foldIn(number)), scope, scope.detach());
            }
          });
    }
  }
}
