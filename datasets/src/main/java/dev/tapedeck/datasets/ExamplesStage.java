package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.Locale;

/**
 * First stage of a pipeline of examples that somebody else makes, one after the other.
 *
 * @param step name of the method that made it, for errors
 * @param cardinality number of examples, which is checked; {@code Dataset.UNKNOWN} or {@code
 *     INFINITE}
 * @param whyNotResumed see {@link Stage#whyNotResumed}
 */
record ExamplesStage(
    String step, Iterable<? extends Example> examples, long cardinality, String whyNotResumed)
    implements Stage<DetachedExample> {
  @Override
  public Stage<?> upstream() {
    return null;
  }

  @Override
  public Iterator<DetachedExample> iterator(RandomKey pass) {
    return new FoundIterator<>(new Making(this)::find);
  }

  /** An iteration, which begins at the first request. */
  private static final class Making {
    private final ExamplesStage stage;
    private Iterator<? extends Example> examples;
    private long made;

    Making(ExamplesStage stage) {
      this.stage = stage;
    }

    DetachedExample find() {
      if (examples == null) {
        examples = stage.examples.iterator();
      }
      // An iterator may make the next example in hasNext.
      DetachedExample next =
          ElementErrors.at(
              stage.step,
              made,
              () -> DetachedExample.of(() -> examples.hasNext() ? required() : null));
      if (stage.cardinality >= 0
          && (next == null ? made < stage.cardinality : made == stage.cardinality)) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "%s: expected %d examples as was said, received %s; give their number, or leave it out",
                stage.step,
                stage.cardinality,
                next == null ? made : "more"));
      }
      made++;
      return next;
    }

    private Example required() {
      Example next = examples.next();
      if (next == null || next.inputs() == null) {
        throw Refusal.of(
            stage.step, "needs examples with inputs", next, "give new Example(inputs, labels)");
      }
      return next;
    }
  }
}
