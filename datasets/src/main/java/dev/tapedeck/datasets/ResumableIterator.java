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
 * An iteration over a pipeline's elements, which goes to wherever its variable {@code position} is
 * set: the iteration's number and how many elements it has given.
 */
final class ResumableIterator implements Iterator<Example>, Trackable {
  private final Pipeline pipeline;
  private final Variable position;
  private long number;
  private long given;
  private Iterator<Example> elements; // null before the first use, which makes it count
  private Tensor failedAt; // the reading of the position, which is another after any assignment

  ResumableIterator(Pipeline pipeline, long number) {
    this.pipeline = pipeline;
    this.number = number;
    this.position = Variable.untrainable(new long[] {number, 0}, "position");
  }

  @Override
  public boolean hasNext() {
    return goOn(Iterator::hasNext);
  }

  @Override
  public Example next() {
    Example example = goOn(Iterator::next);
    given++;
    setPosition();
    return example;
  }

  /**
   * Goes to the position, and on from there. After a failure it stays there until it is assigned
   * to: some steps have taken what others have not got.
   */
  private <T> T goOn(Function<Iterator<Example>, T> step) {
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
    if (failedAt != null || wanted[0] != number || wanted[1] != given) {
      Iterator<Example> remade = pipeline.elements(wanted[0]);
      // What functions drew for these was drawn before.
      RandomKey.aside(() -> drop(remade, wanted[1]));
      elements = remade;
      number = wanted[0];
      given = wanted[1];
      failedAt = null;
    } else if (elements == null) {
      number = pipeline.takeNumber();
      setPosition();
      elements = pipeline.elements(number);
    }
  }

  /** Takes the elements that were given before. */
  private static void drop(Iterator<Example> elements, long count) {
    for (long i = 0; i < count && elements.hasNext(); i++) {
      try (Scope scope = new Scope()) {
        elements.next();
      }
    }
  }

  private void setPosition() {
    position.assign(new long[] {number, given});
  }
}
