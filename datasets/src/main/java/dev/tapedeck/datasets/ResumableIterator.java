package dev.tapedeck.datasets;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Example;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.Function;

/**
 * An iteration over a pipeline whose place is a variable: {@code position}, the number of the
 * iteration and of the elements it has returned. Assigning to the variable moves the iteration
 * there.
 */
final class ResumableIterator implements Iterator<Example>, Trackable {
  private final Pipeline pipeline;
  private final Variable position;
  private long number;
  private long returned;
  private Iterator<Example> elements; // null before the first use, which takes a number
  private Tensor failedAt; // the memory of the position at the failure; an assignment replaces it

  ResumableIterator(Pipeline pipeline, long number) {
    this.pipeline = pipeline;
    this.number = number;
    this.position = Variable.untrainable(new long[] {number, 0}, "position");
  }

  @Override
  public boolean hasNext() {
    return advance(Iterator::hasNext);
  }

  @Override
  public Example next() {
    Example example = advance(Iterator::next);
    returned++;
    setPosition();
    return example;
  }

  /**
   * Moves to the position and continues from there. After a failure there are no elements until the
   * position is assigned to: some stages have consumed what others have not.
   */
  private <T> T advance(Function<Iterator<Example>, T> step) {
    if (failedAt != null && failedAt == position.memory()) {
      return step.apply(Collections.emptyIterator());
    }
    try {
      goToPosition();
      return step.apply(elements);
    } catch (PrefetchStage.InterruptedWaitException e) {
      throw e; // nothing was taken
    } catch (Throwable e) {
      failedAt = position.memory();
      elements = null;
      throw e;
    }
  }

  private void goToPosition() {
    long[] wanted = position.memory().toLongArray();
    if (failedAt != null || wanted[0] != number || wanted[1] != returned) {
      Iterator<Example> remade = pipeline.elements(wanted[0]);
      // The random draws of the skipped elements have been taken before.
      RandomKey.aside(() -> skip(remade, wanted[1]));
      elements = remade;
      number = wanted[0];
      returned = wanted[1];
      failedAt = null;
    } else if (elements == null) {
      number = pipeline.takeNumber();
      setPosition();
      elements = pipeline.elements(number);
    }
  }

  /** Skips the elements that were returned before. */
  private static void skip(Iterator<Example> elements, long count) {
    for (long i = 0; i < count && elements.hasNext(); i++) {
      try (Scope scope = new Scope()) {
        elements.next();
      }
    }
  }

  private void setPosition() {
    position.assign(new long[] {number, returned});
  }
}
